"""One call of a student's function across the wall: arguments in, values and gradients out, no pickle."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader import wire
from grader.prepared_check import Answer, Array

Read = Callable[[int], bytes]

MOST_PARTS = 16
MOST_DIMENSIONS = 8
LARGEST_ANSWER = 16 * 2**20  # bytes: as float64 it may take eight times as much out here
RAISED, RETURNED = b"E", b"V"


class ForgedAnswerError(ValueError):
    """The bytes from the box are no answer to a call."""


def is_tensor(value: object) -> bool:
    """Whether this goes over the wire as numbers: a torch tensor or an array."""
    return hasattr(value, "shape") and hasattr(value, "dtype")


def pack_call(
    function: str,
    args: Sequence[Any],
    keywords: Mapping[str, Any],
    *,
    weights: Array | None,
    settings: Mapping[str, object],
) -> bytes:
    """A call as bytes: a JSON header, the tensors among the arguments, and the weights of the gradients."""
    tensors: list[Any] = []
    call = {
        "function": function,
        "args": [plain(value, tensors) for value in args],
        "keywords": {name: plain(value, tensors) for name, value in keywords.items()},
        "tensors": len(tensors),
        "gradients": weights is not None,
    }
    sent = [*tensors, weights] if weights is not None else tensors
    return wire.pack_job(call | dict(settings)) + b"".join(map(wire.pack_tensor, sent))


def plain(value: Any, tensors: list[Any]) -> object:  # noqa: ANN401 - whatever a lecturer gives
    """The value as JSON, a tensor as its number among `tensors`, to which it is added.

    Raises TypeError for what has no such form.
    """
    if is_tensor(value):
        tensors.append(value)
        return {"tensor": len(tensors) - 1}
    if isinstance(value, list | tuple):
        return {type(value).__name__: [plain(inner, tensors) for inner in value]}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{type(value).__name__} cannot be sent as an argument")


def read_answer(read: Read) -> Answer | None:
    """The answer to a call, None where it raised. Raises ForgedAnswerError; reads no byte too many."""
    kind = read(1)
    if kind == RAISED:
        return None
    if kind != RETURNED:
        raise ForgedAnswerError
    parts = _Parts(read)
    return Answer(parts.read_all(), parts.read_all())


@dataclass(slots=True)
class _Parts:
    """Reads arrays whose sizes the box chose: all of an answer together may not be larger than `left`."""

    read: Read
    left: int = LARGEST_ANSWER

    def read_all(self) -> tuple[Array, ...]:
        (count,) = self.read(1)
        if count > MOST_PARTS:
            raise ForgedAnswerError
        return tuple(self._read_one() for _ in range(count))

    def _read_one(self) -> Array:
        code, dimensions = self.read(2)
        if code >= len(wire.DTYPES) or dimensions > MOST_DIMENSIONS:
            raise ForgedAnswerError
        *shape, size = struct.unpack(f"<{dimensions + 1}Q", self.read(8 * (dimensions + 1)))
        dtype = wire.DTYPES[code]
        # An empty array may not have absurd sizes either, which NumPy would refuse.
        spread = math.prod(max(1, length) for length in shape) * dtype.itemsize
        if spread > self.left or math.prod(shape) * dtype.itemsize != size:
            raise ForgedAnswerError
        self.left -= size
        data = self.read(size) if size else b""
        array = np.frombuffer(data, dtype=np.uint8 if dtype.kind == "b" else dtype).reshape(shape)
        return array != 0 if dtype.kind == "b" else array
