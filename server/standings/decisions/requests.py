"""What somebody wants to be decided, from a form or a program, and the verb that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from assignments.spec import Assignment
from server.accounts.rules import read_neptun
from server.accounts.service import find_person
from server.errors import BadInput, NotFound
from server.grading.service import Submission
from server.person import Person
from server.standings.decisions import deciding
from server.standings.decisions.choices import choose
from server.standings.decisions.deciding import DecisionAuthor, Subject
from server.standings.facts import exact
from server.standings.models import Decision
from server.standings.states import DecisionKind

POINTS_LENGTH = 20  # characters of a number that somebody types


@dataclass(frozen=True, slots=True)
class DecisionRequest:
    """What is to be decided. `back` takes back what was decided of that kind before."""

    kind: str
    points: Decimal | None = None  # of an override
    submission_id: str | None = None  # of what is about a hand-in, and of a choice
    withdraws: int | None = None  # the comment or note to take back
    back: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """What a request is about: whose work for which assignment, and what that says."""

    session: Session
    spec: Assignment
    subject: Subject
    author: DecisionAuthor


def decide(
    session: Session, spec: Assignment, subject: Subject, request: DecisionRequest, author: DecisionAuthor
) -> Decision:
    """Decide it. Raises BadInput for what cannot be decided so, NotFound, NoReason, Overtaken and others."""
    verb = _VERBS.get(request.kind)
    if verb is None:
        raise BadInput(_("This is nothing that can be decided here."))
    return verb(Case(session, spec, subject, author), request)


def read_points(text: str) -> Decimal | None:
    """Points as somebody types them, with a point or a comma; None for nothing typed. Raises BadInput."""
    typed = text.strip().replace(",", ".")
    if not typed:
        return None
    try:
        return Decimal(typed if len(typed) <= POINTS_LENGTH else "")
    except InvalidOperation:
        raise BadInput(_("“%(text)s” is no number of points.", text=text[:POINTS_LENGTH])) from None


def read_id(text: str) -> str | None:
    """The number of a hand-in out of a form; None where there is none. Raises NotFound for what is none."""
    try:
        return str(UUID(text)) if text else None
    except ValueError:
        raise NotFound from None


def student_of(session: Session, course_id: int, neptun: str) -> Person:
    """Somebody of a course by code. Raises NotFound."""
    person = find_person(session, course_id, read_neptun(neptun))
    if person is None:
        raise NotFound
    return person


def _override(case: Case, request: DecisionRequest) -> Decision:
    if not request.back and request.points is None:
        raise BadInput(_("Say how many points are to count."))
    points, most = None if request.back else request.points, exact(case.spec.score.points)
    return deciding.override(case.session, case.subject, case.author, points, most)


def _excuse(case: Case, request: DecisionRequest) -> Decision:
    return deciding.excuse(case.session, case.subject, case.author, back=request.back)


def _zero(case: Case, request: DecisionRequest) -> Decision:
    return deciding.zero(case.session, case.subject, case.author, back=request.back)


def _say(case: Case, request: DecisionRequest) -> Decision:
    if request.withdraws is not None:
        return deciding.withdraw(case.session, case.subject, case.author, request.withdraws)
    verb = deciding.note if request.kind == DecisionKind.NOTE else deciding.comment
    return verb(case.session, case.subject, case.author)


def _choose(case: Case, request: DecisionRequest) -> Decision:
    wanted = None if request.back else _hand_in(case, request).id
    return choose(case.session, case.spec, case.subject, wanted, case.author)


def _void(case: Case, request: DecisionRequest) -> Decision:
    return deciding.void(case.session, _hand_in(case, request), case.author, back=request.back)


def _return_try(case: Case, request: DecisionRequest) -> Decision:
    return deciding.return_try(case.session, _hand_in(case, request), case.author, back=request.back)


def _hand_in(case: Case, request: DecisionRequest) -> Submission:
    """The hand-in that a request is about: of that student for that assignment. Raises NotFound."""
    subject = case.subject
    rows = select(Submission).where(
        Submission.course_id == subject.course_id,
        Submission.slug == subject.slug,
        Submission.user_id == subject.user_id,
        Submission.id == (request.submission_id or ""),
    )
    submission = case.session.scalar(rows)
    if submission is None:
        raise NotFound
    return submission


_VERBS: Mapping[str, Callable[[Case, DecisionRequest], Decision]] = {
    DecisionKind.OVERRIDE: _override,
    DecisionKind.EXCUSE: _excuse,
    DecisionKind.ZERO: _zero,
    DecisionKind.COMMENT: _say,
    DecisionKind.NOTE: _say,
    DecisionKind.CHOOSE: _choose,
    DecisionKind.VOID: _void,
    DecisionKind.RETURN_TRY: _return_try,
}
