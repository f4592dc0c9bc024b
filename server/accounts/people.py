"""The people of the course: looking them up, taking them from the roster, and their own settings."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.accounts.enrolments import enrolled, enrolment_of, person_of
from server.accounts.models import Invitation, User
from server.accounts.nicknames import codes_within, folded_nickname, generate, read_nickname
from server.accounts.roster import Change, Plan, RosterRow, plan
from server.courses.service import Enrolment
from server.database import hold
from server.errors import BadInput, Forbidden, Text
from server.person import EVERYBODY, STUDENTS, Person, Role
from server.touched_standings import touch


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody in the list of people."""

    person: Person
    email: str
    has_password: bool
    invited_until: datetime | None  # of the invitation that still works


def find_person(session: Session, course_id: int, neptun: str) -> Person | None:
    """The active person of a course with this normalised code."""
    rows = enrolled(course_id).where(User.neptun == neptun, Enrolment.active)
    found = session.execute(rows).one_or_none()
    return person_of(*found) if found else None


def hold_person(session: Session, person: Person) -> None:
    """Whoever asks for the same person waits until this transaction ends; who writes of them need not."""
    hold(session, _OF_PERSON, {"user": person.id})


# Built once: building costs more than asking.
_OF_PERSON = select(User.id).where(User.id == bindparam("user"))


def people(session: Session, course_id: int, ids: Iterable[int] | None = None) -> dict[int, Person]:
    """Everybody of a course by id, or those with these ids; also those no longer active."""
    rows = enrolled(course_id).order_by(User.name, User.neptun)
    if ids is not None:
        rows = rows.where(User.id.in_(set(ids)))
    return {user.id: person_of(user, enrolment) for user, enrolment in session.execute(rows)}


def people_entries(session: Session, course_id: int, now: datetime) -> list[Entry]:
    """The list of people by name, with what staff want to know about each."""
    open_until = (
        select(Invitation.user_id, func.max(Invitation.expires_at).label("until"))
        .where(Invitation.used_at.is_(None), Invitation.expires_at > now)
        .group_by(Invitation.user_id)
        .subquery()
    )
    rows = enrolled(course_id).add_columns(open_until.c.until)
    rows = rows.outerjoin(open_until, open_until.c.user_id == User.id)
    rows = rows.where(Enrolment.active).order_by(User.name, User.neptun)
    return [
        Entry(person_of(user, enrolment), user.email, user.password_hash is not None, until)
        for user, enrolment, until in session.execute(rows)
    ]


def add_person(
    session: Session, course_id: int, row: RosterRow, role: Role, now: datetime, *, seed: int, taken: set[str]
) -> Person:
    """A new person of a course with a nickname of their own; `taken` are the folded ones in use, and grows.

    Who has an account on this server already keeps it as it is: name, address and password.
    """
    nickname = generate(taken, seed)
    taken.add(folded_nickname(nickname))
    changed = _("Somebody else has just changed the people of the course. Please try again.")
    user = session.scalar(select(User).where(User.neptun == row.neptun))
    if user is None:
        user = User(neptun=row.neptun, name=row.name, email=row.email, created_at=now)
        session.add(user)
        _flush(session, changed)
    enrolment = Enrolment(
        course_id=course_id,
        user_id=user.id,
        role=role,
        nickname=nickname,
        labels=list(row.labels or ()),
        active=True,
        named_by_course=False,
        created_at=now,
    )
    session.add(enrolment)
    _flush(session, changed)
    if row.labels:
        touch(session, course_id, None, user.id)  # an extension may be for one of them
    return person_of(user, enrolment)


def plan_roster(
    session: Session, course_id: int, rows: Iterable[RosterRow], *, reach: Collection[Role] = STUDENTS
) -> Plan:
    """What taking these rows would change.

    Raises Forbidden for a change of somebody out of reach; and where that is not everybody, for another
    address of somebody who has one or a password: links into the account would go there.
    """
    found = {user.neptun: (user, enrolment) for user, enrolment in session.execute(enrolled(course_id))}
    todo = plan(rows, {code: _as_row(user, enrolment) for code, (user, enrolment) in found.items()})
    beyond = [code for change in todo.changed if found[code := change.new.neptun][1].role not in reach]
    if beyond:
        raise Forbidden(
            _("Only a lecturer may change somebody of the staff: %(codes)s.", codes=", ".join(beyond))
        )
    if not set(EVERYBODY) <= set(reach):
        _refuse_addresses(
            change for change in todo.changed if _is_reached(found[change.new.neptun][0], change)
        )
    return todo


def _as_row(user: User, enrolment: Enrolment) -> RosterRow:
    return RosterRow(user.neptun, user.name, user.email, tuple(enrolment.labels))


def _is_reached(user: User, change: Change) -> bool:
    """Whether the change would lead the letters of somebody who is here already elsewhere."""
    return change.new.email != change.old.email and bool(user.email or user.password_hash)


def _refuse_addresses(changes: Iterable[Change]) -> None:
    codes = ", ".join(change.new.neptun for change in changes)
    if codes:
        raise Forbidden(
            _(
                "Only a lecturer may change where letters to somebody go. Nothing was taken: leave the "
                "addresses of these people as they are, or ask a lecturer: %(codes)s.",
                codes=codes,
            )
        )


def apply_roster(
    session: Session,
    course_id: int,
    rows: Iterable[RosterRow],
    now: datetime,
    *,
    seed: int,
    reach: Collection[Role] = STUDENTS,
) -> Plan:
    """Take these rows: new people become students; of known ones only name, address and labels change."""
    todo = plan_roster(session, course_id, rows, reach=reach)
    taken = nicknames(session, course_id)
    for number, row in enumerate(todo.added):
        add_person(session, course_id, row, Role.STUDENT, now, seed=seed + number, taken=taken)
    for change in todo.changed:
        rows_of = enrolled(course_id).where(User.neptun == change.new.neptun)
        user, enrolment = session.execute(rows_of).one()
        user.name, user.email = change.new.name, change.new.email
        enrolment.labels = list(change.new.labels or ())
        touch(session, course_id, None, user.id)  # an extension may be for a label
    return todo


def nicknames(session: Session, course_id: int) -> set[str]:
    """All that are in use in a course, folded."""
    rows = select(Enrolment.nickname).where(Enrolment.course_id == course_id)
    return {folded_nickname(nickname) for nickname in session.scalars(rows)}


def make_staff(
    session: Session, course_id: int, row: RosterRow, role: Role, now: datetime, *, seed: int
) -> Person:
    """Somebody made staff by hand: new, or known, let in again and from now on none of the course's file."""
    person = name_staff(session, course_id, row, role, now, seed=seed)
    enrolment = enrolment_of(session, person)
    enrolment.active, enrolment.named_by_course = True, False
    return person


def name_staff(
    session: Session, course_id: int, row: RosterRow, role: Role, now: datetime, *, seed: int
) -> Person:
    """Somebody of the staff: new, or known and from now on in this role. Who is let out stays out."""
    session.execute(select(User.id).where(User.neptun == row.neptun).with_for_update())
    rows = enrolled(course_id).where(User.neptun == row.neptun)
    if session.execute(rows).one_or_none() is None:
        add_person(session, course_id, row, role, now, seed=seed, taken=nicknames(session, course_id))
    user, enrolment = session.execute(rows).one()
    user.name, user.email = row.name, row.email or user.email
    enrolment.role, enrolment.named_by_course = role, True
    return person_of(user, enrolment)


def change_nickname(session: Session, person: Person, text: str) -> None:
    """Raises BadInput for one that cannot be shown, is somebody's already, or gives a Neptun code away."""
    nickname = read_nickname(text)
    codes = codes_within(nickname)
    if codes and session.scalar(select(User.id).where(User.neptun.in_(codes)).limit(1)) is not None:
        raise BadInput(_("A nickname must not hold a Neptun code: the whole hall would see it."))
    enrolment = enrolment_of(session, person)
    own = folded_nickname(enrolment.nickname)
    if folded_nickname(nickname) in nicknames(session, person.course_id) - {own}:
        raise BadInput(_("This nickname is taken."))
    enrolment.nickname = nickname
    _flush(session, _("This nickname is taken."))


def change_language(session: Session, person: Person, language: str) -> None:
    """Remember in which language somebody wants to be spoken to."""
    session.get_one(User, person.id).language = language


def _flush(session: Session, problem: Text) -> None:
    """Send the changes. Raises BadInput when somebody else took a unique value a moment earlier."""
    try:
        session.flush()
    except IntegrityError as error:
        raise BadInput(problem) from error
