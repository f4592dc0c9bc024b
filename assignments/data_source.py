"""The `[data]` table of an assignment: where its data come from, and what is done with the held-out part."""

from __future__ import annotations

from dataclasses import dataclass

from assignments.kinds import LOAD, Kind
from assignments.scoring import LearningTask
from assignments.toml.fields import Fields

LARGEST_NOISE = 0.5


@dataclass(frozen=True, slots=True)
class DataSource:
    """Where the data comes from: `load` is `file.py:function`, called with Draws or without -> Splits."""

    load: str
    classes: tuple[str, ...] = ()  # none where values are predicted
    task: LearningTask = LearningTask.CLASSES
    perturbation: float = (
        0.0  # noise on held-out inputs that staff see the effect of; a share of their deviation
    )
    fresh: bool = False  # whether the final score is computed on data drawn after the deadline


def read_data(table: Fields, kind: Kind) -> DataSource:
    """Parse and validate the table. Raises SpecError."""
    with table:
        load = table.text("load")
        if not LOAD.fullmatch(load):
            promise = 'a file and a function in it, like "data.py:load"'
            raise table.error("load", f"must be {promise}, not {load!r}")
        task = LearningTask(table.choice("task", LearningTask, LearningTask.CLASSES))
        noise, fresh = _perturbation(table, kind), _fresh(table, kind)
        return DataSource(load, _classes(table, task), task, noise, fresh)


def _classes(table: Fields, task: LearningTask) -> tuple[str, ...]:
    if task is LearningTask.VALUES:
        if table.has("classes"):
            raise table.error("classes", "has no meaning where values are predicted")
        return ()
    classes = table.texts("classes", longest=40)
    if not 2 <= len(classes) <= 1000:
        raise table.error("classes", f"must be 2 to 1000 names, not {len(classes)}")
    return classes


def _perturbation(table: Fields, kind: Kind) -> float:
    if not table.has("perturbation"):
        return 0.0
    if not kind.traits.predicts_here:
        raise table.error("perturbation", f"is for homework that predicts here, not for kind {str(kind)!r}")
    with table.table("perturbation") as inner:
        noise = inner.number("noise", 0, LARGEST_NOISE)
        if noise == 0:
            raise inner.error("noise", "must be greater than 0")
        return noise


def _fresh(table: Fields, kind: Kind) -> bool:
    if not table.has("final"):
        return False
    table.choice("final", {"fresh"})
    if not kind.traits.predicts_here:
        raise table.error("final", f"is for homework that predicts here, not for kind {str(kind)!r}")
    return True
