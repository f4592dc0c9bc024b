"""How a run that cannot go on says so: a code for the sentence, and the student's own traceback."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import torch

from grader.inside.pipes import Pipes, flush

BOX = os.environ.get("PRACTICE_BOX", "/box/")  # elsewhere only for a student who practises without a sandbox
DETAIL_CHARACTERS = 8000


class UnusableError(Exception):
    """The student's code ran but gave something that cannot be used. `code` names the sentence."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def fail(pipes: Pipes, error: BaseException) -> NoReturn:
    """Say what ended the run, and end it."""
    flush()
    if isinstance(error, UnusableError):
        pipes.note(failure=error.code, detail=error.detail[:DETAIL_CHARACTERS])
    else:
        pipes.note(failure=_code_of(error), detail=own_traceback(error))
    os._exit(1)


@contextmanager
def exit_at_once() -> Iterator[None]:
    """Nothing may be told of what is raised here, and the interpreter's own end would take seconds."""
    try:
        yield
    except BaseException:  # noqa: BLE001 - whatever the student's code raises, SystemExit included
        os._exit(1)


def _code_of(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return "exited"
    if isinstance(error, torch.OutOfMemoryError):
        return "gpu_memory"
    return "memory" if isinstance(error, MemoryError) else "raised"


def own_traceback(error: BaseException) -> str:
    """The student's traceback: frames of their files only, with paths as they know them."""
    seen: traceback.TracebackException | None
    seen = shown = traceback.TracebackException.from_exception(error)
    while seen is not None:
        seen.stack = traceback.StackSummary.from_list(
            [frame for frame in seen.stack if frame.filename.startswith(BOX)]
        )
        seen = seen.__cause__ or seen.__context__
    return "".join(shown.format()).replace(BOX, "")[-DETAIL_CHARACTERS:]
