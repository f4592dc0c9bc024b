"""The report card of a run, built from its stored report."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from assignments.localized import Localized
from assignments.scoring import DATASET_CHECK_NAMES
from grader.contract import DataSheet, GradeReport, ScoreCard
from server.grading.service import Grading, Submission, readable_spec
from server.standings.service import private_is_revealed
from server.submissions.queries import curve_of, finished, previous_best
from server.submissions.reader import Reader
from server.submissions.report import charts, measures
from server.submissions.report.card import (
    CONFUSIONS_SHOWN,
    CheckRow,
    ReportCard,
    matrix_rows,
    most_confused,
)
from server.submissions.report.dataset_card import sheet_card
from server.submissions.report.staff_notes import staff_card


def report_card(session: Session, submission: Submission, reader: Reader) -> ReportCard:
    """The report card of a submission's run. Raises NotReady."""
    grading = finished(submission)
    report = GradeReport.from_stored(grading.report or {})
    before = previous_best(session, submission)
    spec = readable_spec(submission.version, reader.zone)
    private = _private(grading) if _is_revealed(session, submission, reader) else None
    shows_checks = reader.person.is_staff or (spec is not None and spec.reveal_checks)
    return ReportCard(
        verdict=report.verdict,
        message=Localized(report.message, report.message_hu).in_language(reader.language),
        detail=report.detail,
        points=grading.points,
        most=spec.score.points if spec else 0.0,
        score=grading.score,
        metric=report.metric,
        curve=curve_of(session, grading),
        previous_best=before,
        change=change(grading.points, before),
        timings=report.timings,
        memory_mib=report.memory_mib,
        gpu_memory_mib=report.gpu_memory_mib,
        device=report.device,
        seed=report.seed,
        versions=report.versions,
        command=_command(submission, report, for_staff=reader.person.is_staff),
        layers=charts.layer_rows(report.layers),
        findings=_all_said(report.findings, reader),
        notices=_all_said(report.notices, reader),
        private=private,
        sheet=sheet_card(report.sheet),
        private_checks=_checks(private, reader) if private and shows_checks else (),
        staff=staff_card(session, grading, report, reader.language) if reader.person.is_staff else None,
        final=grading.final,
        **_score_fields(report, reader),
    )


def _is_revealed(session: Session, submission: Submission, reader: Reader) -> bool:
    """Whether the reader is told the private share: staff always, the student after the reveal."""
    if reader.person.is_staff or submission.user_id is None:
        return reader.person.is_staff
    place = (submission.course_id, submission.slug, submission.user_id)
    return private_is_revealed(session, *place, reader.now)


def sheet_of(report: dict[str, Any] | None) -> DataSheet | None:
    """The data sheet of a stored report, if it has one."""
    return GradeReport.from_stored(report).sheet if report else None


def change(points: float | None, before: float | None) -> float | None:
    """By how much somebody got better."""
    return None if points is None or before is None else points - before


def _score_fields(report: GradeReport, reader: Reader) -> dict[str, Any]:
    """Everything that follows from the numbers of the public share."""
    card = report.public or ScoreCard(0.0, 0.0, {}, (), (), 0)
    matrix = card.confusion_matrix
    return {
        "interval": measures.interval(card.metrics, report.metric),
        "measures": measures.tiles(card.metrics, report.metric, (report.focus,)),
        "costs": measures.costs(card.metrics),
        "per_class": card.per_class,
        "focus": next((row for row in card.per_class if row.label == report.focus), None),
        "classes": report.classes,
        "matrix": matrix_rows(report.classes, matrix) if matrix else (),
        "confusions": card.confused[:CONFUSIONS_SHOWN] or most_confused(report.classes, matrix),
        "size": card.size if report.public else None,
        "calibration": charts.calibration(card.calibration),
        "lines": charts.lines(card.roc, card.precision_recall),
        "checks": _checks(card, reader),
    }


def _checks(card: ScoreCard, reader: Reader) -> tuple[CheckRow, ...]:
    return tuple(
        CheckRow(
            _check_name(one.name, reader),
            one.points,
            one.out_of,
            one.passed,
            one.text.in_language(reader.language),
        )
        for one in card.checks
    )


def _check_name(name: str, reader: Reader) -> str:
    """As the author of a check has called it; those of data sets are ours."""
    ours = DATASET_CHECK_NAMES.get(name)
    return ours.in_language(reader.language) if ours else name


def _command(submission: Submission, report: GradeReport, *, for_staff: bool) -> str:
    """What to type to run the same again: students at home, staff in a checkout of the same versions."""
    names = [file.name for file in submission.files]
    device = " --device cuda" if report.device.startswith("cuda") else ""
    options = f"--seed {report.seed}{device}"
    if for_staff:
        what = shlex.quote(names[0]) if len(names) == 1 else "."
        return f"python -m grader run assignments/{submission.slug} {what} {options}"
    return f"hazi check {submission.slug} {' '.join(map(shlex.quote, names))} {options}"


def _all_said(sentences: Iterable[Localized], reader: Reader) -> tuple[str, ...]:
    return tuple(sentence.in_language(reader.language) for sentence in sentences)


def _private(grading: Grading) -> ScoreCard | None:
    return ScoreCard.from_message(grading.private_share) if grading.private_share else None
