"""Tensors across the wall of the sandbox: fixed-width, length-checked, never pickle."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

# The position is the code; grader/inside/pipes.py holds the same list.
DTYPES = tuple(np.dtype(name) for name in ("?", "u1", "i1", "<i2", "<i4", "<i8", "<f2", "<f4", "<f8"))
PREDICTION_HEADER = struct.Struct("<cQI")  # kind, rows, columns
WIDTH = 8  # bytes of a predicted number


class BadPredictionsError(ValueError):
    """The bytes from the sandbox are no predictions. `code` names the sentence of messages.py."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Predictions:
    """Labels (N,) of int64, and scores (N, C) of float64 where the student gave scores."""

    labels: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float64] | None = None


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


def size_of_predictions(header: bytes, *, rows: int, classes: int) -> int:
    """How many bytes follow a header of predictions. Raises BadPredictionsError."""
    kind, got_rows, got_columns = PREDICTION_HEADER.unpack(header)
    columns = {b"L": 1, b"S": classes}.get(kind)
    if columns is None:
        raise BadPredictionsError("forged")
    if (got_rows, got_columns) != (rows, columns):
        raise BadPredictionsError("wrong_shape")
    return rows * columns * WIDTH


def unpack_predictions(header: bytes, payload: bytes, *, classes: int) -> Predictions:
    """Predictions from bytes of the size that `size_of_predictions` promised. Raises BadPredictionsError."""
    kind, rows, _ = PREDICTION_HEADER.unpack(header)
    if kind == b"L":
        labels = np.frombuffer(payload, dtype="<i8").astype(np.int64)
        if ((labels < 0) | (labels >= classes)).any():
            raise BadPredictionsError("bad_label")
        return Predictions(labels)
    scores = np.frombuffer(payload, dtype="<f8").astype(np.float64).reshape(rows, classes)
    if not np.isfinite(scores).all():
        raise BadPredictionsError("not_finite")
    return Predictions(scores.argmax(axis=1), scores)
