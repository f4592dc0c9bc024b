"""How many of their time tokens a student lets an assignment use: until it is closed for them."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from assignments.spec import Assignment
from server.deadline_pages.extensions import take_turn
from server.deadlines.service import Limit, TokenLimit, limit_tokens
from server.errors import BadInput
from server.person import Person
from server.standings.rules import DecisionKind
from server.standings.service import DecisionAuthor, Subject, own_window, record

MOST = 1000


def limit(session: Session, person: Person, spec: Assignment, most: int | None, now: datetime) -> None:
    """Let an assignment use at most so many of one's tokens; None is as many as help.

    Raises BadInput for less than none, for more than the assignment takes, and once it is closed for them:
    who may hand in no more must not choose by the outcome.
    """
    take_turn(session, person.course_id, [person.id])
    window = own_window(session, person.course_id, person.id, spec)
    allowed = window.rules.late.tokens
    if most is not None and not 0 <= most <= min(allowed, MOST):
        raise BadInput(_("Here between 0 and %(most)s time tokens can be used.", most=allowed))
    if not window.goes_on(now):
        raise BadInput(_("This assignment is closed for you: its time tokens can no longer be changed."))
    before = session.get(TokenLimit, (person.course_id, spec.slug, person.id))
    old = before.most if before else None
    if old == most:
        return
    limit_tokens(session, person.course_id, Limit(spec.slug, person.id, most), now)
    subject = Subject(person.course_id, spec.slug, person.id)
    by_themselves = DecisionAuthor(person, now, "")
    record(session, DecisionKind.TOKENS, subject, by_themselves, {"most": most}, old={"most": old})
