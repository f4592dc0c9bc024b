"""Decisions of staff about a student's work: each is a row with its reason, and none is ever changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.service import Person
from server.changes import touch
from server.courses.models import Enrolment
from server.errors import BadInput
from server.standings.models import Decision
from server.standings.refusals import NoReason, Overtaken
from server.standings.states import DecisionKind, StandingState
from server.submissions.models import Submission

REASON_LENGTH = 2000
RULINGS = (DecisionKind.OVERRIDE, DecisionKind.EXCUSE, DecisionKind.ZERO)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is decided about: one student's work for one assignment."""

    course_id: int
    slug: str
    user_id: int | None  # None: about the assignment itself


@dataclass(frozen=True, slots=True)
class Author:
    """Who decides, when and why. `seen` is the newest decision that they knew of; None: they did not look."""

    person: Person | None  # None: by a command of the server
    now: datetime
    reason: str
    seen: int | None = None


def override(
    session: Session, subject: Subject, author: Author, points: Decimal | None, most: Decimal
) -> Decision:
    """Set the points that count, whatever was computed; None takes back whatever was set.

    Raises BadInput for more than `most`, less than nothing or finer than hundredths, NoReason and Overtaken.
    """
    if points is not None:
        _check_points(points, most)
    new = {"points": None if points is None else str(points)}
    return _rule(session, subject, author, DecisionKind.OVERRIDE, new)


def excuse(session: Session, subject: Subject, author: Author, *, back: bool = False) -> Decision:
    """From now on it is as if the assignment were not there for this student."""
    new = {"state": None if back else StandingState.EXCUSED}
    return _rule(session, subject, author, DecisionKind.EXCUSE, new)


def zero(session: Session, subject: Subject, author: Author, *, back: bool = False) -> Decision:
    """Nothing is given for it, whatever was earned."""
    return _rule(session, subject, author, DecisionKind.ZERO, {"state": None if back else StandingState.ZERO})


def void(session: Session, submission: Submission, author: Author, *, back: bool = False) -> Decision:
    """A hand-in does not count, for misconduct; nor does one with the same content."""
    subject = _subject_of(submission)
    _take_turn(session, subject, author)
    was = _is_void(session, submission)
    new = {"void": not back, "run_of": submission.run_of}
    return record(
        session, DecisionKind.VOID, subject, author, new, old={"void": was}, submission_id=submission.id
    )


def comment(session: Session, subject: Subject, author: Author) -> Decision:
    """Something that the student reads beside their points."""
    return record(session, DecisionKind.COMMENT, subject, author, {})


def note(session: Session, subject: Subject, author: Author) -> Decision:
    """Something that only staff read."""
    return record(session, DecisionKind.NOTE, subject, author, {})


def return_try(session: Session, submission: Submission, author: Author) -> Decision:
    """A hand-in costs no try. Raises BadInput where that was decided before."""
    subject = _subject_of(submission)
    _take_turn(session, subject, author)
    if submission.id in returned_tries(session, subject.course_id, submission.user_id or 0):
        raise BadInput(_("This try has been given back already."))
    new = {"returned": True}
    return record(session, DecisionKind.RETURN_TRY, subject, author, new, submission_id=submission.id)


def returned_tries(session: Session, course_id: int, user_id: int) -> frozenset[str]:
    """The hand-ins of a student that cost no try, because somebody said so."""
    rows = select(Decision.submission_id).where(
        Decision.course_id == course_id,
        Decision.user_id == user_id,
        Decision.kind == DecisionKind.RETURN_TRY,
    )
    return frozenset(found for found in session.scalars(rows) if found is not None)


def record(
    session: Session,
    kind: DecisionKind,
    subject: Subject,
    author: Author,
    new: Mapping[str, Any],
    *,
    old: Mapping[str, Any] | None = None,
    submission_id: str | None = None,
) -> Decision:
    """Write a decision down, and have the standing follow. Raises NoReason."""
    reason = author.reason.strip()
    if not reason:
        raise NoReason
    if len(reason) > REASON_LENGTH:
        raise BadInput(_("A reason has at most %(n)s characters.", n=REASON_LENGTH))
    decision = Decision(
        course_id=subject.course_id,
        kind=kind,
        slug=subject.slug,
        user_id=subject.user_id,
        submission_id=submission_id,
        old=dict(old or {}),
        new=dict(new),
        reason=reason,
        decided_by=author.person.id if author.person else None,
        decided_at=author.now,
    )
    session.add(decision)
    touch(session, subject.course_id, subject.slug, subject.user_id)
    session.flush()
    return decision


def newest_decision(session: Session, subject: Subject) -> int:
    """The id of the newest decision about this, for a form to remember; 0 where there is none."""
    rows = select(func.max(Decision.id)).where(*_of(subject))
    return session.scalar(rows) or 0


def _rule(
    session: Session, subject: Subject, author: Author, kind: DecisionKind, new: Mapping[str, Any]
) -> Decision:
    _take_turn(session, subject, author)
    rows = select(Decision).where(*_of(subject), Decision.kind.in_(RULINGS)).order_by(Decision.id.desc())
    before = session.scalar(rows.limit(1))
    return record(session, kind, subject, author, new, old=before.new if before else {})


def _take_turn(session: Session, subject: Subject, author: Author) -> None:
    """Of two who decide at once the second one waits, and hears of the first. Raises Overtaken."""
    rows = select(Enrolment.id).where(
        Enrolment.course_id == subject.course_id, Enrolment.user_id == subject.user_id
    )
    session.execute(rows.with_for_update(key_share=True)).all()
    if author.seen is not None and newest_decision(session, subject) > author.seen:
        raise Overtaken


def _check_points(points: Decimal, most: Decimal) -> None:
    if not points.is_finite() or not 0 <= points <= most:
        raise BadInput(_("Points lie between 0 and %(most)s.", most=most.normalize()))
    if points.scaleb(2) % 1:
        raise BadInput(_("Points have at most two digits after the point."))


def _is_void(session: Session, submission: Submission) -> bool:
    rows = select(Decision).where(*_of(_subject_of(submission)), Decision.kind == DecisionKind.VOID)
    found = [
        one
        for one in session.scalars(rows.order_by(Decision.id))
        if one.new.get("run_of") == submission.run_of
    ]
    return bool(found) and bool(found[-1].new.get("void"))


def _subject_of(submission: Submission) -> Subject:
    if submission.user_id is None:
        raise BadInput(_("A baseline of the course is nobody's."))
    return Subject(submission.course_id, submission.slug, submission.user_id)


def _of(subject: Subject) -> tuple[Any, ...]:
    return (
        Decision.course_id == subject.course_id,
        Decision.slug == subject.slug,
        Decision.user_id == subject.user_id,
    )
