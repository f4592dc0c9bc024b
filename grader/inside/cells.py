"""The code cells of a notebook, compiled one by one as a notebook does, and run as one module."""

from __future__ import annotations
import __future__

import ast
import asyncio
from collections.abc import Iterator, Sequence
from inspect import CO_COROUTINE
from types import CodeType
from typing import Any

FUTURES = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)

OF_THIS_RUN: list[Sequence[int]] = []
"""Of each code cell of the notebook that runs here, its first line in the joined file (from 1), and its
number of lines; empty where no notebook runs."""


def compiled(source: str, path: str) -> Iterator[CodeType]:
    """The code of each cell, with the line numbers of the joined file. Raises SyntaxError and ValueError.

    As in a notebook, `from __future__` may stand in any cell and holds for those behind it, and `await` may
    stand outside of a function.
    """
    lines = source.split("\n")
    flags = 0
    for first, count in OF_THIS_RUN:
        text = "\n".join(lines[first - 1 : first - 1 + count])
        try:
            tree = compile(
                text,
                path,
                "exec",
                flags | ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT,
                dont_inherit=True,
            )
        except SyntaxError as error:
            line = first - 1 + (error.lineno or 1)
            # Python took the text from the joined file, where the line of this number is another.
            error.text = lines[line - 1] if line <= len(lines) else None
            error.lineno = line
            error.end_lineno = None
            raise
        ast.increment_lineno(tree, first - 1)
        code = compile(tree, path, "exec", flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        flags |= code.co_flags & FUTURES
        yield code


def run(code: CodeType, names: dict[str, Any]) -> None:
    """Run one cell among the names of its module."""
    if code.co_flags & CO_COROUTINE:
        asyncio.run(eval(code, names))  # noqa: S307 - the student's own cell, behind the walls
    else:
        exec(code, names)  # noqa: S102
