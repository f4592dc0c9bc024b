"""Checks of files before `hazi check` grades them here: syntax, functions, tables, weights, archives."""

from __future__ import annotations

import ast
import json
import struct
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from cli.api.uploads import OpenedFile
from cli.commands import archives, import_check, refusals
from cli.files import notebook_cells
from cli.files.hand_in_files import NOTEBOOK, MainFile, main_file
from cli.language.translation import Sentence
from cli.language.translation import lazy_gettext as _

FUNCTIONS = {"code": ("train", "predict"), "model": ("build_model",)}
SOURCES = {"code": "submission.py", "functions": "submission.py", "model": "model.py"}
ZIP = ".zip"
PARTIAL = {"missing_file", "main_missing"}  # who checks one file may hand in others beside it
LONGEST_HEADER = 16 * 2**20
LARGEST_NOTEBOOK = 16 * 2**20  # characters, as in the grader
MOST_VALUES = 400_000
NOT_READ = (ValueError, TypeError, KeyError, RecursionError)
"""What reading a notebook may raise."""


def problems(kind: str, files: Sequence[OpenedFile], packages: Sequence[str] = ()) -> Iterator[Sentence]:
    """The faults that can be found without PyTorch; a hand-in may fail for other reasons too.

    `packages` are those that its code can import; without any nothing is said of imports.
    """
    names = [file.name for file in files]
    main = _main(kind, names)
    if len(files) > 1 or not names[0].lower().endswith(ZIP):
        yield from (
            refusals.of_main(main, SOURCES[kind]) if main.problem not in PARTIAL and kind in SOURCES else ()
        )
    for file in files:
        suffix = file.name.rpartition(".")[2].lower()
        if suffix == "py":
            yield from _python(kind, file.name, _content(file), is_main=file.name == main.name)
        elif suffix == ZIP.removeprefix(".") and len(files) == 1:
            yield from _archive(kind, file)
        elif kind == "predictions":
            yield from refusals.of_table(file.name, _content(file))
        elif (check := CHECKS_BY_SUFFIX.get(suffix)) and (problem := check(file)):
            yield problem
    if packages and kind in SOURCES:
        yield from _imports(kind, _contents(files), packages)


def _contents(files: Sequence[OpenedFile]) -> Mapping[str, bytes]:
    """Files by name, a single archive unpacked."""
    if len(files) == 1 and files[0].name.lower().endswith(ZIP):
        return archives.contents_of(_content(files[0]))
    return {file.name: _content(file) if file.name.lower().endswith(archives.READ) else b"" for file in files}


def _imports(kind: str, contents: Mapping[str, bytes], packages: Sequence[str]) -> Iterator[Sentence]:
    main = _main(kind, contents.keys())
    not_graded = main.others if main.name else ()
    others = {name: content for name, content in contents.items() if name not in not_graded}
    if main.name.lower().endswith(NOTEBOOK):
        try:
            cells = _cells(contents[main.name])
        except NOT_READ:
            return  # which is told elsewhere
        yield from import_check.of_cells(others, cells, SOURCES[kind], packages)
    else:
        yield from import_check.of_files(others, main.name, SOURCES[kind], packages)


def _main(kind: str, names: Collection[str]) -> MainFile:
    return main_file(names, SOURCES.get(kind, ""), notebooks=kind != "model")


def _content(file: OpenedFile) -> bytes:
    file.handle.seek(0)
    return file.handle.read()


def _python(kind: str, name: str, source: bytes, *, is_main: bool) -> Iterator[Sentence]:
    try:
        body = ast.parse(source, filename=name).body
    except SyntaxError as error:
        if error.lineno is None:
            yield _("{file} is no Python: {why}", file=name, why=error.msg)
        else:
            yield _("{file}, line {line}: {why}", file=name, line=error.lineno, why=error.msg)
    except (ValueError, RecursionError, MemoryError) as error:
        yield _("{file} is no Python: {why}", file=name, why=error)
    else:
        if is_main:
            yield from _missing(FUNCTIONS.get(kind, ()), body, name)


def _missing(functions: Sequence[str], body: Sequence[ast.stmt], file: str) -> Iterator[Sentence]:
    defined = set(_defined(body))
    # Names that a star import or other means define cannot be seen in the syntax.
    if not any(isinstance(line, ast.ImportFrom) and line.names[0].name == "*" for line in body):
        for name in functions:
            if name not in defined:
                yield _("{file} has no function `{name}`.", file=file, name=name)


def _defined(body: Sequence[ast.stmt]) -> Iterator[str]:
    for line in body:
        match line:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (alias.asname or alias.name for alias in names)
            case ast.If(body=inner, orelse=other) | ast.Try(body=inner, orelse=other):
                yield from _defined([*inner, *other])


def _notebook(file: OpenedFile) -> Sentence | None:
    content = _content(file)
    if _is_too_large(content):
        return _("{file} is too large: clear its outputs and save it.", file=file.name)
    try:
        sound = bool(_cells(content))
    except NOT_READ:
        sound = False
    return None if sound else _("{file} is no notebook with code in it.", file=file.name)


def _is_too_large(notebook: bytes) -> bool:
    """Parsing it would fill the memory of this machine; the outputs of its cells are what is large."""
    return len(notebook) > LARGEST_NOTEBOOK or sum(map(notebook.count, (b"{", b"["))) > MOST_VALUES


def _cells(notebook: bytes) -> list[str]:
    """The sources of its code cells. Raises an error of NOT_READ."""
    if _is_too_large(notebook):
        raise ValueError("too large")
    cells = [notebook_cells.source_of(cell) for cell in json.loads(notebook)["cells"]]
    if None in cells:
        raise ValueError("no cell")
    return [source for kind, source in filter(None, cells) if kind == "code"]


def _weights(file: OpenedFile) -> Sentence | None:
    """Check the header (https://huggingface.co/docs/safetensors): eight bytes of length, then JSON."""
    file.handle.seek(0)
    try:
        (length,) = struct.unpack("<Q", file.handle.read(8))
        header = json.loads(file.handle.read(min(length, LONGEST_HEADER)))
        ends = [tensor["data_offsets"][1] for name, tensor in header.items() if name != "__metadata__"]
        sound = bool(ends) and max(ends) == file.size - 8 - length
    except (struct.error, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        sound = False
    return None if sound else _("{file} is no whole safetensors file.", file=file.name)


def _archive(kind: str, file: OpenedFile) -> Iterator[Sentence]:
    """Its names, by the rules of the grader, and whether its Python files are Python."""
    contents = archives.contents_of(_content(file))
    names = contents.keys()
    if not names:
        yield _("{file} is no whole zip archive.", file=file.name)
        return
    bad = list(refusals.of_entries(names))
    yield from bad
    if bad or kind not in SOURCES:
        return
    yield from refusals.of_main(_main(kind, names), SOURCES[kind])
    for name, content in contents.items():
        if name.endswith(".py"):
            yield from _python(kind, name, content, is_main=False)


CHECKS_BY_SUFFIX: Mapping[str, Callable[[OpenedFile], Sentence | None]] = {
    "ipynb": _notebook,
    "safetensors": _weights,
}
