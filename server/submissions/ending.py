"""How a run ends: with a report, by going back to the queue, or - after the third loss - as our fault."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from grader.contract import GradeReport, Verdict
from server.submissions.cleaning import cleaned
from server.submissions.models import Grading, Outbox, State

log = structlog.get_logger()

LOSSES = 3
RELEASES = 20  # without an end: whatever the reason, it would go on for ever
NOT_FOR_STUDENTS = ("attempt_id", "private")


def finish(grading: Grading, report: GradeReport, now: datetime) -> None:
    """The run is over and this is what came of it."""
    told = cleaned(report.to_message())
    grading.state = State.DONE
    grading.verdict = report.verdict
    grading.finished_at = now
    grading.lease_until = None
    grading.points = report.public.points if report.public else None
    grading.score = report.public.score if report.public else None
    grading.private_share = told["private"]
    grading.report = {name: value for name, value in told.items() if name not in NOT_FOR_STUDENTS}


def return_or_give_up(
    session: Session, grading: Grading, now: datetime, report: GradeReport | None = None
) -> None:
    """An attempt came to nothing: the grading waits again, until that was too often. It costs no try.

    A run that began or that reports a fault is a loss; a job that no grader began may have been lost by the
    broker, or waited too long, which says nothing about the submission.
    """
    if report or grading.started_at:
        grading.losses += 1
    if grading.losses < LOSSES and grading.attempt < RELEASES:
        put_back(session, grading, now)
        return
    log.error(
        "given up",
        submission=grading.submission_id,
        attempts=grading.attempt,
        losses=grading.losses,
        worker=grading.worker,
    )
    finish(grading, report or _lost(grading), now)


def put_back(session: Session, grading: Grading, now: datetime) -> None:
    """Wait again. What the lost attempt told stays to be seen until the next one begins."""
    grading.state = State.WAITING
    grading.lease_until = grading.released_at = grading.started_at = None
    session.add(Outbox(grading_id=grading.id, created_at=now))


def _lost(grading: Grading) -> GradeReport:
    if grading.losses >= LOSSES:
        what = "Our graders were lost three times while they ran this."
        what_hu = "A kiértékelő háromszor is leállt a futás közben."
    else:
        what = f"We gave this to our graders {grading.attempt} times, and none of them brought it to an end."
        what_hu = f"{grading.attempt} alkalommal adtuk oda a kiértékelőknek, de egyik sem ért a végére."
    return GradeReport(
        attempt_id=grading.attempt_id or "",
        verdict=Verdict.GRADER_ERROR,
        message=f"{what} It is our fault, costs you no try, and your lecturer sees it too.",
        message_hu=f"{what_hu} Ez a mi hibánk, nem számít próbálkozásnak, és az oktató is látja.",
    )
