"""Imports that a hand-in cannot have where it runs, found in its syntax: by the reader of the grader.

What is installed there is said by the server: a package that is installed here says nothing about there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from cli.files import notebook_cells
from cli.files.python_imports import Files, Import, faults
from cli.language.translation import Sentence, Sentences
from cli.language.translation import lazy_gettext as _

VERSIONS = re.compile(r"[<>=!~\s]")
"""What begins the versions of a package that an assignment asks for, as in `networkx>=3`."""


def missing(**values: object) -> Sentence:
    """Of modules that are nowhere."""
    return _("Not installed: {modules}. Installed are {packages}.", **values)


def hidden(**values: object) -> Sentence:
    """Of their own files that cannot be imported."""
    return _(
        "Called like an installed module, so that one would be imported instead of yours: {modules}. Give "
        "your file another name.",
        **values,
    )


def at(**values: object) -> Sentence:
    """Where a file imports a module."""
    return _("{module} ({file}, line {line})", **values)


def in_cell(**values: object) -> Sentence:
    """Where a notebook imports a module."""
    return _("{module} (code cell {cell}, line {line})", **values)


def of_files(
    contents: Mapping[str, bytes], main: str, target: str, packages: Collection[str]
) -> Iterator[Sentence]:
    """What these Python files import that is neither theirs, nor Python's, nor among the packages.

    `main` is the one that is graded, under the name `target`; without one all of them are.
    """
    files = dict(contents)
    if main:
        files[target] = files.pop(main)

    def place(one: Import) -> Sentence:
        return at(module=one.module, file=main if main and one.file == target else one.file, line=one.line)

    yield from _told(files, [target] if main else [], packages, place, is_notebook=False)


def of_cells(
    contents: Mapping[str, bytes], cells: Sequence[str], target: str, packages: Collection[str]
) -> Iterator[Sentence]:
    """The same of the code cells of a notebook, graded under the name `target`, and of files beside it."""
    joined = notebook_cells.joined(
        target, [notebook_cells.plain(code, number) for number, code in enumerate(cells, start=1)]
    )
    files = {**contents, target: joined.source.encode("utf-8", "replace")}

    def place(one: Import) -> Sentence:
        found = notebook_cells.place_of(one.line, joined.places) if one.file == target else None
        if found:
            return in_cell(module=one.module, cell=found[0], line=found[1])
        return at(module=one.module, file=one.file, line=one.line)

    yield from _told(files, [target], packages, place, is_notebook=True)


def _told(
    files: Mapping[str, bytes],
    main: Collection[str],
    packages: Collection[str],
    place: Callable[[Import], Sentence],
    *,
    is_notebook: bool,
) -> Iterator[Sentence]:
    names = {VERSIONS.split(name, maxsplit=1)[0].lower().replace("-", "_") for name in packages}
    found = faults(
        Files(files, files.__getitem__),
        main or [name for name in files if name.endswith(".py")],
        lambda name: name in packages or name.lower() in names,
        is_notebook=is_notebook,
    )
    if found.missing:
        yield missing(modules=Sentences([place(one) for one in found.missing]), packages=", ".join(packages))
    if found.hidden:
        yield hidden(modules=Sentences([place(one) for one in found.hidden]))
