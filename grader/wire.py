"""Tensors across the wall of the sandbox: fixed-width, length-checked, never pickle."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from assignments.scoring import LearningTask
from grader import metrics

# The position is the code; grader/inside/pipes.py holds the same list.
DTYPES = tuple(np.dtype(name) for name in ("?", "u1", "i1", "<i2", "<i4", "<i8", "<f2", "<f4", "<f8"))
PREDICTION_HEADER = struct.Struct("<cQI")  # kind, rows, columns
WIDTH = 8  # bytes of a predicted number
LARGEST_VALUE = 1e100  # its square is a number still; grader/kinds/code/inside.py has the same
KINDS = {
    LearningTask.CLASSES: (b"L", b"S"),
    LearningTask.LABELS: (b"S",),
    LearningTask.VALUES: (b"V",),
}
"""What may come back: labels (N,), scores (N, C), values (N,)."""


class BadPredictionsError(ValueError):
    """The bytes from the sandbox are no predictions; `code` is the key of a sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Predictions:
    """What is compared with the held-out labels, and the scores (N, C) it came from, where there were any.

    Labels are class numbers (N,) of int64, or (N, C) of 0 and 1, or values (N,) of float64.
    """

    labels: npt.NDArray[Any] = field(repr=False)
    scores: npt.NDArray[np.float64] | None = field(default=None, repr=False)


WRONG_SHAPES = {
    LearningTask.CLASSES: "wrong_shape",
    LearningTask.LABELS: "wrong_shape_labels",
    LearningTask.VALUES: "wrong_shape_values",
}
"""The sentence that says what shape each task wants."""


def pack_job(job: dict[str, Any]) -> bytes:
    """The header of a run."""
    text = json.dumps(job).encode()
    return struct.pack("<Q", len(text)) + text


def pack_tensor(values: Any) -> bytes:  # noqa: ANN401 - a torch tensor or an array
    """A tensor or array as bytes."""
    array = np.ascontiguousarray(values)
    array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    if array.dtype not in DTYPES:
        raise TypeError(f"data of type {array.dtype} cannot be sent; use one of {[str(d) for d in DTYPES]}")
    code = DTYPES.index(array.dtype)
    return (
        struct.pack(f"<BB{array.ndim + 1}Q", code, array.ndim, *array.shape, array.nbytes) + array.tobytes()
    )


def size_of_predictions(
    header: bytes, *, rows: int, classes: int, task: LearningTask = LearningTask.CLASSES
) -> int:
    """How many bytes follow a header of predictions. Raises BadPredictionsError."""
    kind, got_rows, got_columns = PREDICTION_HEADER.unpack(header)
    if kind not in {b"L", b"S", b"V"}:
        raise BadPredictionsError("forged")
    columns = classes if kind == b"S" else 1
    if kind not in KINDS[task] or (got_rows, got_columns) != (rows, columns):
        raise BadPredictionsError(WRONG_SHAPES[task])
    return rows * columns * WIDTH


def unpack_predictions(
    header: bytes, payload: bytes, *, classes: int, task: LearningTask = LearningTask.CLASSES
) -> Predictions:
    """Predictions from bytes of the size that `size_of_predictions` promised. Raises BadPredictionsError."""
    kind, rows, _ = PREDICTION_HEADER.unpack(header)
    if kind == b"L":
        labels = np.frombuffer(payload, dtype="<i8").astype(np.int64)
        if ((labels < 0) | (labels >= classes)).any():
            raise BadPredictionsError("bad_label")
        return Predictions(labels)
    numbers = np.frombuffer(payload, dtype="<f8").astype(np.float64)
    if kind == b"V":
        if not (np.abs(numbers) <= LARGEST_VALUE).all():  # false for NaN
            raise BadPredictionsError("not_finite")
        return Predictions(numbers)
    scores = numbers.reshape(rows, classes)
    if not np.isfinite(scores).all():
        raise BadPredictionsError("not_finite")
    return from_scores(scores, task)


def from_scores(scores: npt.NDArray[np.float64], task: LearningTask) -> Predictions:
    """Predictions from a table (N, C); one of nothing but 0 and 1 is labels where several are wanted."""
    if task is LearningTask.CLASSES:
        return Predictions(scores.argmax(axis=1), scores)
    if ((scores == 0) | (scores == 1)).all():
        return Predictions(scores.astype(np.int64))
    probabilities = metrics.as_label_probabilities(scores)
    return Predictions((probabilities > 0.5).astype(np.int64), probabilities)
