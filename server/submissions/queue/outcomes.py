"""How a run ends: with a report, by going back to the queue, or - after the third loss - as our fault."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from grader.contract import GradeReport, ReturnCause, Verdict, WorkerState, costs_a_try
from server.grading.service import Grading, State, Submission, put_in_force
from server.submissions.models import Loss, Outbox, Worker
from server.submissions.queue.losses import LONGEST_RUN, MOST_LOSSES, is_sick, pause_after
from server.submissions.queue.sanitizing import cleaned
from server.touched_standings import touch

log = structlog.get_logger()

NOT_FOR_STUDENTS = ("attempt_id", "private")


def finish(session: Session, grading: Grading, report: GradeReport, now: datetime) -> None:
    """End a run with its report."""
    message = cleaned(report.to_message())
    grading.state = State.DONE
    grading.verdict = report.verdict
    grading.charged = costs_a_try(report.verdict, held_out_given=report.held_out_given)
    grading.finished_at = now
    grading.lease_until = None
    grading.points = report.public.points if report.public else None
    grading.score = report.public.score if report.public else None
    grading.private_points = report.private.points if report.private else None
    grading.private_score = report.private.score if report.private else None
    grading.private_share = message["private"]
    grading.report = {name: value for name, value in message.items() if name not in NOT_FOR_STUDENTS}
    is_result = report.verdict is not Verdict.GRADER_ERROR
    if grading.final and grading.regrade_id is None and is_result:
        put_in_force(session, grading)
    touch_owner(session, grading.submission)


def touch_owner(session: Session, submission: Submission) -> None:
    """Note that the standing of its student has to be computed anew."""
    if submission.user_id is not None:
        touch(session, submission.course_id, submission.slug, submission.user_id)


def give_back(session: Session, grading: Grading, now: datetime, cause: ReturnCause, text: str) -> None:
    """A grader could not grade it, for no fault of the submission: it goes out again after a pause."""
    grading.returns += 1
    grading.return_cause, grading.return_text = str(cause), text
    log.error(
        "given back",
        submission=grading.submission_id,
        returns=grading.returns,
        worker=grading.worker,
        cause=str(cause),
        seen=text,
    )
    put_back(session, grading, now)
    grading.attempt_id = None  # whatever else comes of that attempt is late
    grading.not_before = now + pause_after(grading.returns)


def lose(session: Session, grading: Grading, now: datetime, *, process: str | None) -> None:
    """Its run began and was never heard of again. It goes out again, until that was too often.

    Others go first for a moment: a worker that loses those too is the reason itself. `process` says which
    start of the worker had it, where worker and run may turn out to be alive; None where the run is over.
    """
    worker = grading.worker or ""
    counts = not _was_stopping(session, process)
    session.add(Loss(grading_id=grading.id, worker=worker, process=process, at=now, counts=counts))
    session.flush()
    _absolve_of_sick(session, worker)
    grading.losses = _number_of_losses(session, grading, Loss.counts.is_(True))
    hangs = grading.started_at is not None and now - grading.started_at >= LONGEST_RUN
    if grading.losses < MOST_LOSSES:
        put_back(session, grading, now)
        grading.not_before = now + pause_after(_number_of_losses(session, grading))
        if process is None or hangs:  # nothing that is heard of it makes it go on
            grading.attempt_id = None
        return
    log.error("given up", submission=grading.submission_id, losses=grading.losses, worker=worker)
    finish(session, grading, _lost(grading), now)


def absolve(session: Session, losses: Iterable[Loss]) -> None:
    """These losses were the worker's own: they count against no submission any more."""
    for loss in losses:
        grading = session.get(Grading, loss.grading_id, with_for_update=True)
        if loss.counts and grading is not None and grading.state != State.DONE:
            loss.counts = False
            session.flush()
            grading.losses = _number_of_losses(session, grading, Loss.counts.is_(True))


def _number_of_losses(session: Session, grading: Grading, *which: ColumnElement[bool]) -> int:
    rows = select(func.count()).select_from(Loss).where(Loss.grading_id == grading.id, *which)
    return session.scalar(rows) or 0


def _was_stopping(session: Session, process: str | None) -> bool:
    """Whether that start of the worker was told to stop: without the time to end its run it dies in it."""
    row = session.get(Worker, process) if process else None
    return row is not None and row.state == WorkerState.STOPPED


def _absolve_of_sick(session: Session, worker: str) -> None:
    """Where a worker lost runs of several people in a row, none of them counts.

    But a submission that was lost by several workers is a likelier reason than all of them.
    """
    fine = select(func.max(Grading.finished_at)).where(
        Grading.worker == worker, Grading.state == State.DONE, Grading.verdict != Verdict.GRADER_ERROR
    )
    last_fine = session.scalar(fine)
    since = () if last_fine is None else (Loss.at >= last_fine,)
    rows = select(Loss, Submission.user_id).join(Grading, Grading.id == Loss.grading_id)
    rows = rows.join(Submission, Submission.id == Grading.submission_id).where(Loss.worker == worker, *since)
    recent = session.execute(rows).all()
    if is_sick([owner for _loss, owner in recent]):
        log.error("worker sick", worker=worker, losses=len(recent))
        absolve(session, [loss for loss, _owner in recent if not _lost_everywhere(session, loss)])


def _lost_everywhere(session: Session, loss: Loss) -> bool:
    workers = select(func.count(Loss.worker.distinct())).where(Loss.grading_id == loss.grading_id)
    return (session.scalar(workers) or 0) >= MOST_LOSSES


def put_back(session: Session, grading: Grading, now: datetime) -> None:
    """Wait again. What the lost attempt told stays to be seen until the next one begins."""
    grading.state = State.WAITING
    grading.lease_until = grading.released_at = grading.started_at = None
    session.add(Outbox(grading_id=grading.id, created_at=now))


def _lost(grading: Grading) -> GradeReport:
    return GradeReport(
        attempt_id=grading.attempt_id or "",
        verdict=Verdict.GRADER_ERROR,
        message="Our graders were lost three times while they ran this. "
        "It is our fault, costs you no try, and your lecturer sees it too.",
        message_hu="A kiértékelő háromszor is leállt a futás közben. "
        "Ez a mi hibánk, nem számít próbálkozásnak, és az oktató is látja.",
    )
