"""Invitations: one-time links, printed or mailed, with which people set a password."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias, TypeVar

import structlog
from flask_babel import lazy_gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.accounts.credentials.devices import forget_devices, remember_device
from server.accounts.credentials.passwords import hash_password, refuse_weak_password
from server.accounts.credentials.secrets import fingerprint, new_key
from server.accounts.credentials.sessions import close_all_web_sessions
from server.accounts.credentials.tokens import revoke_all_tokens
from server.accounts.enrolments import enrolled, let_in_here, person_of
from server.accounts.models import Invitation, User
from server.courses.service import Enrolment
from server.database import Database
from server.errors import Forbidden, InvitationGone
from server.person import STUDENTS, Person, Role

log = structlog.get_logger()

# Longer than the usual hour: the links are printed, handed out in the first practical, and used at home.
LIFE = timedelta(days=14)
AGAIN = timedelta(minutes=5)  # for so long a link that was used tells whose it was, to who has the password

R = TypeVar("R")
Way: TypeAlias = Callable[[Session, Person], R]
"""What is opened for somebody who has proved who they are, in the transaction that has made sure of it."""


@dataclass(frozen=True, slots=True)
class Slip:
    """An invitation at the only moment when its key is known."""

    person: Person
    email: str
    key: str = field(repr=False)
    expires_at: datetime
    has_password: bool = False


@dataclass(frozen=True, slots=True)
class LastInvitation:
    """The last one-time link of somebody, as they may know of it."""

    made_at: datetime
    made_by: str  # the name; "" for a command of the server
    used_at: datetime | None


def invite(
    session: Session,
    course_id: int,
    neptuns: Iterable[str],
    now: datetime,
    *,
    reach: Collection[Role] = STUDENTS,
    made_by: Person | None = None,
) -> list[Slip]:
    """New invitations for these people, sorted by name. Earlier ones of theirs stop working.

    Each remembers who made it, for it is a way into somebody's account.
    Raises Forbidden when somebody is of another role than those within reach.
    """
    rows = enrolled(course_id).where(User.neptun.in_(set(neptuns)), Enrolment.active)
    chosen = session.execute(rows.order_by(User.name, User.neptun)).all()
    if any(enrolment.role not in reach for _user, enrolment in chosen):
        raise Forbidden(_("Only a lecturer may invite somebody of the staff."))
    for user, _enrolment in chosen:
        end_invitations(session, user.id, now)
        log.info("invited", neptun=user.neptun, by=made_by.neptun if made_by else "")
    return [_slip(session, user, person_of(user, enrolment), made_by, now) for user, enrolment in chosen]


def last_invitation(session: Session, user_id: int) -> LastInvitation | None:
    """What somebody may know of the last link into their account."""
    rows = select(Invitation, User.name).outerjoin(User, User.id == Invitation.made_by)
    rows = rows.where(Invitation.user_id == user_id).order_by(Invitation.id.desc()).limit(1)
    found = session.execute(rows).one_or_none()
    return LastInvitation(found[0].created_at, found[1] or "", found[0].used_at) if found else None


def end_invitations(session: Session, user_id: int, now: datetime) -> None:
    """Links that were not used yet work no more."""
    still_open = (Invitation.user_id == user_id, Invitation.used_at.is_(None), Invitation.expires_at > now)
    session.execute(update(Invitation).where(*still_open).values(expires_at=now))


def invited_person(session: Session, key: str, now: datetime) -> Person:
    """Whom a link invites. Raises InvitationGone."""
    found = session.execute(
        let_in_here()
        .join(Invitation, Invitation.user_id == User.id)
        .where(Invitation.token_hash == fingerprint(key), Invitation.used_at.is_(None))
        .where(Invitation.expires_at > now)
    ).one_or_none()
    if found is None:
        raise InvitationGone
    return person_of(*found)


def just_invited(session: Session, key: str, now: datetime) -> Person | None:
    """Whose link this is, if it was used a moment ago."""
    found = session.execute(
        let_in_here()
        .join(Invitation, Invitation.user_id == User.id)
        .where(Invitation.token_hash == fingerprint(key))
        .where(Invitation.used_at > now - AGAIN, Invitation.used_at <= now)
    ).one_or_none()
    return person_of(*found) if found else None


def accept_invitation(
    database: Database, key: str, password: str, now: datetime, *, device: str = "", way: Way[R]
) -> R:
    """Set the password, use the link up, and open a way in. Whoever knew an older password or token is out.

    The device with this key is known from now on, and no other is.
    """
    with database.read() as session:
        person = invited_person(session, key, now)
    password_hash = checked_hash(person, password)  # slow: no writer shall wait for it
    with database.write() as session:
        session.get_one(
            User, person.id, with_for_update=True
        )  # first of all, as whoever changes a way in does
        claimed = session.execute(
            update(Invitation)
            .where(Invitation.token_hash == fingerprint(key))
            .where(Invitation.used_at.is_(None), Invitation.expires_at > now)
            .values(used_at=now)
            .returning(Invitation.id)
        )
        if claimed.first() is None:
            raise InvitationGone  # somebody else was a moment faster
        replace_password(session, person, password_hash, device, now)
        return way(session, person)


def set_password(session: Session, person: Person, password: str) -> None:
    """Give somebody a password who has not come yet. Raises BadInput for a weak one."""
    session.get_one(User, person.id).password_hash = checked_hash(person, password)


def checked_hash(person: Person, password: str) -> str:
    """What is stored of a new password; slow. Raises BadInput for a weak one."""
    refuse_weak_password(password, neptun=person.neptun, name=person.name)
    return hash_password(password)


def replace_password(
    session: Session, person: Person, password_hash: str, device: str, now: datetime
) -> None:
    """Every browser and program is signed out, every other device forgotten, every open link ended."""
    session.get_one(User, person.id, with_for_update=True).password_hash = password_hash
    close_all_web_sessions(session, person.id)
    forget_devices(session, person.id)
    remember_device(session, person.id, device, now)
    revoke_all_tokens(session, person.id, now)
    end_invitations(session, person.id, now)


def _slip(session: Session, user: User, person: Person, made_by: Person | None, now: datetime) -> Slip:
    key = new_key()
    invitation = Invitation(
        user_id=user.id,
        made_by=made_by.id if made_by else None,
        token_hash=fingerprint(key),
        created_at=now,
        expires_at=now + LIFE,
    )
    session.add(invitation)
    return Slip(person, user.email, key, invitation.expires_at, user.password_hash is not None)
