"""What a student's `predict` gives back: as an array, checked in the rehearsal, packed for the way out."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch

from grader.inside import returned_values, submission
from grader.inside.error_report import UnusableError, exit_at_once
from grader.inside.limits import seed
from grader.inside.pipes import Pipes, flush

SCORES, LABELS, VALUES = b"S", b"L", b"V"
LARGEST_VALUE = 1e100  # grader/wire.py has the same

Predict = Callable[..., Any]


def answer_held_out(pipes: Pipes, predict: Predict, model: object, job: Mapping[str, Any]) -> None:
    """Answer T, for nothing failed so far, and then the predictions for the held-out inputs."""
    flush()
    pipes.answer(b"T")
    seed(job["seed"])
    inputs = pipes.read_tensor()
    with exit_at_once():
        answer = packed(predicted(predict, model, inputs, job), job["task"])
    pipes.answer(answer)


def bound_predict(
    predict: Predict, model: object, inputs: torch.Tensor, job: Mapping[str, Any]
) -> Callable[[], Any]:
    """The call of predict with its arguments. Raises UnusableError where it cannot be called so."""
    given = {"model": model, "inputs": inputs}
    return submission.bound(predict, "predict_signature", given, {"device": job["device"]})


def predicted(predict: Predict, model: object, inputs: torch.Tensor, job: Mapping[str, Any]) -> np.ndarray:
    """What predict returned, as an array of numbers of one or two dimensions. Raises UnusableError."""
    with torch.no_grad():
        answer = bound_predict(predict, model, inputs, job)()
    return returned_values.as_array(answer, len(inputs))


def rehearse(predict: Predict, model: object, inputs: torch.Tensor, job: Mapping[str, Any]) -> None:
    """Predict for inputs that may be known. Raises UnusableError with the place of `predict`, in full."""
    try:
        check_usable(predicted(predict, model, inputs.clone(), job), len(inputs), job["classes"], job["task"])
    except UnusableError as error:
        if error.code == "predict_signature":
            raise
        raise UnusableError(error.code, f"{submission.place_of(predict)}{error.detail}") from error


def check_usable(array: np.ndarray, rows: int, classes: int, task: str = "classes") -> None:
    """Say of the rehearsal what is wrong with it, in full."""
    shapes: dict[str, set[tuple[int, ...]]] = {
        "classes": {(rows,), (rows, classes)},
        "labels": {(rows, classes)},
        "values": {(rows,)},
    }
    if array.shape not in shapes[task]:
        code = "wrong_shape" if task == "classes" else f"wrong_shape_{task}"
        raise UnusableError(code, f"shape {tuple(array.shape)} for {rows} inputs")
    largest = LARGEST_VALUE if task == "values" else np.finfo(np.float64).max
    if array.dtype.kind == "f" and not (usable := np.abs(array) <= largest).all():
        raise UnusableError("not_finite", f"{np.count_nonzero(~usable)} values")
    seen = f"from {array.min()} to {array.max()}" if array.size else ""
    if task == "labels" and array.dtype.kind in "biu" and ((array < 0) | (array > 1)).any():
        raise UnusableError("not_zero_or_one", f"whole numbers {seen}")
    if task == "classes" and array.ndim == 1 and not _are_classes(array, classes):
        raise UnusableError("bad_label", f"labels {seen}")


def _are_classes(array: np.ndarray, classes: int) -> bool:
    return bool(((array == np.trunc(array)) & (array >= 0) & (array < classes)).all())


def packed(array: np.ndarray, task: str = "classes") -> bytes:
    """Kind, rows and columns, then numbers of eight bytes each."""
    if task == "values" and array.ndim == 1:
        return VALUES + struct.pack("<QI", len(array), 1) + array.astype("<f8").tobytes()
    if array.ndim == 2:
        return SCORES + struct.pack("<QI", *array.shape) + np.ascontiguousarray(array, dtype="<f8").tobytes()
    flat = array.reshape(-1)
    whole = np.where(np.isfinite(flat) & (flat == np.trunc(flat)), flat, -1).astype("<i8")
    return LABELS + struct.pack("<QI", len(flat), 1) + whole.tobytes()
