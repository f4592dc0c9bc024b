"""A notebook becomes submission.py: its code cells in order, without what only a notebook understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assignments.json_reading import BadJsonError, Excess, read_json
from assignments.localized import Localized
from grader.files import notebook_cells
from grader.files.unpack import SUBMISSION, Contents, shown
from grader.messages import RefusedError

ENDING = ".ipynb"
LARGEST = 16 * 2**20  # pictures in the outputs make notebooks large
MOST_VALUES = 400_000  # each becomes an object of about a hundred bytes in our memory
MOST_CELLS = 2000
MOST_NOTICES = 20
EXCESSES = {
    Excess.BYTES: (
        f"is larger than {LARGEST // 2**20} MiB; clear its outputs and save it",
        f"nagyobb {LARGEST // 2**20} MiB-nál; töröld a kimeneteit, és mentsd el",
    ),
    Excess.VALUES: (
        "holds too many values; clear its outputs and save it",
        "túl sok értéket tartalmaz; töröld a kimeneteit, és mentsd el",
    ),
    Excess.DEPTH: (
        "is nested too deeply; clear its outputs and save it",
        "túl mélyen egymásba ágyazott; töröld a kimeneteit, és mentsd el",
    ),
    Excess.SYNTAX: ("is no notebook, or a damaged one", "nem notebook, vagy sérült"),
}


@dataclass(frozen=True, slots=True)
class Joined:
    """The files to run, and what was left out to make them."""

    contents: Contents
    notices: tuple[Localized, ...] = ()


def joined(contents: Contents) -> Joined:
    """The same files with submission.py in the notebook's place. Raises RefusedError."""
    notebooks = [name for name in contents.files if name.lower().endswith(ENDING) and "/" not in name]
    if not notebooks:
        return Joined(contents)
    name = notebooks[0]
    if SUBMISSION in contents.files:
        raise RefusedError(
            f"there are both {SUBMISSION} and {shown(name)}: hand in one of the two.",
            f"{SUBMISSION} és {shown(name)} is van: a kettő közül csak az egyiket add be.",
        )
    if len(notebooks) > 1:
        raise RefusedError(
            f"there are {len(notebooks)} notebooks: hand in one.",
            f"{len(notebooks)} notebook van: egyet adj be.",
        )
    source, dropped = _source(name, contents.files[name])
    others = {other: data for other, data in contents.files.items() if other != name}
    return Joined(Contents(others | {SUBMISSION: source}), _notices(dropped))


def _source(name: str, data: bytes) -> tuple[bytes, list[notebook_cells.Dropped]]:
    """The code, two lines of ours first: Python would take an encoding from the first two of a file."""
    lines = [f"# The code cells of {name!a}, in order.", "#"]
    dropped: list[notebook_cells.Dropped] = []
    for number, code in enumerate(_code_cells(name, data), start=1):
        cell = notebook_cells.plain(code, number)
        dropped += cell.dropped
        lines += [f"# Code cell {number}", *cell.lines, ""]
    try:
        return "\n".join(lines).encode(), dropped
    except UnicodeEncodeError as error:
        raise _refusal(
            name, "holds characters that are no text", "érvénytelen karaktert tartalmaz"
        ) from error


def _code_cells(name: str, data: bytes) -> Iterator[str]:
    found = _cells(name, data)
    if len(found) > MOST_CELLS:
        raise _refusal(name, f"has more than {MOST_CELLS} cells", f"több mint {MOST_CELLS} cellából áll")
    for position, cell in enumerate(found, start=1):
        kind = cell.get("cell_type") if isinstance(cell, dict) else None
        source = cell.get("source") if isinstance(cell, dict) else None
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if not isinstance(kind, str) or not isinstance(source, str):
            raise _refusal(name, f"has a damaged cell (number {position})", f"{position}. cellája sérült")
        if kind == "code":
            yield source


def _cells(name: str, data: bytes) -> list[Any]:
    notebook = _document(name, data)
    if notebook.get("nbformat") != 4 or not isinstance(notebook.get("cells"), list):
        raise _refusal(
            name,
            "is of an old format; open it in Jupyter and save it again",
            "régi formátumú; nyisd meg Jupyterben, és mentsd újra",
        )
    language = _language(notebook.get("metadata"))
    if language not in {"", "python"}:
        raise _refusal(name, "is not written in Python", "nem Python nyelvű")
    cells_: list[Any] = notebook["cells"]
    return cells_


def _document(name: str, data: bytes) -> Mapping[str, Any]:
    """The JSON object, refused before it is parsed where it could fill our memory."""
    try:
        document = read_json(data, most_bytes=LARGEST, most_values=MOST_VALUES)
    except BadJsonError as error:
        raise _refusal(name, *EXCESSES[error.excess]) from error
    if not isinstance(document, dict):
        raise _refusal(name, "is no notebook", "nem notebook")
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
    told = [_notice(one) for one in dropped[:MOST_NOTICES]]
    if more := len(dropped) - len(told):
        told.append(
            Localized(f"{more} more such lines were left out.", f"További {more} ilyen sor maradt ki.")
        )
    return tuple(told)


def _notice(one: notebook_cells.Dropped) -> Localized:
    where_en, where_hu = f"Code cell {one.cell}, line {one.line}", f"{one.cell}. kódcella, {one.line}. sor"
    match one.what:
        case notebook_cells.What.CELL:
            return Localized(
                f"{where_en}: {one.shown} is no Python, so the whole cell was left out.",
                f"{where_hu}: {one.shown} nem Python, ezért az egész cella kimaradt.",
            )
        case notebook_cells.What.CONDITION:
            return Localized(
                f"{where_en}: {one.shown} asks for the notebook, so it counts as false.",
                f"{where_hu}: {one.shown} a notebookra kérdez rá, ezért hamisnak számít.",
            )
    return Localized(
        f"{where_en}: {one.shown} works in notebooks only and was left out.",
        f"{where_hu}: {one.shown} csak notebookban működik, ezért kimaradt.",
    )


def _refusal(name: str, en: str, hu: str) -> RefusedError:
    return RefusedError(f"{shown(name)} {en}.", f"a(z) {shown(name)} {hu}.")
