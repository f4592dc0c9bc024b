"""A table of predictions, whatever wrote it: `id,label`, `id,p_0,...` or `id,value`.

All that is refused here can be seen without a single held-out label, so none of it costs a try.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assignments.files import tables
from assignments.files.tables import Bounds, Row, TableError
from assignments.localized import Localized
from assignments.scoring import LearningTask
from grader.files import table_flaws
from grader.sentences import RefusedError, say
from grader.wire import LARGEST_VALUE, Predictions, from_scores

FILE = "predictions.csv"
LONGEST_LABEL = 1000  # characters; what is longer is no class
AROUND_SEPARATOR = re.compile(r" ?([,;|]) ?")
MOST_SHOWN = 10  # allowed labels in a sentence


@dataclass(frozen=True, slots=True)
class _Form:
    """One of the tables that a task takes."""

    kind: str
    written: str  # as a sentence shows its header
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Held:
    """What a table must answer."""

    rows: int
    classes: tuple[str, ...]
    file: str


def read(
    data: bytes,
    *,
    rows: int,
    classes: tuple[str, ...],
    task: LearningTask = LearningTask.CLASSES,
    file: str = FILE,
    tell: Callable[[Localized], None] = lambda _notice: None,
) -> Predictions:
    """Predictions in the order of the held-out set. Raises RefusedError for what is no such table.

    `tell` is given what a report says of how the table was read.
    """
    held = _Held(rows, classes, file)
    forms = _forms(classes, task)
    table = _table(data, forms, held)
    header, *body = table.rows
    form, places = _form(header, forms, file)
    if len(body) != rows:
        raise RefusedError("table_rows", found=len(body), wanted=rows)
    labels = _Labels(classes, table.separator)
    if form.kind == "label":
        body = [labels.rejoined(row, len(header.cells), places[1]) for row in body]
    numbered = [Row(row.line, _cells(row, header, places, file)) for row in body]
    order = _order(numbered, rows, table.separator)
    for notice in table_flaws.notices(table, file):
        tell(notice)
    if form.kind == "label":
        return Predictions(np.array([labels.of(row) for row in numbered], dtype=np.int64)[order])
    most = LARGEST_VALUE if form.kind == "value" else sys.float_info.max
    values = np.array([_numbers(row, most, table.separator) for row in numbered], dtype=np.float64)[order]
    return Predictions(values.reshape(rows)) if form.kind == "value" else from_scores(values, task)


def _table(data: bytes, forms: Sequence[_Form], held: _Held) -> tables.Table:
    rows = held.rows + tables.HEADER_WITHIN  # a few too many are counted, and titles above the header named
    bounds = Bounds(rows=rows, cells=rows * (len(held.classes) + 100))
    try:
        return tables.read(data, lambda cells: _match(cells, forms) is not None, bounds)
    except TableError as error:
        if error.flaw is tables.Flaw.MANY_ROWS:
            raise RefusedError("table_more_rows", wanted=held.rows) from error
        raise table_flaws.refusal(error.flaw, held.file, error.line) from error


def _forms(classes: tuple[str, ...], task: LearningTask) -> tuple[_Form, ...]:
    """What the table may be."""
    last = len(classes) - 1
    written = "'id,p_0,p_1'" if last == 1 else f"'id,p_0,...,p_{last}'"
    scores = _Form("scores", written, tuple(f"p_{number}" for number in range(last + 1)))
    match task:
        case LearningTask.CLASSES:
            return _Form("label", "'id,label'", ("label",)), scores
        case LearningTask.LABELS:
            return (scores,)
        case LearningTask.VALUES:
            return (_Form("value", "'id,value'", ("value",)),)


def _match(cells: Sequence[str], forms: Sequence[_Form]) -> tuple[_Form, list[int]] | None:
    """The form whose columns are all there, in whatever order, and where they stand."""
    names = [cell.strip("\ufeff").casefold() for cell in cells]
    for form in forms:
        wanted = ["id", *form.columns]
        others = sorted(name for name in names if name not in wanted)
        if sorted(names) == sorted([*wanted, *others]) and set(others) <= tables.INDEX_NAMES:
            return form, [names.index(name) for name in wanted]
    return None


def _form(header: Row, forms: Sequence[_Form], file: str) -> tuple[_Form, list[int]]:
    found = _match(header.cells, forms)
    if found is not None:
        return found
    first, *others = [form.written for form in forms]
    raise RefusedError(
        "table_header_or" if others else "table_header",
        file=file,
        wanted=first,
        other="".join(others),
        row=header.line,
        found=_shown(",".join(header.cells)),
    )


def _cells(row: Row, header: Row, places: Sequence[int], file: str) -> tuple[str, ...]:
    """The cells that count, in the order of the form."""
    cells, width = row.cells, len(header.cells)
    if len(cells) < width or any(cells[width:]):
        raise RefusedError("table_cells", file=file, row=row.line, found=len(cells), wanted=width)
    return tuple(cells[at] for at in places)


def _order(rows: Sequence[Row], wanted: int, separator: str) -> list[int]:
    """For each example of the held-out set the position of its row."""
    where: dict[int, int] = {}
    for position, row in enumerate(rows):
        number = tables.whole_number(tables.with_point(row.cells[0], separator))
        if number is None or number >= wanted:
            shown = _shown(row.cells[0])
            raise RefusedError("row_unknown", row=row.line, value=shown, last=wanted - 1)
        if number in where:
            raise RefusedError("row_twice", row=row.line, value=number, other=rows[where[number]].line)
        where[number] = position
    return [where[number] for number in range(wanted)]


class _Labels:
    """Finds a class by its name as it stands, else in ever looser forms: what only one class has there."""

    def __init__(self, classes: tuple[str, ...], separator: str) -> None:
        self._classes = classes
        self._separator = separator
        self._known = [
            (form, _unambiguous([(form(name), number) for number, name in enumerate(classes)]))
            for form in FORMS
        ]

    def find(self, cell: str) -> int | None:
        """The number of the class."""
        short = cell if len(cell) <= LONGEST_LABEL else ""
        for text in (short, tables.with_point(short, self._separator)):
            for form, known in self._known:
                if (key := form(text)) in known:
                    return known[key]
        return None

    def of(self, row: Row) -> int:
        """The class of a row. Raises RefusedError."""
        found = self.find(row.cells[1])
        if found is None:
            allowed = _listed(self._classes)
            raise RefusedError("row_label", row=row.line, value=_shown(row.cells[1]), allowed=allowed)
        return found

    def rejoined(self, row: Row, width: int, at: int) -> Row:
        """The row with the cells of a label as one, where its separators stand without quotes."""
        filled = max((place for place, cell in enumerate(row.cells, start=1) if cell), default=0)
        behind = at + 1 + filled - width
        label = f"{self._separator} ".join(row.cells[at:behind])
        if filled <= width or self.find(label) is None:
            return row
        return Row(row.line, (*row.cells[:at], label, *row.cells[behind:filled]))


def _unambiguous(keys: Sequence[tuple[str, int]]) -> dict[str, int]:
    """The class of each key that only one class has."""
    often = Counter(key for key, _ in keys)
    return {key: number for key, number in keys if often[key] == 1 and key}


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _folded(text: str) -> str:
    """Without regard to case."""
    return _composed(_composed(text).casefold())


def _loose(text: str) -> str:
    """Without regard to widths, ligatures and the space between words and around separators."""
    plain = unicodedata.normalize("NFKC", _folded(text)).casefold()
    return AROUND_SEPARATOR.sub(r"\1", " ".join(plain.split()))


def _whole(text: str) -> str:
    """The digits of a whole number, however it is written; "" for all else."""
    number = tables.whole_number(text)
    return "" if number is None else str(number)


FORMS = (str, _composed, _folded, _loose, _whole)
"""In which a label is compared, the strictest first."""


def _listed(classes: tuple[str, ...]) -> Localized:
    """The allowed labels, the first of them where there are many."""
    names = ", ".join(f"'{name}'" for name in classes[:MOST_SHOWN])
    if len(classes) <= MOST_SHOWN:
        return Localized(names, names)
    return say("labels_in_all", names=names, number=len(classes))


def _numbers(row: Row, most: float, separator: str) -> list[float]:
    """Plain decimal numbers up to that size, one for each cell behind the id."""
    cells = [tables.with_point(cell, separator) for cell in row.cells[1:]]
    for cell in cells:
        if not tables.is_number(cell):
            raise RefusedError("row_number", row=row.line, value=_shown(cell))
        if abs(float(cell)) > most:
            raise RefusedError("row_large", row=row.line, value=_shown(cell))
    return [float(cell) for cell in cells]


def _shown(text: str) -> str:
    return f"{text[:40]!r}"
