"""A predictions.csv read by strict, bounded, plain code: `id,label`, `id,p_0,...` or `id,value`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import numpy as np

from assignments.file_formats import first_bad_byte, line_at
from assignments.scoring import LearningTask
from grader.sentences import RefusedError
from grader.wire import LARGEST_VALUE, Predictions, from_scores

FILE = "predictions.csv"
LONGEST_ROW = 64 * 1024
NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,3})?", re.ASCII)
WHOLE = re.compile(r"\d{1,9}", re.ASCII)


class UnscorableError(RefusedError):
    """The file is a table, but its rows are no predictions for this held-out set."""


def read(
    data: bytes, *, rows: int, classes: tuple[str, ...], task: LearningTask = LearningTask.CLASSES
) -> Predictions:
    """Predictions in the order of the held-out set. Raises RefusedError for what is no such table."""
    text = _text(data)
    kind = _kind(text.partition("\n")[0], _headers(classes, task))
    found = text.count("\n")
    if found != rows:  # before anything is split: a few megabytes hold millions of short rows
        raise UnscorableError("table_rows", found=found, wanted=rows)
    header, *body = text.split("\n")
    cells = [_cells(line, number, len(header.split(","))) for number, line in enumerate(body, start=2)]
    order = _order([row[0] for row in cells], rows)
    if kind == "label":
        labels = np.array(_parsed(cells, _label_of(classes)), dtype=np.int64).reshape(rows)
        return Predictions(labels[order])
    if kind == "value":
        return Predictions(np.array(_parsed(cells, _value_of), dtype=np.float64).reshape(rows)[order])
    scores = np.array(_parsed(cells, _scores_of), dtype=np.float64).reshape(rows, len(classes))[order]
    return from_scores(scores, task)


def _text(data: bytes) -> str:
    """The table with plain line ends and none at its end."""
    if (bad := first_bad_byte(data)) is not None:
        raise RefusedError("table_not_utf8", file=FILE, line=line_at(data, bad))
    text = data.decode("utf-8-sig").replace("\r\n", "\n").rstrip("\n")
    if not text.partition("\n")[0]:
        raise RefusedError("empty_file", file=FILE)
    return text


def _headers(classes: tuple[str, ...], task: LearningTask) -> dict[str, tuple[str, list[str]]]:
    """What the first row may be: for each kind of table how a sentence writes it, and its names."""
    last = len(classes) - 1
    scores = ("'id,p_0,p_1'" if last == 1 else f"'id,p_0,...,p_{last}'", [f"p_{n}" for n in range(last + 1)])
    match task:
        case LearningTask.CLASSES:
            return {"label": ("'id,label'", ["label"]), "scores": scores}
        case LearningTask.LABELS:
            return {"scores": scores}
        case LearningTask.VALUES:
            return {"value": ("'id,value'", ["value"])}


def _kind(header: str, allowed: dict[str, tuple[str, list[str]]]) -> str:
    names = [name.strip() for name in header.split(",")]
    for kind, (_, columns) in allowed.items():
        if names == ["id", *columns]:
            return kind
    first, *others = [written for written, _ in allowed.values()]
    raise RefusedError(
        "table_header_or" if others else "table_header", file=FILE, wanted=first, other="".join(others)
    )


def _cells(line: str, number: int, width: int) -> tuple[str, ...]:
    cells = tuple(cell.strip() for cell in line[:LONGEST_ROW].split(","))
    if len(cells) != width:
        raise RefusedError("table_cells", file=FILE, row=number, found=len(cells), wanted=width)
    return cells


def _order(ids: list[str], rows: int) -> list[int]:
    """For each example of the held-out set the position of its row."""
    where: dict[int, int] = {}
    for position, text in enumerate(ids):
        if not WHOLE.fullmatch(text) or int(text) >= rows:
            raise UnscorableError("row_unknown", row=position + 2, value=f"{text[:30]!r}")
        if int(text) in where:
            raise UnscorableError("row_twice", row=position + 2, value=text)
        where[int(text)] = position
    return [where[number] for number in range(rows)]


def _parsed(cells: Iterable[tuple[str, ...]], parse: Callable[[tuple[str, ...]], object]) -> list[object]:
    parsed = []
    for position, row in enumerate(cells):
        try:
            parsed.append(parse(row[1:]))
        except ValueError as error:
            bad = str(error)[:40]
            raise UnscorableError("row_value", row=position + 2, value=f"{bad!r}") from error
    return parsed


def _label_of(classes: tuple[str, ...]) -> Callable[[tuple[str, ...]], int]:
    numbers = {name: number for number, name in enumerate(classes)}

    def parse(cells: tuple[str, ...]) -> int:
        if cells[0] not in numbers:
            raise ValueError(cells[0])
        return numbers[cells[0]]

    return parse


def _scores_of(cells: tuple[str, ...]) -> list[float]:
    """Finite decimal numbers; `nan`, `inf` and underscores, which float() would take, are refused."""
    bad = next((cell for cell in cells if not NUMBER.fullmatch(cell)), None)
    if bad is not None:
        raise ValueError(bad)
    scores = [float(cell) for cell in cells]
    if not np.isfinite(scores).all():
        raise ValueError(max(cells, key=len))
    return scores


def _value_of(cells: tuple[str, ...]) -> float:
    """One finite decimal number whose square is one too."""
    (value,) = _scores_of(cells)
    if abs(value) > LARGEST_VALUE:
        raise ValueError(cells[0])
    return value
