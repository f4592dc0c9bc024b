"""A notebook becomes submission.py: its code cells in order, without what only a notebook understands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assignments.files import notebook_cells
from assignments.files.hand_in_files import shown
from assignments.json_reading import BadJsonError, Excess, read_json
from assignments.localized import Localized
from grader.files.unpack import SUBMISSION, Contents
from grader.sentences import RefusedError, say

ENDING = ".ipynb"
LARGEST = 16 * 2**20  # pictures in the outputs make notebooks large
MOST_VALUES = 400_000  # each becomes an object of about a hundred bytes in our memory
MOST_CELLS = 2000
MOST_NOTICES = 20
COLAB = re.compile(rb"\bgoogle\.colab\b")
SHOWN = re.compile(rb"\bIPython\b|\bdisplay\(")
EXCESSES = {
    Excess.BYTES: "notebook_size",
    Excess.VALUES: "notebook_values",
    Excess.DEPTH: "notebook_depth",
    Excess.SYNTAX: "notebook_syntax",
}
LEFT_OUT = {
    notebook_cells.What.CELL: "cell_left_out",
    notebook_cells.What.CONDITION: "condition_left_out",
}


@dataclass(frozen=True, slots=True)
class Joined:
    """The files to run, what was left out to make them, and where the code cells lie in the joined file."""

    contents: Contents
    notices: tuple[Localized, ...] = ()
    cells: tuple[tuple[int, int], ...] = ()  # of each the first line, counted from 1, and how many it has


def joined(contents: Contents) -> Joined:
    """The same files with submission.py in the notebook's place. Raises RefusedError."""
    notebooks = [name for name in contents.files if name.lower().endswith(ENDING) and "/" not in name]
    if not notebooks:
        return Joined(contents)
    name = notebooks[0]
    if SUBMISSION in contents.files:
        raise RefusedError("notebook_and_source", source=SUBMISSION, notebook=shown(name))
    if len(notebooks) > 1:
        raise RefusedError("notebooks", number=len(notebooks))
    cells = [
        notebook_cells.plain(code, number)
        for number, code in enumerate(_code_cells(name, contents.files[name]), start=1)
    ]
    whole = notebook_cells.joined(name, cells)
    source = _encoded(name, whole.source)
    others = {other: data for other, data in contents.files.items() if other != name}
    dropped = [one for cell in cells for one in cell.dropped]
    notices = (*_notices(dropped), *_stand_ins(source))
    return Joined(Contents(others | {SUBMISSION: source}), notices, whole.places)


def _stand_ins(source: bytes) -> Iterator[Localized]:
    """What of a notebook's own surroundings does nothing here."""
    if COLAB.search(source):
        yield say("colab_stands_still")
    if SHOWN.search(source):
        yield say("display_prints")


def _encoded(name: str, source: str) -> bytes:
    try:
        return source.encode()
    except UnicodeEncodeError as error:
        raise RefusedError("notebook_not_text", notebook=shown(name)) from error


def _code_cells(name: str, data: bytes) -> Iterator[str]:
    found = _cells(name, data)
    if len(found) > MOST_CELLS:
        raise RefusedError("notebook_cells", notebook=shown(name), most=MOST_CELLS)
    for position, cell in enumerate(found, start=1):
        read = notebook_cells.source_of(cell)
        if read is None:
            raise RefusedError("notebook_cell", notebook=shown(name), number=position)
        kind, source = read
        if kind == "code":
            yield source


def _cells(name: str, data: bytes) -> list[Any]:
    notebook = _document(name, data)
    if notebook.get("nbformat") != 4 or not isinstance(notebook.get("cells"), list):
        raise RefusedError("notebook_old", notebook=shown(name))
    language = _language(notebook.get("metadata"))
    if language not in {"", "python"}:
        raise RefusedError("notebook_language", notebook=shown(name))
    cells_: list[Any] = notebook["cells"]
    return cells_


def _document(name: str, data: bytes) -> Mapping[str, Any]:
    """The JSON object, refused before it is parsed where it could fill our memory."""
    try:
        document = read_json(data, most_bytes=LARGEST, most_values=MOST_VALUES)
    except BadJsonError as error:
        raise RefusedError(EXCESSES[error.excess], notebook=shown(name), mib=LARGEST // 2**20) from error
    if not isinstance(document, dict):
        raise RefusedError("notebook_not", notebook=shown(name))
    return document


def _language(metadata: object) -> str:
    """The language that the notebook declares, in small letters, or ""."""
    for table, key in (("kernelspec", "language"), ("language_info", "name")):
        found = metadata.get(table) if isinstance(metadata, dict) else None
        language = found.get(key) if isinstance(found, dict) else None
        if isinstance(language, str):
            return language.lower()
    return ""


def _notices(dropped: list[notebook_cells.Dropped]) -> tuple[Localized, ...]:
    notices = [_notice(one) for one in dropped[:MOST_NOTICES]]
    if more := len(dropped) - len(notices):
        notices.append(say("lines_left_out", number=more))
    return tuple(notices)


def _notice(one: notebook_cells.Dropped) -> Localized:
    return say(LEFT_OUT.get(one.what, "line_left_out"), cell=one.cell, line=one.line, code=one.shown)
