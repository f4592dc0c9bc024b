"""The source files of ours, parsed once: what each module imports, for tests of walls and sizes."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("server", "grader", "cli", "assignments")
STUDENT_CODE = ("starter", "reference")


@dataclass(frozen=True, slots=True)
class Module:
    """One source file: its dotted name and what it imports, each import with its depth."""

    path: Path
    name: str
    tree: ast.Module

    @property
    def where(self) -> str:
        return str(self.path.relative_to(ROOT))

    def imports(self) -> Iterator[str]:
        """Every module named in an import statement, `from a import b` as both `a` and `a.b`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.where}: relative import"
                inner = [f"{node.module}.{alias.name}" for alias in node.names]
                yield from inner
                if any(path_of(name) is None for name in inner):  # `from room import module` needs no more
                    yield node.module or ""


def path_of(name: str) -> Path | None:
    """The source file of a module of ours."""
    stem = ROOT.joinpath(*name.split("."))
    candidates = (stem.with_suffix(".py"), stem / "__init__.py")
    return next((path for path in candidates if path.exists()), None)


@functools.cache
def modules() -> dict[str, Module]:
    """All source files of ours by dotted name; student code of assignments is not ours."""
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            relative = path.relative_to(ROOT)
            if any(part in STUDENT_CODE for part in relative.parts) or "versions" in relative.parts:
                continue
            name = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
            found[name] = Module(path, name, ast.parse(path.read_text()))
    return found


def in_room(room: str) -> list[Module]:
    return [module for module in modules().values() if module.path.is_relative_to(ROOT / room)]


def offenders(room: str, forbidden: set[str]) -> list[str]:
    """`file: import` for every import of a room whose top-level package is forbidden."""
    return [
        f"{module.where}: {name}"
        for module in in_room(room)
        for name in module.imports()
        if name.split(".")[0] in forbidden
    ]
