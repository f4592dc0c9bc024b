"""What the student's files import, read from their syntax while nothing of theirs has run.

Only what can be reached from the main file counts, by any name that one of their files has. An import that is
guarded (`try: ... except ImportError`) is not asked for.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

MOST_FAULTS = 40
FRAGILE = frozenset({"torchvision", "torchaudio"})
"""Of another build than torch's they are installed and cannot be imported."""
OF_NOTEBOOKS = ("google.colab", "IPython")
"""What a notebook brings along; grader/inside/notebook_modules.py stands in for it."""
CALLS = frozenset({"import_module", "__import__"})
OPAQUE = frozenset({"exec", "eval", "run_path", "run_module"})
GUARDS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


@dataclass(frozen=True)
class Import:
    """A module by its full name, and where it is imported."""

    file: str
    line: int
    module: str

    @property
    def top(self) -> str:
        """The package that has to be there."""
        return self.module.partition(".")[0]


@dataclass
class Faults:
    """What is imported and cannot be: modules that are nowhere, and files that another module hides."""

    missing: list[Import] = field(default_factory=list)
    hidden: list[Import] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.missing or self.hidden)


def faults(root: Path, main: str, *, is_notebook: bool) -> Faults:
    """What would fail of the imports of `main` and all that it reaches, in the order of files and lines."""
    own = _Own(root)
    found, seen = Faults(), set[tuple[str, str]]()
    for one in own.imports_from(main):
        if (one.file, one.module) in seen:
            continue
        seen.add((one.file, one.module))
        if own.has_at_the_top(one.top) and (one.top in sys.stdlib_module_names or _is_installed(one.top)):
            found.hidden.append(one)
        elif not own.knows(one) and not _is_there(one, is_notebook=is_notebook):
            found.missing.append(one)
    return Faults(found.missing[:MOST_FAULTS], found.hidden[:MOST_FAULTS])


class _Own:
    """The student's Python files, by the names under which they can import each other."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._files = {str(path.relative_to(root)): path for path in sorted(root.rglob("*.py"))}
        self._by_name: dict[str, list[str]] = {}
        for name in self._files:
            for part in PurePosixPath(name).with_suffix("").parts:
                self._by_name.setdefault(part, []).append(name)

    def has_at_the_top(self, name: str) -> bool:
        """Whether `import name` would mean a file of theirs at home, where their folder comes first."""
        return f"{name}.py" in self._files or f"{name}/__init__.py" in self._files

    def knows(self, one: Import) -> bool:
        """Whether a file or folder of theirs has that name, wherever it lies: they may extend sys.path."""
        return one.top in self._by_name or (self._root / one.top).is_dir()

    def imports_from(self, main: str) -> Iterator[Import]:
        """All imports of a file and of the files that it reaches."""
        waiting, known = [main], {main}
        while waiting:
            name = waiting.pop(0)
            reader = _Reader(name)
            reader.read(self._files[name])
            yield from reader.found
            reached = self._files if reader.opaque else self._reached(reader)
            waiting += [other for other in reached if other not in known]
            known.update(reached)

    def _reached(self, reader: _Reader) -> list[str]:
        return [name for word in sorted(reader.words) for name in self._by_name.get(word, ())]


class _Reader(ast.NodeVisitor):
    """Collects the imports of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Import] = []
        self.words: set[str] = set()  # every name that may be a file of theirs
        self.opaque = False  # code that is made while it runs may import anything

    def read(self, path: Path) -> None:
        """Read a file; of one that is no Python nothing is known, and it may never be imported."""
        try:
            self.visit(ast.parse(path.read_bytes()))
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
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in CALLS:
            match node.args:
                case [ast.Constant(value=str(name)), *_] if name and not name.startswith("."):
                    self._note(node.lineno, name)
                case _:
                    self.opaque = True
        self.opaque |= called in OPAQUE and isinstance(node.func, ast.Name | ast.Attribute)
        self.generic_visit(node)

    def visit_Try(self, node: ast.Try) -> None:
        """What is tried and may fail is not asked for; it may be a file of theirs all the same."""
        if not any(map(_catches_imports, node.handlers)):
            self.generic_visit(node)
            return
        inner = _Reader(self.file)
        for statement in node.body:
            inner.visit(statement)
        self.words |= inner.words
        rest: list[ast.AST] = [*node.handlers, *node.orelse, *node.finalbody]
        for part in rest:
            self.visit(part)

    def visit_If(self, node: ast.If) -> None:
        """`if TYPE_CHECKING:` never runs, and neither does `if __name__ == "__main__":`."""
        if not _never_runs(node.test):
            self.generic_visit(node)
            return
        for statement in node.orelse:
            self.visit(statement)

    def _note(self, line: int, module: str) -> None:
        self.found.append(Import(self.file, line, module))
        self.words.update(module.split("."))


def _catches_imports(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(one is None or getattr(one, "id", "") in GUARDS for one in caught)


def _never_runs(test: ast.expr) -> bool:
    match test:
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING") | ast.Constant(value=False):
            return True
        case ast.Compare(
            left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant("__main__")]
        ):
            return True
    return False


def _is_there(one: Import, *, is_notebook: bool) -> bool:
    if any(f"{one.module}.".startswith(f"{name}.") for name in OF_NOTEBOOKS):
        return is_notebook
    return one.top in sys.stdlib_module_names or _is_installed(one.top)


def _is_installed(name: str) -> bool:
    if name in sys.modules:
        return True
    try:
        if importlib.util.find_spec(name) is None:
            return False
        if name in FRAGILE:
            __import__(name)
    except Exception:  # noqa: BLE001 - what cannot be imported is not there
        return False
    return True
