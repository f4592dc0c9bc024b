"""What Python files import and cannot have, read from their syntax while nothing of theirs runs.

Only what can be reached from the main file counts, by any name that one of their files has. An import that is
guarded (`try: ... except ImportError`) is not asked for, and what stands in for it only where it is missing.

Made of the standard library alone: the box and the command line, which may import nothing of ours, have this
same file. What is installed differs between them, and is an argument.
"""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeAlias

MOST_FAULTS = 40
OF_NOTEBOOKS = ("google.colab", "IPython")
"""What a notebook brings along; grader/inside/notebook_modules.py stands in for it."""
CALLS = frozenset({"import_module", "__import__"})
OPAQUE = frozenset({"exec", "eval", "run_path", "run_module"})
GUARDS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})

IsInstalled: TypeAlias = Callable[[str], bool]
"""Whether a package can be imported where the code runs, by the first word of its name."""


@dataclass(frozen=True, slots=True)
class Import:
    """A module by its full name, and where it is imported."""

    file: str
    line: int
    module: str
    instead_of: tuple[frozenset[str], ...] = ()
    """Modules that are tried before, level by level: it is asked for where one of each level is missing."""

    @property
    def top(self) -> str:
        """The package that has to be there."""
        return self.module.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Faults:
    """What is imported and cannot be: modules that are nowhere, and files that another module hides."""

    missing: Sequence[Import] = ()
    hidden: Sequence[Import] = ()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.missing or self.hidden)


class Files:
    """The files of a hand-in by name: read one by one, and only those that are reached."""

    def __init__(self, names: Collection[str], read: Callable[[str], bytes]) -> None:
        self.read = read
        self._names = frozenset(names)
        self._called: dict[str, list[str]] = {}
        for name in sorted(name for name in names if name.endswith(".py")):
            for part in dict.fromkeys(PurePosixPath(name).with_suffix("").parts):
                self._called.setdefault(part, []).append(name)
        self._folders = {name.partition("/")[0] for name in names if "/" in name}

    def called(self, word: str) -> Sequence[str]:
        """The Python files that have this name, or lie in a folder that has it."""
        return self._called.get(word, ())

    @property
    def words(self) -> Collection[str]:
        """All that a Python file or a folder around it is called."""
        return self._called.keys()

    def has(self, name: str) -> bool:
        """Whether a file or folder has that name, wherever it lies: they may extend sys.path."""
        return name in self._called or name in self._folders

    def has_at_the_top(self, name: str) -> bool:
        """Whether `import name` would mean a file of theirs at home, where their folder comes first."""
        return f"{name}.py" in self._names or f"{name}/__init__.py" in self._names


def faults(files: Files, main: Collection[str], is_installed: IsInstalled, *, is_notebook: bool) -> Faults:
    """What would fail of the imports of these main files and all that they reach, in order of lines."""

    def is_there(module: str) -> bool:
        top = module.partition(".")[0]
        if any(f"{module}.".startswith(f"{name}.") for name in OF_NOTEBOOKS):
            return is_notebook
        if is_notebook and any(name.startswith(f"{module}.") for name in OF_NOTEBOOKS):
            return True
        return top in sys.stdlib_module_names or is_installed(top)

    missing: dict[tuple[str, str], Import] = {}
    hidden: dict[tuple[str, str], Import] = {}
    for one in _imports_from(files, main):
        place = (one.file, one.module)
        if any(all(map(is_there, tried)) for tried in one.instead_of):
            continue
        if files.has_at_the_top(one.top) and is_there(one.top):
            hidden.setdefault(place, one)
        elif not files.has(one.top) and not is_there(one.module):
            missing.setdefault(place, one)
    return Faults(list(missing.values())[:MOST_FAULTS], list(hidden.values())[:MOST_FAULTS])


def _imports_from(files: Files, main: Collection[str]) -> Iterator[Import]:
    """All imports of some files and of the files that they reach."""
    waiting, known = list(main), set(main)
    while waiting:
        name = waiting.pop(0)
        reader = _Reader(name)
        reader.read(files.read(name))
        yield from reader.found
        words = files.words if reader.is_opaque else sorted(reader.words)
        for other in (other for word in words for other in files.called(word)):
            if other not in known:
                known.add(other)
                waiting.append(other)


class _Reader(ast.NodeVisitor):
    """Collects the imports of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Import] = []
        self.words: set[str] = set()  # every name that may be a file of theirs
        self.is_opaque = False  # code that is made while it runs may import anything
        self._tried: list[set[str]] = []  # what the guards around this place hold, the innermost last
        self._instead_of: tuple[frozenset[str], ...] = ()

    def read(self, source: bytes) -> None:
        """Read a file; of one that is no Python nothing is known, and it may never be imported."""
        try:
            with warnings.catch_warnings(action="ignore"):  # what Python thinks of it is said when it runs
                self.visit(ast.parse(source))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return

    def visit_Import(self, node: ast.Import) -> None:
        """`import a.b as c`."""
        for alias in node.names:
            self._note(node.lineno, alias.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """`from a.b import c`, or from their own package."""
        self.words.update(alias.name for alias in node.names)
        if node.level:
            self.words.update((node.module or "").split("."))
        elif node.module:
            self._note(node.lineno, node.module)

    def visit_Call(self, node: ast.Call) -> None:
        """`importlib.import_module("a.b")`."""
        called = _called(node)
        if called in CALLS:
            given = [*node.args, *(one.value for one in node.keywords if one.arg == "name")]
            match given[:1]:
                case [ast.Constant(value=str(name))] if name and not name.startswith("."):
                    self._note(node.lineno, name)
                case _:
                    self.is_opaque = True
        self.is_opaque |= called in OPAQUE
        self.generic_visit(node)

    def visit_Try(self, node: ast.Try | ast.TryStar) -> None:
        """What is tried and may fail is not asked for, and neither is what only follows where it did not."""
        if not any(map(_catches_imports, node.handlers)):
            self.generic_visit(node)
            return
        with self._guarded() as tried:
            self._visit_all([*node.body, *node.orelse])
        before = self._instead_of
        self._instead_of = (*before, frozenset(tried))
        # What of a handler is asked for says nothing of the guards around it: they hold more than that.
        with self._guarded() if self._tried else nullcontext():
            self._visit_all(node.handlers)
        self._instead_of = before
        self._visit_all(node.finalbody)

    visit_TryStar = visit_Try  # noqa: N815 - as ast.NodeVisitor calls it

    def visit_With(self, node: ast.With) -> None:
        """`with suppress(ImportError):`."""
        if not any(map(_suppresses_imports, node.items)):
            self.generic_visit(node)
            return
        with self._guarded():
            self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        """`if TYPE_CHECKING:` never runs, and neither does `if __name__ == "__main__":`."""
        outcome = _outcome(node.test)
        self.visit(node.test)
        if outcome is not False:
            if any(_called(one) == "find_spec" for one in ast.walk(node.test)):
                with self._guarded():
                    self._visit_all(node.body)
            else:
                self._visit_all(node.body)
        if outcome is not True:
            self._visit_all(node.orelse)

    def _visit_all(self, nodes: Collection[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)

    @contextmanager
    def _guarded(self) -> Iterator[set[str]]:
        """What is imported here may be missing; gives the names of it."""
        self._tried.append(set())
        yield self._tried[-1]
        self._tried.pop()

    def _note(self, line: int, module: str) -> None:
        self.words.update(module.split("."))
        if self._tried:
            self._tried[-1].add(module)
        else:
            self.found.append(Import(self.file, line, module, self._instead_of))


def _called(node: ast.AST) -> str:
    """The last word of what is called, by its name or as an attribute; "" for all else."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name
    return ""


def _catches_imports(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or _names_guard(handler.type)


def _suppresses_imports(item: ast.withitem) -> bool:
    called = item.context_expr
    return (
        isinstance(called, ast.Call) and _called(called) == "suppress" and any(map(_names_guard, called.args))
    )


def _names_guard(caught: ast.expr) -> bool:
    match caught:
        case ast.Tuple(elts=parts):
            return any(map(_names_guard, parts))
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in GUARDS
    return False


def _outcome(test: ast.expr) -> bool | None:
    """How a condition ends where the code is graded; None where that is not known."""
    match test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return False
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return None if (known := _outcome(inner)) is None else not known
        case ast.BoolOp(op=op, values=values):
            ends = isinstance(op, ast.Or)  # what one part decides
            known_parts = list(map(_outcome, values))
            return ends if ends in known_parts else None if None in known_parts else not ends
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as op], comparators=[right]):
            return isinstance(op, ast.NotEq) if _asks_for_main(left, right) else None
    return None


def _asks_for_main(*sides: ast.expr) -> bool:
    names = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    return names and any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)
