"""Kind `predictions`: a table of predictions, scored without running anything of the student's."""

from __future__ import annotations

from collections.abc import Sequence

from assignments.files.hand_in_files import listed, shown
from assignments.kinds import Kind
from grader.contract import GradeReport, RunPhase
from grader.files import predictions
from grader.kinds.attempt import Attempt
from grader.kinds.outer import OuterHalf
from grader.sentences import RefusedError, say

ENDINGS = Kind.PREDICTIONS.traits.endings
WORKBOOK_PART = "[Content_Types].xml"


def grade(attempt: Attempt) -> GradeReport:
    """Read the table and score it."""
    file, table = _only_table(attempt)
    material = attempt.material
    source = material.assignment.data
    rows = material.practice.held_out_rows if material.practice else len(material.data.held_out_labels)
    claimed = predictions.read(
        table, rows=rows, classes=source.classes, task=source.task, file=file, tell=attempt.notices.append
    )
    if material.practice:
        return attempt.draft.well_formed(rows)
    with attempt.clock.timed(RunPhase.SCORE):
        return attempt.draft.scored(claimed)


def _only_table(attempt: Attempt) -> tuple[str, bytes]:
    """The table under its name, or the only one there is under another. Raises RefusedError."""
    files = attempt.contents.files
    if WORKBOOK_PART in files:  # a workbook is a zip archive, and was opened as one
        raise RefusedError("table_workbook", file=predictions.FILE)
    found = _candidates(list(files))
    if not found:
        raise RefusedError("missing_file", file=predictions.FILE)
    if len(found) > 1:
        raise RefusedError("tables", files=listed(sorted(found)), file=predictions.FILE)
    name = found[0]
    if name == predictions.FILE:
        return name, files[name]
    attempt.notices.append(say("main_taken", found=shown(name), file=predictions.FILE))
    return shown(name), files[name]


def _candidates(names: Sequence[str]) -> list[str]:
    """What may be meant, the likeliest alone: by its name, by the usual ending, by another of a table."""
    named = [name for name in names if name.casefold() == predictions.FILE]
    usual = [name for name in names if name.lower().endswith(ENDINGS[0])]
    return named or usual or [name for name in names if name.lower().endswith(ENDINGS)]


KIND = OuterHalf(grade)
