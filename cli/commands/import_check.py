"""Imports that a hand-in cannot have where it runs, found in its syntax; graders look in the same way.

What they have is said by the server: a package that is installed here says nothing about there.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

from cli.language.translation import Sentence
from cli.language.translation import lazy_gettext as _

GUARDS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def of_imports(sources: Mapping[str, bytes], packages: Collection[str]) -> Iterator[Sentence]:
    """What these Python files import that is neither theirs, nor Python's, nor among the packages."""
    own = {part for name in sources for part in PurePosixPath(name).with_suffix("").parts}
    installed = {
        name.partition(">")[0].partition("=")[0].strip().lower().replace("-", "_") for name in packages
    }
    known = own | sys.stdlib_module_names | set(packages)
    for name, source in sources.items():
        for line, module in _imports(source):
            if module not in known and module.lower() not in installed:
                yield _(
                    "{file}, line {line}: {module} is not installed where it runs.",
                    file=name,
                    line=line,
                    module=module,
                )


def _imports(source: bytes) -> list[tuple[int, str]]:
    try:
        found = list(_of_block(ast.parse(source).body))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # which is told elsewhere
    return sorted(dict.fromkeys(found))


def _of_block(nodes: Collection[ast.AST]) -> Iterator[tuple[int, str]]:
    for node in nodes:
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name.partition(".")[0]) for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield node.lineno, module.partition(".")[0]
            case ast.Try(handlers=handlers) if any(map(_catches_imports, handlers)):
                yield from _of_block([*handlers, *node.orelse, *node.finalbody])
            case ast.If(test=test) if _never_runs(test):
                yield from _of_block(node.orelse)
            case _:
                yield from _of_block(list(ast.iter_child_nodes(node)))


def _catches_imports(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(one is None or getattr(one, "id", "") in GUARDS for one in caught)


def _never_runs(test: ast.expr) -> bool:
    names = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
    return bool(names & {"TYPE_CHECKING", "__name__"})
