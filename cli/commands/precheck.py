"""Checks of files before `hazi check` grades them here: syntax, functions, tables, weights, archives."""

from __future__ import annotations

import ast
import json
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence

from cli.api.uploads import OpenedFile
from cli.commands import import_check, refusals
from cli.files.hand_in_files import MainFile, main_file
from cli.language.translation import Sentence
from cli.language.translation import lazy_gettext as _

FUNCTIONS = {"code": ("train", "predict"), "model": ("build_model",)}
SOURCES = {"code": "submission.py", "functions": "submission.py", "model": "model.py"}
ZIP = ".zip"
PARTIAL = {"missing_file", "main_missing"}  # who checks one file may hand in others beside it
LONGEST_HEADER = 16 * 2**20
LARGEST_NOTEBOOK = 16 * 2**20  # characters, as in the grader
MOST_VALUES = 400_000


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
            yield from _python(kind, file, is_main=file.name == main.name)
        elif suffix == ZIP.removeprefix(".") and len(files) == 1:
            yield from _archive(kind, file)
        elif kind == "predictions":
            yield from refusals.of_table(file.name, _content(file))
        elif (check := CHECKS_BY_SUFFIX.get(suffix)) and (problem := check(file)):
            yield problem
    if packages:
        sources = {file.name: _content(file) for file in files if file.name.lower().endswith(".py")}
        yield from import_check.of_imports(sources, packages)


def _main(kind: str, names: Sequence[str]) -> MainFile:
    return main_file(names, SOURCES.get(kind, ""), notebooks=kind != "model")


def _content(file: OpenedFile) -> bytes:
    file.handle.seek(0)
    return file.handle.read()


def _python(kind: str, file: OpenedFile, *, is_main: bool) -> Iterator[Sentence]:
    name = file.name
    try:
        body = ast.parse(_content(file), filename=name).body
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
    if len(content) > LARGEST_NOTEBOOK or sum(map(content.count, (b"{", b"["))) > MOST_VALUES:
        # Parsing it would fill the memory of this machine; the outputs of its cells are what is large.
        return _("{file} is too large: clear its outputs and save it.", file=file.name)
    try:
        cells = json.loads(content)["cells"]
        sound = isinstance(cells, list) and any(cell["cell_type"] == "code" for cell in cells)
    except (ValueError, TypeError, KeyError, RecursionError):
        sound = False
    return None if sound else _("{file} is no notebook with code in it.", file=file.name)


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
    """Its names, by the rules of the grader; what is in it only the grader reads."""
    try:
        names = list(refusals.names_in(_content(file)))
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        names = []
    if not names:
        yield _("{file} is no whole zip archive.", file=file.name)
        return
    bad = list(refusals.of_entries(names))
    yield from bad or (refusals.of_main(_main(kind, names), SOURCES[kind]) if kind in SOURCES else ())


CHECKS_BY_SUFFIX: Mapping[str, Callable[[OpenedFile], Sentence | None]] = {
    "ipynb": _notebook,
    "safetensors": _weights,
}
