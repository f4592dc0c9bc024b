"""Which hand-in is to count, where an assignment leaves it to the student."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from assignments.late_policy import Counts
from assignments.moments import end_of
from assignments.spec import Assignment
from server.deadlines.rules import REGULAR, DeadlinePhase
from server.errors import BadInput, NotFound
from server.grading.service import State, Submission, current
from server.standings.decisions.deciding import DecisionAuthor, Subject, is_void, record, take_turn
from server.standings.models import Choice, Decision
from server.standings.queries import Audience, standing_cards
from server.standings.refusals import ChoiceOver, NothingToTakeBack
from server.standings.states import DecisionKind
from server.standings.windows import OwnWindow, own_window


def choose(
    session: Session, spec: Assignment, subject: Subject, submission_id: str | None, author: DecisionAuthor
) -> Decision:
    """Let this hand-in count, or with None the one that the rule takes. Staff may do so at any time.

    Raises BadInput where the assignment leaves no choice, NotFound for what is not the student's or not of
    the assignment, ChoiceOver, NothingToTakeBack, and for staff NoReason and Overtaken.
    """
    if spec.counts is not Counts.CHOSEN:
        raise BadInput(
            _("Nothing is to be chosen here: the rule of the assignment says which hand-in counts.")
        )
    take_turn(session, subject, author)
    if author.is_student_of(subject) and not may_choose(session, spec, subject, author.now):
        raise ChoiceOver
    key = (subject.course_id, subject.slug, subject.user_id)
    row = session.get(Choice, key, populate_existing=True)
    before = row.submission_id if row else None
    if submission_id is not None:
        _check(session, spec, subject, submission_id)
        session.merge(
            Choice(
                course_id=subject.course_id,
                slug=subject.slug,
                user_id=subject.user_id,
                submission_id=submission_id,
                chosen_at=author.now,
            )
        )
    elif row is None:
        raise NothingToTakeBack
    else:
        session.delete(row)
    new, old = {"submission": submission_id}, {"submission": before}
    return record(
        session, DecisionKind.CHOOSE, subject, author, new, old=old, submission_id=submission_id or before
    )


def may_choose(session: Session, spec: Assignment, subject: Subject, now: datetime) -> bool:
    """Whether the student can choose still: while a regular hand-in of theirs could count, tokens included.

    Nobody chooses by private results: they are over as soon as those are told.
    """
    window = own_window(session, subject.course_id, subject.user_id or 0, spec)
    if not window.rules.opens <= now < end_of(window.closes):
        return False
    cards = standing_cards(
        session,
        subject.course_id,
        Audience(is_staff=False, now=now),
        slugs=[subject.slug],
        users=[] if subject.user_id is None else [subject.user_id],
    )
    return all(card.private is None for card in cards.values())


def chosen(session: Session, subject: Subject) -> str | None:
    """The hand-in that was chosen to count."""
    row = session.get(Choice, (subject.course_id, subject.slug, subject.user_id))
    return row.submission_id if row else None


def can_count(window: OwnWindow, arrival: datetime) -> bool:
    """Whether a hand-in of that moment came before the end, or as a make-up."""
    return window.at(arrival).phase in {*REGULAR, DeadlinePhase.MAKEUP}


def _check(session: Session, spec: Assignment, subject: Subject, submission_id: str) -> None:
    rows = select(Submission).where(
        Submission.course_id == subject.course_id,
        Submission.slug == subject.slug,
        Submission.user_id == subject.user_id,
        Submission.id == submission_id,
        Submission.trial.is_(False),
    )
    submission = session.scalar(rows)
    if submission is None:
        raise NotFound
    window = own_window(session, subject.course_id, subject.user_id or 0, spec)
    is_cancelled = current(submission).state == State.CANCELLED
    if is_cancelled or not can_count(window, submission.received_at) or is_void(session, submission):
        raise BadInput(_("This hand-in does not count: choose another one."))
