"""Kind `predictions`: a table of predictions, scored without running anything of the student's."""

from __future__ import annotations

from grader.contract import GradeReport, RunPhase
from grader.files import predictions
from grader.files.unpack import Contents
from grader.kinds.attempt import Attempt
from grader.kinds.outer import OuterHalf
from grader.sentences import RefusedError


def grade(attempt: Attempt) -> GradeReport:
    """Read the table and score it."""
    table = _only_table(attempt.contents)
    material = attempt.material
    source = material.assignment.data
    rows = material.practice.held_out_rows if material.practice else len(material.data.held_out_labels)
    claimed = predictions.read(table, rows=rows, classes=source.classes, task=source.task)
    if material.practice:
        return attempt.draft.well_formed(rows)
    with attempt.clock.timed(RunPhase.SCORE):
        return attempt.draft.scored(claimed)


def _only_table(contents: Contents) -> bytes:
    if predictions.FILE not in contents.files:
        raise RefusedError("missing_file", file=predictions.FILE)
    return contents.files[predictions.FILE]


KIND = OuterHalf(grade)
