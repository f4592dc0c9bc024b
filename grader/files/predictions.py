"""A table of predictions, whatever wrote it: `id,label`, `id,p_0,...` or `id,value`.

All that is refused here can be seen without a single held-out label, so none of it costs a try.
"""

from __future__ import annotations

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
LONGEST_LABEL = 200  # characters that are looked at
MOST_SHOWN = 10  # allowed labels in a sentence
INDEX_NAMES = frozenset({"", "unnamed: 0", "index"})  # what pandas and R call the column of row numbers


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
    numbered = [Row(row.line, _cells(row, header, places, table.separator, file)) for row in body]
    order = _order(numbered, rows)
    for notice in table_flaws.notices(table, file):
        tell(notice)
    return _predictions(form, numbered, order, held, task)


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
        if sorted(names) == sorted([*wanted, *others]) and set(others) <= INDEX_NAMES:
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


def _cells(row: Row, header: Row, places: Sequence[int], separator: str, file: str) -> tuple[str, ...]:
    """The cells that count, in the order of the form, with decimal points."""
    cells, width = row.cells, len(header.cells)
    if len(cells) < width or any(cells[width:]):
        raise RefusedError("table_cells", file=file, row=row.line, found=len(cells), wanted=width)
    return tuple(tables.with_point(cells[at], separator) for at in places)


def _order(rows: Sequence[Row], wanted: int) -> list[int]:
    """For each example of the held-out set the position of its row."""
    where: dict[int, int] = {}
    for position, row in enumerate(rows):
        number = tables.whole_number(row.cells[0])
        if number is None or number >= wanted:
            shown = _shown(row.cells[0])
            raise RefusedError("row_unknown", row=row.line, value=shown, last=wanted - 1)
        if number in where:
            raise RefusedError("row_twice", row=row.line, value=number, other=rows[where[number]].line)
        where[number] = position
    return [where[number] for number in range(wanted)]


def _predictions(
    form: _Form, rows: Sequence[Row], order: list[int], held: _Held, task: LearningTask
) -> Predictions:
    if form.kind == "label":
        label_of = _label_reader(held.classes)
        return Predictions(np.array([label_of(row) for row in rows], dtype=np.int64)[order])
    most = LARGEST_VALUE if form.kind == "value" else sys.float_info.max
    values = np.array([_numbers(row, most) for row in rows], dtype=np.float64)[order]
    return Predictions(values.reshape(held.rows)) if form.kind == "value" else from_scores(values, task)


def _label_reader(classes: tuple[str, ...]) -> Callable[[Row], int]:
    """Finds a class by its name, else by its letters in whatever case and form, else by its number."""
    exact = {name: number for number, name in enumerate(classes)}
    folded = _unambiguous([(_folded(name), number) for name, number in exact.items()])
    whole = _unambiguous([(_whole(name), number) for name, number in exact.items()])

    def label_of(row: Row) -> int:
        cell = row.cells[1]
        for known, key in ((exact, cell), (folded, _folded(cell)), (whole, _whole(cell))):
            if key in known:
                return known[key]
        allowed = _listed(classes)
        raise RefusedError("row_label", row=row.line, value=_shown(cell), allowed=allowed)

    return label_of


def _unambiguous(keys: Sequence[tuple[str, int]]) -> dict[str, int]:
    """The class of each key that only one class has."""
    often = Counter(key for key, _ in keys)
    return {key: number for key, number in keys if often[key] == 1 and key}


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text[:LONGEST_LABEL]).casefold())


def _whole(text: str) -> str:
    """The digits of a whole number, however it is written; "" for all else."""
    number = tables.whole_number(text)
    return "" if number is None else str(number)


def _listed(classes: tuple[str, ...]) -> Localized:
    """The allowed labels, the first of them where there are many."""
    names = ", ".join(f"'{name}'" for name in classes[:MOST_SHOWN])
    if len(classes) <= MOST_SHOWN:
        return Localized(names, names)
    return say("labels_in_all", names=names, number=len(classes))


def _numbers(row: Row, most: float) -> list[float]:
    """Plain decimal numbers up to that size, one for each cell behind the id."""
    for cell in row.cells[1:]:
        if not tables.is_number(cell):
            raise RefusedError("row_number", row=row.line, value=_shown(cell))
        if abs(float(cell)) > most:
            raise RefusedError("row_large", row=row.line, value=_shown(cell))
    return [float(cell) for cell in row.cells[1:]]


def _shown(text: str) -> str:
    return f"{text[:40]!r}"
