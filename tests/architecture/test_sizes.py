"""The sizes that keep rooms small: of functions, modules and folders."""

from __future__ import annotations

import ast
from collections import Counter

import pytest

from tests.architecture.source_tree import ROOMS, ROOT, in_room

LONGEST_FUNCTION = 40
LONGEST_MODULE = 400
FULLEST_FOLDER = 25
SERIES = (
    "tests/attacks",
    "docs/decisions",
    "server/migrations/versions",
)  # of like files, read one at a time
NOT_OURS = (
    "server/static/vendor",
    "server/static/fonts",
    "assignments/quizzes",
    "tests/attacks",
    "node_modules",
)


@pytest.mark.parametrize("room", ROOMS)
def test_modules_fit_on_a_few_screens(room: str):
    long = [
        f"{module.where}: {lines} lines"
        for module in in_room(room)
        if (lines := len(module.path.read_text().splitlines())) > LONGEST_MODULE
    ]
    assert long == []


@pytest.mark.parametrize("room", ROOMS)
def test_functions_fit_on_one_screen(room: str):
    long = [
        f"{module.where}: {node.name} has {lines} lines"
        for module in in_room(room)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (lines := _length(node)) > LONGEST_FUNCTION
    ]
    assert long == []


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring."""
    total = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        total -= (first.end_lineno or first.lineno) - first.lineno + 1
    return total


@pytest.mark.parametrize("room", [*ROOMS, "tests", "bench", "docs"])
def test_folders_can_be_taken_in_at_a_glance(room: str):
    files = Counter(
        path.parent.relative_to(ROOT).as_posix()
        for path in (ROOT / room).rglob("*")
        if path.is_file() and path.suffix not in {".pyc", ".mo"}
    )
    crowded = {
        folder: number
        for folder, number in files.items()
        if number > FULLEST_FOLDER
        and not folder.startswith((*SERIES, *NOT_OURS))
        and "__pycache__" not in folder
    }
    assert crowded == {}
