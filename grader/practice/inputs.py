"""Held-out inputs as a table for students who predict at home: ids and inputs, and never a label.

Two tables: `inputs.csv` with one row for each held-out example, and `predictions.csv` to be filled in. They
are made only of inputs that are the same whatever the course's secret, and whose order tells no label.
"""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from assignments.file_formats import EMPTY_TABLE, INPUTS_TABLE
from assignments.scoring import LearningTask
from grader.material import Material, MaterialError
from grader.scoring.label_order import tells_labels

LARGEST_TABLE = 128 * 2**20  # bytes
MOST_CELLS = 20_000_000


@dataclass(frozen=True, slots=True)
class InputTables:
    """The two files by name."""

    files: dict[str, bytes] = field(repr=False)


def input_tables(found: Material) -> InputTables | None:
    """The tables of an assignment whose students predict at home; None for all other kinds.

    Raises MaterialError where the inputs may not or cannot be handed out.
    """
    if not found.assignment.kind.traits.needs_inputs:
        return None
    inputs = found.data.held_out_inputs
    _refuse_secret(found)
    if tells_labels(found.data.held_out_labels):
        raise MaterialError("the order of its held-out examples tells their labels: shuffle the files")
    rows = inputs.reshape(len(inputs), -1)
    if rows.size > MOST_CELLS:
        raise MaterialError(f"its held-out inputs have {rows.size} numbers, too many for a table")
    table = _written(["id", *(f"x_{number}" for number in range(rows.shape[1]))], _texts(rows))
    if len(table) > LARGEST_TABLE:
        raise MaterialError(f"the table of its held-out inputs has {len(table) >> 20} MiB, too many")
    columns = _columns(found)
    empty = _written(["id", *columns], ([str(row), *([""] * len(columns))] for row in range(len(rows))))
    return InputTables({INPUTS_TABLE: table, EMPTY_TABLE: empty})


def _refuse_secret(found: Material) -> None:
    """Held-out data that are drawn belong to nobody but the course: another key must give the same."""
    other = replace(found, held_out_key=secrets.token_hex(32)).data
    same = all(
        np.array_equal(one, another)
        for one, another in (
            (found.data.held_out_inputs, other.held_out_inputs),
            (found.data.held_out_labels, other.held_out_labels),
        )
    )
    if not same:
        raise MaterialError("its held-out inputs are drawn from the course's secret: read them from files")


def _texts(rows: npt.NDArray[np.generic]) -> Iterable[list[str]]:
    """Each number in the fewest digits that are read as the same number."""
    if rows.dtype.kind == "b":
        rows = rows.astype(np.uint8)
    return ([str(number), *row.astype(str).tolist()] for number, row in enumerate(rows))


def _columns(found: Material) -> list[str]:
    match found.assignment.data.task:
        case LearningTask.CLASSES:
            return ["label"]
        case LearningTask.LABELS:
            return [f"p_{number}" for number in range(len(found.assignment.data.classes))]
        case LearningTask.VALUES:
            return ["value"]


def _written(header: list[str], rows: Iterable[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
