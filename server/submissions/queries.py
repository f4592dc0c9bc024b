"""Queries of submissions that somebody may see: their rows, the events of a run, and its result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from grader.contract import EventKind, Verdict
from server.errors import NotFound, NotReady
from server.grading.service import (
    AssignmentVersion,
    Grading,
    State,
    Submission,
    current,
    in_force,
    is_current,
)
from server.http.paging import Cursor, Page, cut
from server.person import Person
from server.submissions.models import RunEvent

EVENTS_AT_ONCE = 500
LATEST_ID = 2**63 - 1
FIRST = Cursor()


def find_submission(session: Session, person: Person, submission_id: str) -> Submission:
    """A submission that is one's own, or anybody's for staff. Others must not even learn that it exists."""
    rows = _whole().where(Submission.course_id == person.course_id, Submission.id == submission_id)
    submission = session.scalar(rows)
    if submission is None or not (person.is_staff or submission.user_id == person.id):
        raise NotFound
    return submission


def submissions_of(
    session: Session, person: Person, zone: ZoneInfo, slug: str | None = None, cursor: Cursor = FIRST
) -> Page[Submission]:
    """A page of what somebody has handed in, newest first. Raises UnknownAssignment."""
    rows = _whole().where(Submission.course_id == person.course_id, Submission.user_id == person.id)
    if slug is not None:
        rows = rows.where(Submission.slug == in_force(session, person.course_id, slug, zone).spec.slug)
    beside = _place(session, person, cursor.before or cursor.after)
    upwards = cursor.before is None and beside is not None
    if beside is not None:
        rows = rows.where(_beyond(*beside, upwards=upwards))
    order = (Submission.received_at, Submission.id)
    rows = rows.order_by(*(column if upwards else column.desc() for column in order))
    found = session.scalars(rows.limit(cursor.rows + 1)).all()
    known = cursor if beside is not None else replace(cursor, before=None, after=None)
    return cut(found, known, id_of=lambda submission: submission.id)


def _place(session: Session, person: Person, submission_id: str | None) -> tuple[datetime, str] | None:
    """Where one's own submission stands in the order."""
    if submission_id is None:
        return None
    rows = select(Submission.received_at).where(
        Submission.course_id == person.course_id,
        Submission.id == submission_id,
        Submission.user_id == person.id,
    )
    received_at = session.scalar(rows)
    return (received_at, submission_id) if received_at else None


def _beyond(received_at: datetime, submission_id: str, *, upwards: bool) -> ColumnElement[bool]:
    """What comes after a place, in the direction of reading."""
    moment, number = Submission.received_at, Submission.id
    if upwards:
        return or_(moment > received_at, and_(moment == received_at, number > submission_id))
    return or_(moment < received_at, and_(moment == received_at, number < submission_id))


def finished(submission: Submission) -> Grading:
    """The grading that counts, if it has ended. Raises NotReady."""
    grading = current(submission)
    if grading.state != State.DONE or grading.report is None:
        raise NotReady
    return grading


def events_after(session: Session, grading: Grading, after: int) -> Sequence[RunEvent]:
    """What the present attempt has told since the event `after`, up to EVENTS_AT_ONCE."""
    rows = _events_of(grading).where(RunEvent.id > max(0, min(after, LATEST_ID)))
    return session.scalars(rows.order_by(RunEvent.id).limit(EVENTS_AT_ONCE)).all()


def log_text(session: Session, grading: Grading) -> str:
    """All that the student's code printed while training."""
    rows = _events_of(grading).where(RunEvent.kind == EventKind.LOG).order_by(RunEvent.seq)
    return "".join(event.text.rstrip("\n") + "\n" for event in session.scalars(rows))


def curve_of(session: Session, grading: Grading) -> tuple[dict[str, float | None], ...]:
    """The points of the training curve."""
    rows = _events_of(grading).where(RunEvent.kind == EventKind.POINT).order_by(RunEvent.seq)
    return tuple(event.values for event in session.scalars(rows))


def previous_best(session: Session, submission: Submission) -> float | None:
    """The best points of the same student in earlier hand-ins of the same assignment."""
    if submission.user_id is None:
        return None
    rows = (
        select(func.max(Grading.points))
        .join(Submission, is_current())
        .where(Submission.course_id == submission.course_id, Submission.user_id == submission.user_id)
        .where(Submission.slug == submission.slug, Submission.trial.is_(submission.trial))
        .where(Submission.received_at < submission.received_at, Grading.verdict == Verdict.SCORED)
    )
    return session.scalar(rows)


def owners(submissions: Iterable[Submission]) -> set[int]:
    """The ids of those who handed these in."""
    return {submission.user_id for submission in submissions if submission.user_id is not None}


def _whole() -> Select[Submission]:
    return select(Submission).options(
        selectinload(Submission.files),
        selectinload(Submission.gradings),
        selectinload(Submission.version).load_only(AssignmentVersion.toml),
    )


def _events_of(grading: Grading) -> Select[RunEvent]:
    return select(RunEvent).where(
        RunEvent.grading_id == grading.id, RunEvent.attempt_id == grading.attempt_id
    )
