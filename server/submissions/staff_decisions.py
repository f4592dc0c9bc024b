"""What was decided about a hand-in, and what can be decided, as whoever looks at it may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignments.late_policy import Counts
from assignments.spec import Assignment
from server.grading.service import Grading, State, Submission, all_in_force, is_current
from server.standings.rules import DecisionKind
from server.standings.service import (
    Decided,
    DecisionCard,
    Subject,
    can_count,
    chosen,
    decided,
    decisions_for_student,
    is_void_by,
    may_choose,
    own_window,
    subject_of,
)
from server.submissions.queue.cancellation import may_cancel, open_runs
from server.submissions.reader import Reader

MOST_OPTIONS = 200  # of a list to choose from, newest first


@dataclass(frozen=True, slots=True)
class RunCard:
    """A run of a hand-in that has not ended, or was cancelled."""

    id: int
    state: State
    in_force: bool
    final: bool
    regrade: bool


@dataclass(frozen=True, slots=True)
class HandInDecisions:
    """Decisions about one hand-in, newest first, and what its reader may decide."""

    cards: tuple[DecisionCard, ...] = ()
    newest: int = 0  # for a form to remember
    is_void: bool = False
    is_returned: bool = False  # whether its try was given back
    may_cancel: bool = False  # as its student
    runs: tuple[RunCard, ...] = ()  # that staff may cancel
    cancelled: tuple[RunCard, ...] = ()  # that staff may let go on
    is_chosen: bool = False
    may_choose: bool = False

    @property
    def why_cancelled(self) -> DecisionCard | None:
        """The decision that ended its run."""
        return next((card for card in self.cards if card.kind == DecisionKind.CANCEL), None)


@dataclass(frozen=True, slots=True)
class Option:
    """A hand-in that can be chosen to count."""

    id: str
    received_at: datetime
    points: Decimal | float | None  # of the public share


@dataclass(frozen=True, slots=True)
class ChoiceCard:
    """What a student may choose between, where the assignment leaves it to them."""

    chosen: str | None  # None: the rule says it
    is_open: bool
    options: tuple[Option, ...]


def decisions_on(session: Session, submission: Submission, reader: Reader) -> HandInDecisions:
    """What was decided about a hand-in, and what the reader may decide."""
    if reader.person.is_staff:
        return _for_staff(session, submission, reader)
    subject, spec, slug = (
        subject_of(submission),
        _spec_to_choose(session, submission, reader),
        submission.slug,
    )
    cards = decisions_for_student(session, subject.course_id, reader.person.id, reader.now, [slug]).get(
        slug, ()
    )
    return HandInDecisions(
        cards=tuple(card for card in cards if _is_about(card, submission)),
        may_cancel=may_cancel(session, submission),
        is_chosen=spec is not None and chosen(session, subject) == submission.id,
        may_choose=spec is not None
        and may_choose(session, spec, subject, reader.now)
        and submission.id in {one.id for one in _options(session, spec, subject)},
    )


def choice_of(session: Session, spec: Assignment, reader: Reader) -> ChoiceCard | None:
    """What the reader may choose between; None where the rule of the assignment alone says what counts."""
    person = reader.person
    if spec.counts is not Counts.CHOSEN or person.is_staff:
        return None
    subject = Subject(person.course_id, spec.slug, person.id)
    options = _options(session, spec, subject)
    return ChoiceCard(chosen(session, subject), may_choose(session, spec, subject, reader.now), options)


def _options(session: Session, spec: Assignment, subject: Subject) -> tuple[Option, ...]:
    """The hand-ins that can count, the newest first."""
    course_id, user_id = subject.course_id, subject.user_id or 0
    rows = (
        select(Submission, Grading.points)
        .join(Grading, is_current())
        .where(Submission.course_id == course_id, Submission.slug == spec.slug)
        .where(Submission.user_id == user_id, Submission.trial.is_(False))
        .where(Grading.state != State.CANCELLED)
        .order_by(Submission.received_at.desc(), Submission.id)
    )
    window = own_window(session, course_id, user_id, spec)
    void = decided(session, course_id, user_id, [spec.slug]).get(spec.slug, Decided()).void
    return tuple(
        Option(one.id, one.received_at, points)
        for one, points in session.execute(rows.limit(MOST_OPTIONS))
        if can_count(window, one.received_at) and not is_void_by(void, one)
    )


def _for_staff(session: Session, submission: Submission, reader: Reader) -> HandInDecisions:
    runs = tuple(map(_run, open_runs(session, submission)))
    cancelled = tuple(map(_run, _cancelled_runs(session, submission)))
    if submission.user_id is None:
        return HandInDecisions(runs=runs, cancelled=cancelled)
    subject, slug = subject_of(submission), submission.slug
    choosable = _spec_to_choose(session, submission, reader) is not None
    found = decided(session, subject.course_id, submission.user_id, [slug]).get(slug, Decided())
    return HandInDecisions(
        cards=tuple(card for card in found.cards if _is_about(card, submission)),
        newest=found.newest,
        is_void=is_void_by(found.void, submission),
        is_returned=submission.id in found.returned,
        runs=runs,
        cancelled=cancelled,
        is_chosen=choosable and chosen(session, subject) == submission.id,
        may_choose=choosable,
    )


def _is_about(card: DecisionCard, submission: Submission) -> bool:
    """Whether a decision is about this hand-in, or about the run that it shares with one before."""
    shared = card.kind in {DecisionKind.CANCEL, DecisionKind.VOID}
    return card.submission_id == submission.id or (shared and card.submission_id == submission.run_of)


def _spec_to_choose(session: Session, submission: Submission, reader: Reader) -> Assignment | None:
    """Its assignment as it is in force, where that leaves it to the student what counts."""
    for one in all_in_force(session, submission.course_id, reader.zone):
        if one.spec.slug == submission.slug and one.spec.counts is Counts.CHOSEN:
            return one.spec
    return None


def _cancelled_runs(session: Session, submission: Submission) -> list[Grading]:
    rows = select(Grading).where(Grading.submission_id == submission.run_of, Grading.state == State.CANCELLED)
    return list(session.scalars(rows.order_by(Grading.in_force.desc(), Grading.id.desc())))


def _run(grading: Grading) -> RunCard:
    return RunCard(
        grading.id, State(grading.state), grading.in_force, grading.final, grading.regrade_id is not None
    )
