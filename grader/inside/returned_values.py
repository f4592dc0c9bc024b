"""What `predict` may return: whatever means one array of numbers; of all else is said what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from grader.inside.error_report import UnusableError

MOST_LENGTHS = 6  # of a list, in a sentence


def as_array(answer: object, rows: int) -> np.ndarray:
    """The array of numbers that was returned for so many inputs; a last axis of one is taken off.

    Raises UnusableError, which says what was returned.
    """
    if isinstance(answer, tuple) and len(answer) == 1 and getattr(answer[0], "ndim", False):
        (answer,) = answer
    _refuse_no_array(answer)
    if isinstance(answer, Sequence) and not isinstance(answer, str | bytes):
        answer = _joined(answer, rows)
    array = _plain(answer)
    if array.dtype.kind not in "biuf":
        raise UnusableError(*_no_numbers(answer, array))
    return array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array


def _refuse_no_array(answer: object) -> None:
    if answer is None:
        raise UnusableError("returned_nothing", "predict returned None")
    if isinstance(answer, Mapping):
        names = ", ".join(f"{name!a:.30}" for name in list(answer)[:MOST_LENGTHS])
        raise UnusableError("returned_table", f"predict returned {type(answer).__name__} with {names}")
    if isinstance(answer, torch.nn.Module) or callable(answer):
        raise UnusableError("not_numbers", f"predict returned {type(answer).__name__}, which is not called")
    if isinstance(answer, Iterator):
        raise UnusableError("returned_generator", f"predict returned {type(answer).__name__}")
    if isinstance(answer, set | frozenset):
        raise UnusableError("not_numbers", f"predict returned {type(answer).__name__}, which has no order")


def _joined(parts: Sequence[Any], rows: int) -> object:
    """A list of one entry for each input; what else a list of arrays may be is told."""
    if not any(isinstance(part, torch.Tensor | np.ndarray) for part in parts):
        return parts
    arrays = [_plain(part) for part in parts]
    lengths = [len(array) if array.ndim else 1 for array in arrays]
    shown = ", ".join(map(str, lengths[:MOST_LENGTHS])) + (", ..." if len(lengths) > MOST_LENGTHS else "")
    what = f"predict returned a {type(parts).__name__} of {len(parts)} arrays of lengths {shown}"
    if len(parts) != rows and isinstance(parts, tuple) and len(set(lengths)) == 1:
        raise UnusableError("returned_several", what)
    if len({array.shape for array in arrays}) > 1 or (len(parts) != rows and sum(lengths) == rows):
        raise UnusableError("returned_batches", what)
    return np.stack(arrays) if arrays else np.empty(0)


def _plain(value: object) -> np.ndarray:
    """As NumPy has it. Raises UnusableError where the parts do not make one array."""
    if isinstance(value, torch.Tensor):
        value = value.detach()
        value = value.to_dense() if value.layout != torch.strided else value
        value = value.dequantize() if value.is_quantized else value
        value = value.to("cpu")
        value = value.double() if value.is_floating_point() else value
    try:
        return np.asarray(value)
    except (ValueError, TypeError, RuntimeError) as error:
        raise UnusableError("returned_ragged", f"predict returned {type(value).__name__}: {error}") from error


def _no_numbers(answer: object, array: np.ndarray) -> tuple[str, str]:
    kind = type(answer).__name__
    if array.dtype.kind in "US" or (
        array.dtype.kind == "O" and array.size and isinstance(array.flat[0], str)
    ):
        return "returned_text", f"predict returned {kind} of text"
    return "not_numbers", f"predict returned {kind}" + (
        "" if array.dtype.kind == "O" else f" of {array.dtype}"
    )
