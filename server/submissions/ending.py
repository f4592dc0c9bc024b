"""How a run ends: with a report, by going back to the queue, or - after the third loss - as our fault."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from grader.contract import GradeReport, Verdict
from server.submissions.cleaning import cleaned
from server.submissions.models import Grading, Outbox, State

log = structlog.get_logger()

ATTEMPTS = 3
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
    """An attempt was lost: the grading waits again, until it was lost too often. That costs no try."""
    if grading.attempt < ATTEMPTS:
        put_back(session, grading, now)
        return
    log.error("given up", submission=grading.submission_id, attempts=grading.attempt, worker=grading.worker)
    finish(grading, report or _lost(grading), now)


def put_back(session: Session, grading: Grading, now: datetime) -> None:
    """Wait again. What the lost attempt told stays to be seen until the next one begins."""
    grading.state = State.WAITING
    grading.lease_until = grading.released_at = grading.started_at = None
    session.add(Outbox(grading_id=grading.id, created_at=now))


def _lost(grading: Grading) -> GradeReport:
    return GradeReport(
        attempt_id=grading.attempt_id or "",
        verdict=Verdict.GRADER_ERROR,
        message="Our graders were lost three times while they ran this. It is our fault, costs you no try, "
        "and your lecturer sees it too.",
        message_hu="A kiértékelő háromszor is leállt a futás közben. Ez a mi hibánk, "
        "nem számít próbálkozásnak, és az oktató is látja.",
    )
