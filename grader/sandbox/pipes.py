"""The pipes of a box: what the box holds of them, what stays here, and how much may come out of one."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from grader.sandbox import seccomp

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
    """Pairs of reading and writing end, and two files that bubblewrap reads."""

    input: tuple[int, int]
    answers: tuple[int, int]
    printed: tuple[int, int]
    errors: tuple[int, int]
    notes: tuple[int, int]
    arguments: int
    seccomp: int

    def say_arguments(self, arguments: list[str]) -> None:
        """What bubblewrap is told, where no list of processes shows it."""
        os.write(self.arguments, b"".join(argument.encode() + b"\0" for argument in arguments))
        os.lseek(self.arguments, 0, os.SEEK_SET)


@contextmanager
def open_pipes(*, watched: bool) -> Iterator[Pipes]:
    """All descriptors of a box; the child's ends are closed here once it has started."""
    pipes = Pipes(
        input=os.pipe(),
        answers=os.pipe(),
        printed=os.pipe(),
        errors=os.pipe(),
        notes=os.pipe(),
        arguments=os.memfd_create("arguments"),
        seccomp=seccomp.filter_file(watched=watched),
    )
    theirs = [pipes.input[0], pipes.answers[1], pipes.printed[1], pipes.errors[1], pipes.notes[1]]
    ours = [pipes.input[1], pipes.answers[0], pipes.printed[0], pipes.errors[0], pipes.notes[0]]
    try:
        for descriptor in ours:
            with suppress(PermissionError):  # this user's share is used up; a small pipe is only slower
                fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
            os.set_blocking(descriptor, False)
        yield pipes
    except BaseException:
        for descriptor in ours:
            os.close(descriptor)
        raise
    finally:
        for descriptor in (*theirs, pipes.arguments, pipes.seccomp):
            os.close(descriptor)
