"""The people of the course: looking them up, taking them from the roster, and their own settings."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.accounts.models import Invitation, User
from server.accounts.nicknames import codes_within, folded_nickname, generate, read_nickname
from server.accounts.person import EVERYBODY, STUDENTS, Person, Role
from server.accounts.roster import Change, Plan, RosterRow, plan
from server.errors import BadInput, Forbidden, Text


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody in the list of people."""

    person: Person
    email: str
    has_password: bool
    invited_until: datetime | None  # of the invitation that still works


def person_of(user: User) -> Person:
    """The row as the value that others know."""
    return Person(user.id, user.neptun, user.name, user.nickname, Role(user.role), user.language)


def find_person(session: Session, neptun: str) -> Person | None:
    """The active person with this normalised code."""
    user = session.scalar(select(User).where(User.neptun == neptun, User.active))
    return person_of(user) if user else None


def people(session: Session, ids: Iterable[int] | None = None) -> dict[int, Person]:
    """Everybody of the course by id, or those with these ids; also those no longer active."""
    rows = select(User).order_by(User.name, User.neptun)
    if ids is not None:
        rows = rows.where(User.id.in_(set(ids)))
    return {user.id: person_of(user) for user in session.scalars(rows)}


def entries(session: Session, now: datetime) -> list[Entry]:
    """The list of people by name, with what staff want to know about each."""
    open_until = (
        select(Invitation.user_id, func.max(Invitation.expires_at).label("until"))
        .where(Invitation.used_at.is_(None), Invitation.expires_at > now)
        .group_by(Invitation.user_id)
        .subquery()
    )
    rows = select(User, open_until.c.until).outerjoin(open_until, open_until.c.user_id == User.id)
    rows = rows.where(User.active).order_by(User.name, User.neptun)
    return [
        Entry(person_of(user), user.email, user.password_hash is not None, until)
        for user, until in session.execute(rows)
    ]


def add_person(
    session: Session, row: RosterRow, role: Role, now: datetime, *, seed: int, taken: set[str]
) -> Person:
    """A new person with a nickname of their own; `taken` are the folded ones in use, and grows by it."""
    nickname = generate(taken, seed)
    taken.add(folded_nickname(nickname))
    user = User(
        neptun=row.neptun, name=row.name, email=row.email, nickname=nickname, role=role, created_at=now
    )
    session.add(user)
    _flush(session, _("Somebody else has just changed the people of the course. Please try again."))
    return person_of(user)


def plan_roster(session: Session, rows: Iterable[RosterRow], *, reach: Collection[Role] = STUDENTS) -> Plan:
    """What taking these rows would change.

    Raises Forbidden for a change of somebody out of reach; and where that is not everybody, for another
    address of somebody who has one or a password: links into the account would go there.
    """
    users = {user.neptun: user for user in session.scalars(select(User))}
    todo = plan(rows, {code: RosterRow(code, user.name, user.email) for code, user in users.items()})
    beyond = [code for change in todo.changed if users[code := change.new.neptun].role not in reach]
    if beyond:
        raise Forbidden(
            _("Only a lecturer may change somebody of the staff: %(codes)s.", codes=", ".join(beyond))
        )
    if not set(EVERYBODY) <= set(reach):
        _refuse_addresses(change for change in todo.changed if _is_reached(users[change.new.neptun], change))
    return todo


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
    rows: Iterable[RosterRow],
    now: datetime,
    *,
    seed: int,
    reach: Collection[Role] = STUDENTS,
) -> Plan:
    """Take these rows: new people become students; of known ones only name and address change."""
    todo = plan_roster(session, rows, reach=reach)
    taken = nicknames(session)
    for number, row in enumerate(todo.added):
        add_person(session, row, Role.STUDENT, now, seed=seed + number, taken=taken)
    for change in todo.changed:
        user = session.scalars(select(User).where(User.neptun == change.new.neptun)).one()
        user.name, user.email = change.new.name, change.new.email
    return todo


def nicknames(session: Session) -> set[str]:
    """All that are in use, folded."""
    return {folded_nickname(nickname) for nickname in session.scalars(select(User.nickname))}


def make_staff(session: Session, row: RosterRow, role: Role, now: datetime, *, seed: int) -> Person:
    """Somebody made staff by hand: new, or known, let in again and from now on none of the course's file."""
    person = name_staff(session, row, role, now, seed=seed)
    user = session.get_one(User, person.id)
    user.active, user.named_by_course = True, False
    return person


def name_staff(session: Session, row: RosterRow, role: Role, now: datetime, *, seed: int) -> Person:
    """Somebody of the staff: new, or known and from now on in this role. Who is let out stays out."""
    user = session.scalar(select(User).where(User.neptun == row.neptun).with_for_update())
    if user is None:
        person = add_person(session, row, role, now, seed=seed, taken=nicknames(session))
        user = session.get_one(User, person.id)
    user.name, user.email, user.role = row.name, row.email or user.email, role
    user.named_by_course = True
    return person_of(user)


def change_nickname(session: Session, person: Person, text: str) -> None:
    """Raises BadInput for one that cannot be shown, is somebody's already, or gives a Neptun code away."""
    nickname = read_nickname(text)
    codes = codes_within(nickname)
    if codes and session.scalar(select(User.id).where(User.neptun.in_(codes)).limit(1)) is not None:
        raise BadInput(_("A nickname must not hold a Neptun code: the whole hall would see it."))
    own = folded_nickname(session.get_one(User, person.id).nickname)
    if folded_nickname(nickname) in nicknames(session) - {own}:
        raise BadInput(_("This nickname is taken."))
    session.get_one(User, person.id).nickname = nickname
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
