"""Decisions of staff about a student's work: each is a row with its reason, and none is ever changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.service import people
from server.courses.service import Enrolment
from server.database import hold
from server.errors import BadInput, Text
from server.grading.service import Submission
from server.person import Person
from server.standings.decisions.wording import described, reason_of
from server.standings.models import Decision, Standing
from server.standings.refusals import NoReason, NothingToTakeBack, Overtaken
from server.standings.states import DecisionKind, StandingState
from server.standings.voids import is_void_by, voided
from server.touched_standings import touch

REASON_LENGTH = 2000
RULINGS = (DecisionKind.OVERRIDE, DecisionKind.EXCUSE, DecisionKind.ZERO)
TEXTS = (DecisionKind.COMMENT, DecisionKind.NOTE)
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is decided about: one student's work for one assignment."""

    course_id: int
    slug: str
    user_id: int | None  # None: about the assignment itself


@dataclass(frozen=True, slots=True)
class DecisionAuthor:
    """Who decides, when and why. `seen` is the newest decision that they knew of; None: they did not look."""

    person: Person | None  # None: by a command of the server
    now: datetime
    reason: str
    seen: int | None = None

    def is_student_of(self, subject: Subject) -> bool:
        """Whether somebody decides about their own work, for which nobody asks a reason."""
        return self.person is not None and not self.person.is_staff and self.person.id == subject.user_id


def override(
    session: Session, subject: Subject, author: DecisionAuthor, points: Decimal | None, most: Decimal
) -> Decision:
    """Set the points that count, whatever was computed; None takes such points back.

    Raises BadInput for more than `most`, less than nothing or finer than hundredths, NoReason, Overtaken, and
    NothingToTakeBack where no points are set.
    """
    if points is not None:
        points = _checked(points, most)
    new = {"points": None if points is None else str(points)}
    return _rule(session, subject, author, DecisionKind.OVERRIDE, new, back=points is None)


def excuse(session: Session, subject: Subject, author: DecisionAuthor, *, back: bool = False) -> Decision:
    """From now on it is as if the assignment were not there for this student."""
    new = {"state": None if back else StandingState.EXCUSED}
    return _rule(session, subject, author, DecisionKind.EXCUSE, new, back=back)


def zero(session: Session, subject: Subject, author: DecisionAuthor, *, back: bool = False) -> Decision:
    """Nothing is given for it, whatever was earned."""
    new = {"state": None if back else StandingState.ZERO}
    return _rule(session, subject, author, DecisionKind.ZERO, new, back=back)


def void(session: Session, submission: Submission, author: DecisionAuthor, *, back: bool = False) -> Decision:
    """A hand-in does not count, for misconduct; nor does one with the same content."""
    subject = subject_of(submission)
    take_turn(session, subject, author)
    was = is_void(session, submission)
    if back and not was:
        raise NothingToTakeBack
    new = {"void": not back, "run_of": submission.run_of, "content": submission.content_sha256}
    return record(
        session, DecisionKind.VOID, subject, author, new, old={"void": was}, submission_id=submission.id
    )


def comment(session: Session, subject: Subject, author: DecisionAuthor) -> Decision:
    """Something that the student reads beside their points."""
    take_turn(session, subject, author)
    return record(session, DecisionKind.COMMENT, subject, author, {})


def note(session: Session, subject: Subject, author: DecisionAuthor) -> Decision:
    """Something that only staff read."""
    take_turn(session, subject, author)
    return record(session, DecisionKind.NOTE, subject, author, {})


def withdraw(session: Session, subject: Subject, author: DecisionAuthor, decision_id: int) -> Decision:
    """Take a comment or a note back: staff still read it. Raises NothingToTakeBack."""
    take_turn(session, subject, author)
    rows = select(Decision).where(*_of(subject), Decision.kind.in_(TEXTS)).order_by(Decision.id)
    found = session.scalars(rows).all()
    said = next((one for one in found if one.id == decision_id and "withdraws" not in one.new), None)
    if said is None or decision_id in withdrawn(found):
        raise NothingToTakeBack
    return record(session, DecisionKind(said.kind), subject, author, {"withdraws": decision_id})


def return_try(
    session: Session, submission: Submission, author: DecisionAuthor, *, back: bool = False
) -> Decision:
    """A hand-in costs no try; or it does after all. Raises BadInput where that is so already."""
    subject = subject_of(submission)
    take_turn(session, subject, author)
    was = submission.id in returned_tries(session, subject.course_id, submission.user_id or 0)
    if back and not was:
        raise NothingToTakeBack
    if was and not back:
        raise BadInput(_("This try has been given back already."))
    kind, new = DecisionKind.RETURN_TRY, {"returned": not back}
    return record(session, kind, subject, author, new, old={"returned": was}, submission_id=submission.id)


def returned_tries(session: Session, course_id: int, user_id: int) -> frozenset[str]:
    """The hand-ins of a student that cost no try because somebody said so, or handed them in for them."""
    kinds = (DecisionKind.RETURN_TRY, DecisionKind.HAND_IN)
    rows = select(Decision).where(
        Decision.course_id == course_id, Decision.user_id == user_id, Decision.kind.in_(kinds)
    )
    found: set[str | None] = set()
    for one in session.scalars(rows.order_by(Decision.id)):
        free = one.kind == DecisionKind.HAND_IN or one.new.get("returned")
        (found.add if free else found.discard)(one.submission_id)
    return frozenset(one for one in found if one is not None)


def record(
    session: Session,
    kind: DecisionKind,
    subject: Subject,
    author: DecisionAuthor,
    new: Mapping[str, Any],
    *,
    old: Mapping[str, Any] | None = None,
    submission_id: str | None = None,
) -> Decision:
    """Write a decision down, and have the standing follow. Raises NoReason."""
    reason = checked_reason(author.reason, needed=not author.is_student_of(subject))
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


def checked_reason(text: str, *, needed: bool = True) -> str:
    """A reason without space around it. Raises NoReason, and BadInput for one that is too long."""
    reason = text.strip()
    if needed and not reason:
        raise NoReason
    if len(reason) > REASON_LENGTH:
        raise BadInput(_("A reason has at most %(n)s characters.", n=REASON_LENGTH))
    return reason


def newest_decision(session: Session, subject: Subject) -> int:
    """The id of the newest decision about this, for a form to remember; 0 where there is none."""
    rows = select(func.max(Decision.id)).where(*_of(subject))
    return session.scalar(rows) or 0


def take_turn(session: Session, subject: Subject, author: DecisionAuthor) -> None:
    """Of two who decide at once the second one waits, and hears of the first. Raises Overtaken."""
    rows = select(Enrolment.id).where(
        Enrolment.course_id == subject.course_id, Enrolment.user_id == subject.user_id
    )
    hold(session, rows)
    if author.seen is None or author.is_student_of(subject):  # who is no staff reads no decision here
        return
    newest = session.get(Decision, newest_decision(session, subject))
    if newest is not None and newest.id > author.seen:
        raise Overtaken(_overtaken_by(session, newest), decision=newest.id)


def is_void(session: Session, submission: Submission) -> bool:
    """Whether a hand-in counts no more, because that was decided of it or of one with the same content."""
    rows = select(Decision).where(*_of(subject_of(submission)), Decision.kind == DecisionKind.VOID)
    return is_void_by(voided(session.scalars(rows.order_by(Decision.id))), submission)


def withdrawn(decisions: Iterable[Decision]) -> frozenset[int]:
    """The ids of the comments and notes that were taken back by another one of these decisions."""
    return frozenset(int(one.new["withdraws"]) for one in decisions if "withdraws" in one.new)


def subject_of(submission: Submission) -> Subject:
    """Whose work for which assignment it is. Raises BadInput for a baseline."""
    if submission.user_id is None:
        raise BadInput(_("A baseline of the course is nobody's."))
    return Subject(submission.course_id, submission.slug, submission.user_id)


def _rule(
    session: Session,
    subject: Subject,
    author: DecisionAuthor,
    kind: DecisionKind,
    new: Mapping[str, Any],
    *,
    back: bool,
) -> Decision:
    take_turn(session, subject, author)
    rows = select(Decision).where(*_of(subject), Decision.kind.in_(RULINGS)).order_by(Decision.id.desc())
    before = session.scalar(rows.limit(1))
    if back and (before is None or before.kind != kind or not any(before.new.values())):
        raise NothingToTakeBack
    return record(session, kind, subject, author, new, old=_counted(session, subject))


def _counted(session: Session, subject: Subject) -> dict[str, Any]:
    """What counts before a ruling. Points of the private share are not for students before the reveal."""
    key = (subject.course_id, subject.slug, subject.user_id)
    row = session.get(Standing, key, populate_existing=True)
    if row is None:
        return {}
    shares = {"points": row.points, "public_points": row.public_points}
    return {"state": row.state} | {name: None if one is None else str(one) for name, one in shares.items()}


def _overtaken_by(session: Session, newest: Decision) -> Text:
    """What the first of two has done, for the second one."""
    who = people(session, newest.course_id, [newest.decided_by or 0]).get(newest.decided_by or 0)
    return _(
        "%(who)s has decided in the meantime: %(what)s. Reason: “%(why)s”. "
        "Nothing of yours was changed: look at it, and decide again.",
        who=who.name if who else _("The server"),
        what=described(newest),
        why=reason_of(newest),
    )


def _checked(points: Decimal, most: Decimal) -> Decimal:
    if not points.is_finite() or not 0 <= points <= most:
        raise BadInput(_("Points lie between 0 and %(most)s.", most=f"{most.normalize():f}"))
    hundredths = points.quantize(HUNDREDTH)
    if hundredths != points:
        raise BadInput(_("Points have at most two digits after the point."))
    return hundredths


def _of(subject: Subject) -> tuple[Any, ...]:
    return (
        Decision.course_id == subject.course_id,
        Decision.slug == subject.slug,
        Decision.user_id == subject.user_id,
    )
