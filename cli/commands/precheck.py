"""What can be said of files without torch: whether they can be read, and have in them what is asked for."""

from __future__ import annotations

import ast
import csv
import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence

from cli.api.uploads import Parcel
from cli.language.translation import Sentence
from cli.language.translation import lazy_gettext as _

FUNCTIONS = {"code": ("train", "predict"), "model": ("build_model",)}
SOURCES = {"code": "submission.py", "functions": "submission.py", "model": "model.py"}
LONGEST_HEADER = 16 * 2**20
LARGEST_NOTEBOOK = 16 * 2**20  # as the grader has it
MOST_VALUES = 400_000


def problems(kind: str, parcels: Sequence[Parcel]) -> Iterator[Sentence]:
    """What a hand-in of these files would be refused for; far from all that it could be."""
    for parcel in parcels:
        suffix = parcel.name.rpartition(".")[2].lower()
        if suffix == "py":
            yield from _of_python(kind, parcel)
        elif (look := LOOKS.get(suffix)) and (found := look(parcel)):
            yield found


def _content(parcel: Parcel) -> bytes:
    parcel.file.seek(0)
    return parcel.file.read()


def _of_python(kind: str, parcel: Parcel) -> Iterator[Sentence]:
    name = parcel.name
    try:
        body = ast.parse(_content(parcel), filename=name).body
    except SyntaxError as error:
        yield _("{file}, line {line}: {why}", file=name, line=error.lineno or "?", why=error.msg)
    except (ValueError, RecursionError, MemoryError) as error:
        yield _("{file} is no Python: {why}", file=name, why=error)
    else:
        if name == SOURCES.get(kind):
            yield from _missing(FUNCTIONS.get(kind, ()), body, name)


def _missing(functions: Sequence[str], body: Sequence[ast.stmt], file: str) -> Iterator[Sentence]:
    defined = set(_defined(body))
    # What is imported with a star or made by other means cannot be seen from here.
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


def _notebook(parcel: Parcel) -> Sentence | None:
    content = _content(parcel)
    if len(content) > LARGEST_NOTEBOOK or sum(map(content.count, (b"{", b"["))) > MOST_VALUES:
        # The outputs of its cells make it so, and they would fill this machine's memory, too.
        return _("{file} is too large: clear its outputs and save it.", file=parcel.name)
    try:
        cells = json.loads(content)["cells"]
        sound = isinstance(cells, list) and any(cell["cell_type"] == "code" for cell in cells)
    except (ValueError, TypeError, KeyError, RecursionError):
        sound = False
    return None if sound else _("{file} is no notebook with code in it.", file=parcel.name)


def _table(parcel: Parcel) -> Sentence | None:
    name = parcel.name
    try:
        rows = csv.reader(io.StringIO(_content(parcel).decode("utf-8-sig"), newline=""))
        widths = {len(row) for row in rows if row}
    except (UnicodeDecodeError, csv.Error) as error:
        return _("{file} is no table in UTF-8: {why}", file=name, why=error)
    if len(widths) != 1:
        return _("{file}: not all rows have the same number of columns.", file=name)
    return None


def _weights(parcel: Parcel) -> Sentence | None:
    """The header of https://huggingface.co/docs/safetensors: eight bytes of length, then JSON."""
    parcel.file.seek(0)
    try:
        (length,) = struct.unpack("<Q", parcel.file.read(8))
        header = json.loads(parcel.file.read(min(length, LONGEST_HEADER)))
        ends = [told["data_offsets"][1] for key, told in header.items() if key != "__metadata__"]
        sound = bool(ends) and max(ends) == parcel.size - 8 - length
    except (struct.error, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        sound = False
    return None if sound else _("{file} is no whole safetensors file.", file=parcel.name)


def _archive(parcel: Parcel) -> Sentence | None:
    parcel.file.seek(0)
    try:
        with zipfile.ZipFile(parcel.file) as archive:
            sound = bool(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        sound = False
    return None if sound else _("{file} is no whole zip archive.", file=parcel.name)


LOOKS: Mapping[str, Callable[[Parcel], Sentence | None]] = {
    "ipynb": _notebook,
    "csv": _table,
    "safetensors": _weights,
    "zip": _archive,
}
