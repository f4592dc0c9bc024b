"""Finds held-out data that are drawn from a number in the course's folder. No program is run for it.

Whatever lies in the folder is copied into archives and images; whoever has it can draw the data again.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SEEDING = frozenset(
    {
        *("default_rng", "manual_seed", "seed", "set_state", "set_rng_state", "SeedSequence", "RandomState"),
        *("Generator", "Random", "Philox", "PCG64", "PCG64DXSM", "MT19937", "SFC64", "Xoroshiro128"),
    }
)
"""Functions and classes of NumPy, PyTorch and `random` that begin a stream of chance."""
SEEDED = frozenset({"random_state", "seed", "generator", "rng"})
"""Keywords of functions that draw: of scikit-learn, SciPy, PyTorch."""
ASKED = "held_out"
LARGEST_PROGRAM = 2**20


def shipped_seeds(folder: Path) -> tuple[str, ...]:
    """Where the programs of a folder begin a stream, as `file, line`; none where they ask `draws.held_out`.

    Only the programs at the top of the folder: starter and reference draw no data.
    """
    trees = {path.name: tree for path in sorted(folder.glob("*.py")) if (tree := _tree(path)) is not None}
    if any(_asks(tree) for tree in trees.values()):
        return ()
    return tuple(f"{name}, line {line}" for name, tree in trees.items() for line in _begins(tree))


def asks_for_secret(folder: Path) -> bool:
    """Whether a program at the top of the folder asks `draws.held_out`."""
    return any(_asks(tree) for path in folder.glob("*.py") if (tree := _tree(path)) is not None)


def _tree(path: Path) -> ast.Module | None:
    """What cannot be read draws nothing either: it fails when it is run."""
    try:
        source = path.read_bytes()
        return ast.parse(source) if len(source) <= LARGEST_PROGRAM else None
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _asks(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == ASKED for node in ast.walk(tree))


def _begins(tree: ast.Module) -> Iterator[int]:
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    lines = {call.lineno for call in calls if _name(call.func) in SEEDING or _is_seeded(call)}
    yield from sorted(lines)


def _is_seeded(call: ast.Call) -> bool:
    return any(keyword.arg in SEEDED for keyword in call.keywords)


def _name(function: ast.expr) -> str:
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""
