"""Handing in for a student: what came to staff by mail or on a stick becomes a hand-in of theirs."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from assignments.spec import Assignment
from server.errors import BadInput
from server.grading.service import Submission
from server.person import Person
from server.receipts.service import Signer
from server.standings.rules import DecisionKind
from server.standings.service import Decision, DecisionAuthor, Subject, own_window, record, take_turn
from server.submissions.admission.checks import admission_of
from server.submissions.hand_in import HandIn, keep_for
from server.submissions.receipts import Issuing


def hand_in_for(
    session: Session,
    person: Person,
    request: HandIn,
    author: DecisionAuthor,
    *,
    arrived: datetime,
    zone: ZoneInfo,
    signer: Signer | None = None,
) -> Submission:
    """A new submission of this student, or the one that the same key made before. It costs them no try.

    What counts is `arrived`, the moment when staff had the files: lateness follows from it. Raises BadInput
    for a moment to come or before the opening, NoReason, Overtaken, KeyReused and UnknownAssignment.
    """
    admission = admission_of(session, person, request.slug, zone=zone)
    subject = Subject(person.course_id, request.slug, person.id)
    check_arrival(session, person, admission.spec, arrived, author.now)
    issuing = Issuing.by(signer, admission, person, author.now)
    submission = keep_for(session, person, request, admission, arrived=arrived, issuing=issuing)
    if _is_decided(session, submission):
        return submission
    take_turn(session, subject, author)
    new = {"arrived": submission.received_at.isoformat()}
    record(session, DecisionKind.HAND_IN, subject, author, new, submission_id=submission.id)
    return submission


def check_arrival(
    session: Session, person: Person, spec: Assignment, arrived: datetime, now: datetime
) -> None:
    """Raise BadInput for a moment at which nothing can have been handed in."""
    if arrived > now:
        raise BadInput(_("This moment is still to come: write when the files arrived."))
    if arrived < own_window(session, person.course_id, person.id, spec).rules.opens:
        raise BadInput(_("The assignment was not open at that moment: check the day and the month."))


def _is_decided(session: Session, submission: Submission) -> bool:
    """Whether this hand-in by staff was written down before: the same form came twice."""
    rows = select(Decision.id).where(
        Decision.submission_id == submission.id, Decision.kind == DecisionKind.HAND_IN
    )
    return session.scalar(rows.limit(1)) is not None
