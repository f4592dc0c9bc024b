"""Checks of files before `hazi check` grades them here: syntax, functions, tables, weights, archives."""

from __future__ import annotations

import ast
import csv
import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence

from cli.api.uploads import OpenedFile
from cli.language.translation import Sentence
from cli.language.translation import lazy_gettext as _

FUNCTIONS = {"code": ("train", "predict"), "model": ("build_model",)}
SOURCES = {"code": "submission.py", "functions": "submission.py", "model": "model.py"}
LONGEST_HEADER = 16 * 2**20
LARGEST_NOTEBOOK = 16 * 2**20  # characters, as in the grader
MOST_VALUES = 400_000


def problems(kind: str, files: Sequence[OpenedFile]) -> Iterator[Sentence]:
    """The faults that can be found without PyTorch; a hand-in may fail for other reasons too."""
    for file in files:
        suffix = file.name.rpartition(".")[2].lower()
        if suffix == "py":
            yield from _python(kind, file)
        elif (check := CHECKS_BY_SUFFIX.get(suffix)) and (problem := check(file)):
            yield problem


def _content(file: OpenedFile) -> bytes:
    file.handle.seek(0)
    return file.handle.read()


def _python(kind: str, file: OpenedFile) -> Iterator[Sentence]:
    name = file.name
    try:
        body = ast.parse(_content(file), filename=name).body
    except SyntaxError as error:
        yield _("{file}, line {line}: {why}", file=name, line=error.lineno or "?", why=error.msg)
    except (ValueError, RecursionError, MemoryError) as error:
        yield _("{file} is no Python: {why}", file=name, why=error)
    else:
        if name == SOURCES.get(kind):
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
    if len(content) > LARGEST_NOTEBOOK or sum(map(content.count, (b"{", b"["))) > MOST_VALUES:
        # Parsing it would fill the memory of this machine; the outputs of its cells are what is large.
        return _("{file} is too large: clear its outputs and save it.", file=file.name)
    try:
        cells = json.loads(content)["cells"]
        sound = isinstance(cells, list) and any(cell["cell_type"] == "code" for cell in cells)
    except (ValueError, TypeError, KeyError, RecursionError):
        sound = False
    return None if sound else _("{file} is no notebook with code in it.", file=file.name)


def _table(file: OpenedFile) -> Sentence | None:
    name = file.name
    try:
        rows = csv.reader(io.StringIO(_content(file).decode("utf-8-sig"), newline=""))
        widths = {len(row) for row in rows if row}
    except (UnicodeDecodeError, csv.Error) as error:
        return _("{file} is no table in UTF-8: {why}", file=name, why=error)
    if len(widths) != 1:
        return _("{file}: not all rows have the same number of columns.", file=name)
    return None


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


def _archive(file: OpenedFile) -> Sentence | None:
    file.handle.seek(0)
    try:
        with zipfile.ZipFile(file.handle) as archive:
            sound = bool(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        sound = False
    return None if sound else _("{file} is no whole zip archive.", file=file.name)


CHECKS_BY_SUFFIX: Mapping[str, Callable[[OpenedFile], Sentence | None]] = {
    "ipynb": _notebook,
    "csv": _table,
    "safetensors": _weights,
    "zip": _archive,
}
