"""The student's module: compiled, loaded and called as its own signatures ask for."""

from __future__ import annotations

import importlib.util
import inspect
import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from inspect import BoundArguments, Parameter
from pathlib import Path
from types import CellType, ModuleType
from typing import Any

from grader.inside import cells, imports, notebook_modules, workspace
from grader.inside.error_report import LoadingError, UnusableError, own_traceback, shown_place, without_paths
from grader.inside.pipes import Pipes
from grader.inside.workspace import BOX, WORK

SUBMISSION = "submission.py"
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)


def check_source(pipes: Pipes, job: Mapping[str, Any], file: str = SUBMISSION) -> None:
    """Answer C, X or M while nothing of the student's has run, so that this answer can be trusted.

    X says that the file does not compile, M that it imports what is not there or what another module hides,
    U that it is gone, which only somebody outside of the box can have done.
    """
    cells.OF_THIS_RUN[:] = job.get("cells", ())
    try:
        source = Path(BOX, file).read_bytes()
    except OSError:
        pipes.answer(b"U")
        os._exit(1)
    try:
        if cells.OF_THIS_RUN:
            list(cells.compiled(source.decode(), BOX + file))
        else:
            compile(source, BOX + file, "exec", dont_inherit=True)
    except UNREADABLE as error:
        pipes.note(failure="syntax", detail=own_traceback(error))
        pipes.answer(b"X")
        os._exit(1)
    if found := imports.faults(Path(BOX), file, is_notebook=bool(cells.OF_THIS_RUN)):
        for name, kind in (("missing", found.missing), ("hidden", found.hidden)):
            pipes.note(imports=name, places=[[one.file, one.line, one.module] for one in kind])
        pipes.answer(b"M")
        os._exit(1)
    pipes.answer(b"C")


def load(file: str = SUBMISSION) -> ModuleType:
    """The student's module. Raises LoadingError from whatever its own code raises.

    Their folder comes last, so that none of their files replaces a real module.
    """
    workspace.enter()
    name = file.removesuffix(".py")
    sys.path.append(WORK.rstrip("/"))
    spec: Any = importlib.util.spec_from_file_location(name, WORK + file)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    notebook_modules.plain_progress_bars()
    try:
        if cells.OF_THIS_RUN:
            notebook_modules.stand_in(module)
            for code in cells.compiled(Path(BOX, file).read_text("utf-8"), WORK + file):
                cells.run(code, module.__dict__)
        else:
            spec.loader.exec_module(module)
    except BaseException as error:
        raise LoadingError from error
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


def bound(
    function: Callable[..., Any], code: str, given: Mapping[str, object], extras: Mapping[str, object]
) -> Callable[[], Any]:
    """A call of a function of theirs in which each value goes to the parameter of its name.

    What is `given` it has to take: where no parameter has the name of a value, it goes to the first that is
    left. Of `extras` it gets what it names. Raises UnusableError where that is no call.
    """
    signature = _signature(function)
    parameters = signature.parameters
    arguments = {
        name: value for name, value in {**extras, **given}.items() if _is_named(parameters.get(name))
    }
    rest = [value for name, value in given.items() if name not in arguments]
    free = [one for one in parameters.values() if one.kind in NAMED and one.name not in arguments]
    free.sort(key=lambda one: one.default is not one.empty)
    arguments |= {one.name: value for one, value in zip(free, rest, strict=False)}
    for one in parameters.values():
        if one.kind is one.VAR_KEYWORD:
            arguments[one.name] = {name: value for name, value in extras.items() if name not in arguments}
        elif one.kind is one.VAR_POSITIONAL:
            arguments[one.name] = tuple(rest[len(free) :])
    call = BoundArguments(signature, {name: arguments[name] for name in parameters if name in arguments})
    too_many = len(rest) > len(free) and not any(
        one.kind is one.VAR_POSITIONAL for one in parameters.values()
    )
    if too_many or (problem := _problem(signature, call)):
        problem = f"it takes {len(free)} of {', '.join(given)}" if too_many else problem
        raise UnusableError(code, f"{place_of(function)}{problem}")
    return partial(function, *call.args, **call.kwargs)


def _problem(signature: inspect.Signature, call: BoundArguments) -> str:
    try:
        signature.bind(*call.args, **call.kwargs)
    except TypeError as error:
        return str(error)
    return ""


NAMED = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)


def _is_named(parameter: Parameter | None) -> bool:
    return parameter is not None and parameter.kind in NAMED


def _signature(function: Callable[..., Any]) -> inspect.Signature:
    """That of the function inside of a decorator, also where the decorator does not say what it wraps."""
    signature = inspect.signature(function)
    kinds = [one.kind for one in signature.parameters.values()]
    if kinds != [inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD]:
        return signature
    inner = [cell.cell_contents for cell in getattr(function, "__closure__", None) or () if _is_filled(cell)]
    functions = [one for one in inner if inspect.isfunction(one)]
    return _signature(functions[0]) if len(functions) == 1 else signature


def _is_filled(cell: CellType) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def place_of(function: Callable[..., Any]) -> str:
    """Where a function of theirs begins, for a sentence about it; empty where that is not known."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None or not code.co_filename.startswith(WORK):
        return ""
    filename, line = shown_place(code.co_filename, code.co_firstlineno)
    return f"{without_paths(filename)}, line {line}: "
