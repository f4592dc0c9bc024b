"""How a run that cannot go on says so: a code for the sentence, and the student's own traceback."""

from __future__ import annotations

import errno
import os
import socket
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import torch

from grader.inside import cells
from grader.inside.pipes import Pipes, flush
from grader.inside.workspace import BOX, WORK

DETAIL_CHARACTERS = 8000
UNREACHABLE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL})
NETWORK_WORDS = ("Name or service not known", "name resolution", "Network is unreachable")


class UnusableError(Exception):
    """The student's code ran but gave something that cannot be used. `code` names the sentence."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class LoadingError(Exception):
    """Something was raised, its cause, before any function of the student's was called."""


def fail(pipes: Pipes, error: BaseException) -> NoReturn:
    """Say what ended the run, and end it."""
    flush()
    if isinstance(error, UnusableError):
        pipes.note(failure=error.code, detail=error.detail[:DETAIL_CHARACTERS])
    elif isinstance(error, LoadingError):
        raised = error.__cause__ or error
        code = _code_of(raised)
        loading = {"raised": "load_raised", "no_file": "load_raised", "exited": "load_exited"}
        pipes.note(failure=loading.get(code, code), detail=own_traceback(raised))
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
    if isinstance(error, MemoryError):
        return "memory"
    return next((code for one in _chain(error) if (code := _missed(one))), "raised")


def _missed(error: BaseException) -> str:
    """What of the world outside the code asked for; empty where nothing."""
    text = str(error)[:2000]
    if isinstance(error, socket.gaierror) or any(word in text for word in NETWORK_WORDS):
        return "no_network"
    if isinstance(error, OSError) and error.errno in UNREACHABLE:
        return "no_network"
    if isinstance(error, EOFError) and "reading a line" in text:
        return "no_keyboard"
    if type(error).__name__ == "TclError" or "could not connect to display" in text:
        return "no_display"
    return "no_file" if isinstance(error, FileNotFoundError) else ""


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and what it came from, the innermost last."""
    seen: BaseException | None = error
    known: set[int] = set()
    while seen is not None and id(seen) not in known:
        known.add(id(seen))
        yield seen
        seen = seen.__cause__ or seen.__context__


def own_traceback(error: BaseException) -> str:
    """The student's traceback: frames of their files only, with paths and places as they know them."""
    seen: traceback.TracebackException | None
    seen = shown = traceback.TracebackException.from_exception(error)
    while seen is not None:
        frames = [frame for frame in seen.stack if frame.filename.startswith((WORK, BOX))]
        seen.stack = traceback.StackSummary.from_list([_shown_frame(frame) for frame in frames])
        if getattr(seen, "lineno", None) is not None:  # of a syntax error
            seen.filename, line = shown_place(seen.filename or "", int(seen.lineno or 0))
            seen.lineno = str(line)
        seen = seen.__cause__ or seen.__context__
    return without_paths("".join(shown.format()))[-DETAIL_CHARACTERS:]


def without_paths(text: str) -> str:
    """The text with the student's files by their names, and nothing of where this machine keeps Python."""
    for folder in (WORK, BOX):
        text = text.replace(folder, "")
    for prefix in sorted({sys.prefix, sys.base_prefix, sys.exec_prefix}, key=len, reverse=True):
        text = text.replace(f"{prefix}/", "python/")
    return text


def short_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    """As `warnings.formatwarning`, without the line of code: it may be one of ours."""
    del line
    return f"{without_paths(filename)}:{lineno}: {category.__name__}: {message}\n"


def _shown_frame(frame: traceback.FrameSummary) -> traceback.FrameSummary:
    filename, line = shown_place(frame.filename, frame.lineno or 0)
    return traceback.FrameSummary(filename, line, frame.name, lookup_line=False, line=frame.line)


def shown_place(filename: str, line: int) -> tuple[str, int]:
    """A place as the student knows it: in a notebook the code cell, and the line in it."""
    if filename in {WORK + "submission.py", BOX + "submission.py"}:
        for number, (first, count) in enumerate(cells.OF_THIS_RUN, start=1):
            if first <= line < first + count:
                return f"code cell {number}", line - first + 1
    return filename, line
