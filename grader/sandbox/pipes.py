"""The pipes of a box: what the box holds of them, what stays here, and how much may come out of one."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

PIPE_BYTES = 2**20


@dataclass(slots=True)
class Budget:
    """What may come out of a pipe. A line costs work however short it is, so that lines count too."""

    size: int
    lines: int | None = None

    def spend(self, chunk: bytes) -> bool:
        """Whether there was enough left for this chunk."""
        self.size -= len(chunk)
        if self.lines is not None:
            self.lines -= chunk.count(b"\n")
        return self.size >= 0 and (self.lines is None or self.lines >= 0)


@dataclass(frozen=True, slots=True)
class Pipes:
    """Pairs of reading and writing end."""

    input: tuple[int, int]
    answers: tuple[int, int]
    printed: tuple[int, int]
    errors: tuple[int, int]
    notes: tuple[int, int]

    @property
    def theirs(self) -> tuple[int, ...]:
        """The box's ends: input, printed, errors, answers, notes."""
        return (self.input[0], self.printed[1], self.errors[1], self.answers[1], self.notes[1])

    @property
    def ours(self) -> tuple[int, ...]:
        """The ends that stay here, in the same order."""
        return (self.input[1], self.printed[0], self.errors[0], self.answers[0], self.notes[0])


@contextmanager
def open_pipes() -> Iterator[Pipes]:
    """All pipes of a box; the box's ends are closed here once it has started."""
    pipes = Pipes(input=os.pipe(), answers=os.pipe(), printed=os.pipe(), errors=os.pipe(), notes=os.pipe())
    try:
        for descriptor in pipes.ours:
            with suppress(PermissionError):  # this user's share is used up; a small pipe is only slower
                fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
            os.set_blocking(descriptor, False)
        yield pipes
    except BaseException:
        for descriptor in pipes.ours:
            os.close(descriptor)
        raise
    finally:
        for descriptor in pipes.theirs:
            os.close(descriptor)


@contextmanager
def readable(data: bytes) -> Iterator[int]:
    """A descriptor from which a program that is started within the block reads `data`."""
    descriptor = os.memfd_create("hazi")
    try:
        os.write(descriptor, data)
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor
    finally:
        os.close(descriptor)


def words(arguments: list[str]) -> bytes:
    """Arguments as `bwrap --args` reads them, where no list of processes shows them."""
    return b"".join(argument.encode() + b"\0" for argument in arguments)
