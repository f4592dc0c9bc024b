"""The way out of the box: job and data come in on one descriptor, answers and notes go out on two more.

Answers are read outside byte by byte against what is due; notes are one JSON object a line.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from dataclasses import dataclass
from typing import Any, Self

import torch

from grader.inside.kernel import close_all_but

SOURCE, ANSWERS, NOTES = 3, 4, 5
OUT_OF_THE_WAY = 100
# The position is the code; grader/wire.py holds the same list.
INTEGERS = (torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)
DTYPES = (*INTEGERS, torch.float16, torch.float32, torch.float64)


@dataclass(frozen=True)
class Pipes:
    """The three descriptors, hidden from programs that the student's code starts."""

    source: int
    answers: int
    notes: int

    @classmethod
    def take(cls, source: int, printed: int, errors: int, answers: int, notes: int) -> Self:
        """Give each descriptor its number; nothing else stays open, and standard input is empty."""
        nothing = os.open(os.devnull, os.O_RDONLY)
        wanted = (nothing, printed, errors, source, answers, notes)
        # All out of the way first: one may have another's number.
        copies = [os.dup2(descriptor, OUT_OF_THE_WAY + number) for number, descriptor in enumerate(wanted)]
        for number, copy in enumerate(copies):
            os.dup2(copy, number, inheritable=number < SOURCE)
        close_all_but(set(range(len(wanted))))
        return cls(SOURCE, ANSWERS, NOTES)

    def read(self, size: int) -> bytearray:
        """Exactly `size` bytes."""
        data = bytearray(size)
        view = memoryview(data)
        while view:
            count = os.readv(self.source, [view])
            if not count:
                os._exit(0)  # the grader is gone
            view = view[count:]
        return data

    def read_job(self) -> dict[str, Any]:
        """The header that says how to run."""
        (size,) = struct.unpack("<Q", self.read(8))
        job: dict[str, Any] = json.loads(bytes(self.read(size)))
        return job

    def read_tensor(self) -> torch.Tensor:
        """One tensor: code of its type, number of dimensions, dimensions, bytes."""
        code, dimensions = struct.unpack("<BB", self.read(2))
        *shape, size = struct.unpack(f"<{dimensions + 1}Q", self.read(8 * (dimensions + 1)))
        if size == 0:
            return torch.empty(shape, dtype=DTYPES[code])
        return torch.frombuffer(self.read(size), dtype=DTYPES[code]).reshape(shape)

    def answer(self, data: bytes) -> None:
        """Write all of it."""
        view = memoryview(data)
        while view:
            view = view[os.write(self.answers, view) :]

    def note(self, **fields: object) -> None:
        """One line for the student."""
        os.write(self.notes, json.dumps(fields).encode() + b"\n")


def flush() -> None:
    """Nothing that was printed may be lost with the process."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            continue  # the student closed or replaced it
