"""What graders tell, written down: each message counts once, and only with the attempt in force."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from grader.contract import (
    LEASE_S,
    Event,
    EventBatch,
    EventKind,
    GradeReport,
    JobReturn,
    MalformedMessageError,
    ReturnCause,
    Verdict,
)
from server.grading.service import UNDER_WAY, Grading, Priority, State, readable_spec
from server.submissions.models import ReportReading, RunEvent
from server.submissions.queue.grader_records import process_id
from server.submissions.queue.losses import LONGEST_RUN
from server.submissions.queue.outcomes import finish, give_back, lose, put_back
from server.submissions.queue.sanitizing import bounded, clean, cleaned
from server.submissions.queue.silence import Reading, after_mark

KEPT = frozenset({EventKind.PHASE, EventKind.LOG, EventKind.POINT})
EVENTS_KEPT = 20_000  # of one attempt
EVENTS_AT_ONCE = 1000  # graders send half as many
VALUES_KEPT = 20  # of one point of a curve
LATEST_MOMENT = 4_102_444_800.0  # the year 2100: a clock that says more is broken
OVERTAKEN = timedelta(minutes=1)  # for so long after a report its last events may come
UTC_ZONE = ZoneInfo("UTC")  # no rule of time is decided here


def record_events(session: Session, batch: EventBatch, now: datetime) -> str | None:
    """Keep what a run tells and extend its lease. The submission's id, or None if the attempt is over."""
    if len(batch.events) > EVENTS_AT_ONCE:
        raise MalformedMessageError("more events than a grader sends at once")
    grading = _in_force(session, batch.attempt_id)
    if grading is None:
        return _record_afterwards(session, batch, now)
    grading.state, grading.not_before = State.RUNNING, None
    grading.started_at = grading.started_at or now
    grading.worker = clean(batch.worker)[:120]
    grading.worker_process = process_id(batch.process)
    # A grader that hangs, in a driver or a file system, still has a thread that says it is alive.
    grading.lease_until = min(now + timedelta(seconds=LEASE_S), grading.started_at + LONGEST_RUN)
    _keep_new(session, grading, batch)
    return grading.submission_id


def _record_afterwards(session: Session, batch: EventBatch, now: datetime) -> str | None:
    """Keep what the report has overtaken, so that log and curve are whole; the run itself stays ended.

    Only of the grader that ran it, and not for long: a job delivered twice is run twice and logged twice.
    """
    worker = clean(batch.worker)[:120]
    rows = (
        select(Grading)
        .where(Grading.attempt_id == batch.attempt_id, Grading.state == State.DONE)
        .where(Grading.finished_at > now - OVERTAKEN, or_(Grading.worker.is_(None), Grading.worker == worker))
    )
    grading = session.scalar(rows.with_for_update())
    if grading is None:
        return None
    grading.worker = worker
    _keep_new(session, grading, batch)
    return grading.submission_id


def record_report(session: Session, report: GradeReport, now: datetime) -> str | None:
    """Keep the report of a run. Returns the submission's id, or None if the attempt is over already.

    A fault of ours is not a result: the run goes back, as if the grader had said so.
    """
    grading = _in_force(session, report.attempt_id) or _given_up(session, report.attempt_id)
    if grading is None:
        return None
    if report.verdict is Verdict.GRADER_ERROR and grading.state == State.DONE:
        return None
    if report.verdict is Verdict.GRADER_ERROR:
        give_back(session, grading, now, ReturnCause.FAULT, clean(report.message)[:500])
    else:
        finish(session, grading, bounded(report, _most_points(grading)), now)
    return grading.submission_id


def record_return(session: Session, returned: JobReturn, now: datetime) -> str | None:
    """A grader gives a job back. The submission's id, or None if the attempt is over already."""
    grading = _in_force(session, returned.attempt_id)
    if grading is None:
        return None
    grading.worker = clean(returned.worker)[:120] or grading.worker
    if returned.cause is ReturnCause.YIELDED and grading.priority == Priority.BASELINE:
        put_back(session, grading, now)
        grading.attempt_id = None
    elif returned.cause is ReturnCause.LOST:
        lose(
            session, grading, now, process=None
        )  # of its box alone, so that the worker is alive says nothing
    else:
        give_back(session, grading, now, returned.cause, clean(returned.text)[:500])
    return grading.submission_id


def record_mark(session: Session, at: datetime, _now: datetime) -> None:
    """All that was sent before this moment has been read."""
    row = session.get(ReportReading, 1, with_for_update=True)
    reading = after_mark(Reading(row.since, row.until) if row else None, at)
    session.merge(ReportReading(id=1, since=reading.since, until=reading.until))


def record_restart(session: Session, at: datetime, _now: datetime) -> None:
    """As `record_mark`, by a recorder that has just begun: nothing was read before."""
    session.merge(ReportReading(id=1, since=at, until=at))


def reading_of(session: Session) -> Reading | None:
    """The stretch of time in which all messages were read; None before the first mark."""
    row = session.get(ReportReading, 1)
    return Reading(row.since, row.until) if row else None


def _most_points(grading: Grading) -> float:
    """What its assignment gives at most; without an end where this release cannot read it any more."""
    spec = readable_spec(grading.version, UTC_ZONE)
    return spec.score.points if spec else math.inf


def _in_force(session: Session, attempt_id: str) -> Grading | None:
    """The grading whose attempt this is, held until the block ends; None for an attempt that is over.

    A run that was taken for lost and is heard of again is as good as before, as long as no other one has
    begun: the grading is waiting, and its attempt is still the same.
    """
    rows = select(Grading).where(Grading.attempt_id == attempt_id, Grading.state.in_(UNDER_WAY))
    return session.scalar(rows.with_for_update())


def _given_up(session: Session, attempt_id: str) -> Grading | None:
    """A grading that was given up for lost with this attempt, whose run comes to an end after all."""
    rows = select(Grading).where(Grading.attempt_id == attempt_id, Grading.state == State.DONE)
    return session.scalar(rows.where(Grading.verdict == Verdict.GRADER_ERROR).with_for_update())


def _keep_new(session: Session, grading: Grading, batch: EventBatch) -> None:
    """Add the events that were not delivered before."""
    events = [event for event in batch.events if event.kind in KEPT]
    if not events:
        return
    known = set(
        session.scalars(
            select(RunEvent.seq).where(
                RunEvent.attempt_id == grading.attempt_id, RunEvent.seq.in_([event.seq for event in events])
            )
        )
    )
    for event in sorted(events, key=lambda event: event.seq):
        if event.seq not in known and 0 <= event.seq < EVENTS_KEPT:
            known.add(event.seq)
            session.add(_row(grading, event))


def _row(grading: Grading, event: Event) -> RunEvent:
    at = event.at if 0 <= event.at < LATEST_MOMENT else 0.0
    return RunEvent(
        grading_id=grading.id,
        attempt_id=grading.attempt_id,
        seq=event.seq,
        at=datetime.fromtimestamp(round(at, 1), UTC),  # finer moments could spell out what a run has seen
        kind=event.kind,
        text=clean(event.text),
        values=_numbers(event.values),
    )


def _numbers(values: Mapping[str, object]) -> dict[str, Any]:
    """Numbers under short names; a loss that is NaN stays in the curve as a gap."""
    found = list(values.items())[:VALUES_KEPT]
    return {
        clean(str(name), 40): cleaned(float(value)) if isinstance(value, int | float) else None
        for name, value in found
    }
