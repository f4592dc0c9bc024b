"""Kind `functions`: call one function of the student's after the other, each in its own time."""

from __future__ import annotations

import signal
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import numpy as np
import torch
from torch import Tensor

from grader.inside import submission
from grader.inside.error_report import DETAIL_CHARACTERS, UnusableError, fail, own_traceback
from grader.inside.limits import seed
from grader.inside.pipes import DTYPES, Pipes, flush

RAISED, RETURNED = b"E", b"V"
MOST_PARTS = 16


class OverTimeError(BaseException):
    """A call took too long. No Exception, so that `except Exception` of the student's lets it pass."""


def serve(pipes: Pipes, job: Mapping[str, Any]) -> NoReturn:
    """Answer C or X, T (loaded), then one answer a call, until the grader sends no more."""
    submission.check_source(pipes, job)
    try:
        seed(job["seed"])
        module = submission.load()
    except BaseException as error:  # noqa: BLE001 - whatever the student's code raises, SystemExit included
        fail(pipes, error)
    flush()
    pipes.answer(b"T")
    signal.signal(signal.SIGALRM, _over_time)
    while True:
        call = pipes.read_job()
        tensors = [pipes.read_tensor() for _ in range(call["tensors"])]
        weights = pipes.read_tensor() if call["gradients"] else None
        try:
            answer = _answer(submission.named(module, call["function"]), call, tensors, weights)
        except BaseException as error:  # noqa: BLE001 - as above: the next call is another check
            _tell_failure(pipes, error)
            answer = RAISED
        flush()
        pipes.answer(answer)


def _answer(
    function: Any,  # noqa: ANN401 - whatever the student called so
    call: Mapping[str, Any],
    tensors: Sequence[Tensor],
    weights: Tensor | None,
) -> bytes:
    leaves = (
        [tensor.requires_grad_() for tensor in tensors if tensor.is_floating_point()]
        if weights is not None
        else []
    )
    args = [_value(value, tensors) for value in call["args"]]
    keywords = {name: _value(value, tensors) for name, value in call["keywords"].items()}
    seed(call["seed"])
    with _at_most(call["seconds"]):
        result = function(*args, **keywords)
        gradients = [] if weights is None else _gradients(result, leaves, weights)
    parts = result if isinstance(result, tuple) else (result,)
    return RETURNED + _packed([_array(part) for part in parts]) + _packed([_array(one) for one in gradients])


def _value(value: Any, tensors: Sequence[Tensor]) -> Any:  # noqa: ANN401 - any argument
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    if kind == "tensor":
        return tensors[content]
    inner = [_value(one, tensors) for one in content]
    return tuple(inner) if kind == "tuple" else inner


def _gradients(result: object, leaves: Sequence[Tensor], weights: Tensor) -> list[Tensor]:
    """Of the weighted sum of the result by each float tensor among the arguments."""
    if not isinstance(result, Tensor) or not result.requires_grad:
        raise UnusableError("no_gradient")
    if result.shape != weights.shape:
        raise UnusableError("gradient_shape", f"{tuple(result.shape)}")
    found = torch.autograd.grad(result, leaves, weights.to(result.dtype), allow_unused=True)
    return [torch.zeros_like(leaf) if one is None else one for one, leaf in zip(found, leaves, strict=True)]


def _array(value: object) -> np.ndarray:
    array = np.asarray(value.detach().cpu() if isinstance(value, Tensor) else value)
    if array.dtype.kind not in "biuf" or not _is_sendable(array):
        raise UnusableError("no_values", f"{type(value).__name__} of {array.dtype}")
    return array


def _is_sendable(array: np.ndarray) -> bool:
    return str(array.dtype) in {str(dtype).removeprefix("torch.") for dtype in DTYPES}


def _packed(arrays: Sequence[np.ndarray]) -> bytes:
    """How many, then each as the wire has tensors: code of its type, dimensions, sizes, bytes."""
    if len(arrays) > MOST_PARTS:
        raise UnusableError("no_values", f"{len(arrays)} parts")
    return bytes([len(arrays)]) + b"".join(_packed_array(array) for array in arrays)


def _packed_array(array: np.ndarray) -> bytes:
    code = [str(dtype).removeprefix("torch.") for dtype in DTYPES].index(str(array.dtype))
    head = struct.pack(f"<BB{array.ndim + 1}Q", code, array.ndim, *array.shape, array.nbytes)
    return head + np.ascontiguousarray(array).tobytes()


def _tell_failure(pipes: Pipes, error: BaseException) -> None:
    if isinstance(error, UnusableError):
        pipes.note(failure=error.code, detail=error.detail[:DETAIL_CHARACTERS])
    else:
        code = "over_time" if isinstance(error, OverTimeError) else "raised"
        pipes.note(failure=code, detail=own_traceback(error))


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _over_time(_signal: int, _frame: object) -> NoReturn:
    raise OverTimeError
