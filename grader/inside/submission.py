"""The student's module: compiled, loaded and called as its own signatures ask for."""

from __future__ import annotations

import importlib.util
import inspect
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.inside.error_report import BOX, UnusableError, own_traceback
from grader.inside.pipes import Pipes

SUBMISSION = "submission.py"


def check_syntax(pipes: Pipes, file: str = SUBMISSION) -> None:
    """Answer C or X while nothing of the student's has run, so that this answer can be trusted.

    U says that the file is not there, which only somebody outside of the box can have done.
    """
    try:
        source = Path(BOX, file).read_bytes()
    except OSError:
        pipes.answer(b"U")
        os._exit(1)
    try:
        compile(source, BOX + file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        pipes.note(failure="syntax", detail=own_traceback(error))
        pipes.answer(b"X")
        os._exit(1)
    pipes.answer(b"C")


def load(file: str = SUBMISSION) -> ModuleType:
    """The student's module. Their folder comes last, so that none of their files replaces a real module."""
    name = file.removesuffix(".py")
    sys.path.append(BOX)
    spec: Any = importlib.util.spec_from_file_location(name, BOX + file)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def function(module: ModuleType, name: str) -> Callable[..., Any]:
    """A function of theirs. Raises UnusableError where there is none."""
    found = getattr(module, name, None)
    if not callable(found):
        raise UnusableError(f"no_{name}")
    return found  # type: ignore[no-any-return]


def named(module: ModuleType, name: str) -> Callable[..., Any]:
    """A function that a check calls. Raises UnusableError where there is none."""
    found = getattr(module, name, None)
    if not callable(found):
        raise UnusableError("no_function", name)
    return found  # type: ignore[no-any-return]


def accepted(function: Callable[..., Any], offered: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the keyword arguments on offer that the function names."""
    parameters = inspect.signature(function).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return dict(offered)
    return {name: value for name, value in offered.items() if name in parameters}


def check_call(function: Callable[..., Any], code: str, *arguments: object, **keywords: object) -> None:
    """Raise UnusableError where the function cannot be called like this."""
    try:
        inspect.signature(function).bind(*arguments, **keywords)
    except TypeError as error:
        raise UnusableError(code, str(error)) from error
