"""Type `cell`: cells of a confusion matrix are marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assignments.questions.body import Body
from assignments.questions.texts import refuse_count
from assignments.toml.fields import Fields

TYPES = ("cell",)
MOST_CLASSES = 10
MOST_CELLS = 100
LARGEST_COUNT = 10**9


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a confusion matrix, both counted from 0: rows are true classes, columns predicted ones."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Matrix(Body):
    """A confusion matrix, in which the `cells` are to be marked."""

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    cells: frozenset[Cell]


def type_of(_body: Matrix) -> str:
    """The type that is named in the file."""
    return TYPES[0]


def read(table: Fields, _kind: str) -> Matrix:
    """The body out of a question's table. Raises SpecError."""
    classes = table.texts("classes", longest=40)
    refuse_count(table, "classes", len(classes), 2, MOST_CLASSES)
    counts = table.rows("matrix", 0, LARGEST_COUNT, longest=MOST_CLASSES)
    if len(counts) != len(classes) or any(len(row) != len(classes) for row in counts):
        raise table.error("matrix", f"must be {len(classes)} lists of {len(classes)} numbers each")
    cells = table.rows("cells", 0, len(classes) - 1, longest=MOST_CELLS)
    if not cells or any(len(cell) != 2 for cell in cells):
        raise table.error("cells", "must be [row, column] of one or more cells, counted from 0")
    return Matrix(classes, counts, frozenset(Cell(row, column) for row, column in cells))


def write(body: Matrix) -> dict[str, Any]:
    """What a question's table says of the body; what is as usual is left out."""
    cells = sorted([cell.row, cell.column] for cell in body.cells)
    return {"classes": list(body.classes), "matrix": [list(row) for row in body.counts], "cells": cells}
