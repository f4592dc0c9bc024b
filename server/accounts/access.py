"""Who is let in: the staff that the course's file names, and who is let out again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import structlog
from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assignments.spec import StaffMember
from server.accounts.devices import forget_devices, remember_device
from server.accounts.invitations import end_invitations
from server.accounts.models import User
from server.accounts.people import make_staff, person_of
from server.accounts.person import STAFF, Person, Role
from server.accounts.roster import RosterRow
from server.accounts.sessions import close_all_web_sessions
from server.accounts.tokens import revoke_all_tokens
from server.errors import BadInput

log = structlog.get_logger()


def sync_staff(
    session: Session, members: Iterable[StaffMember], now: datetime, *, seed: int
) -> tuple[list[Person], list[Person]]:
    """Give the staff of the course's file their roles, and take them from whom it no longer names.

    The first list are those who have lost their role: they are students from now on, and signed out. The
    second one are staff that the file does not name and never has: they were made by hand, and stay.
    """
    named = set()
    for number, member in enumerate(members):
        row = RosterRow(member.neptun, member.name, member.email)
        person = make_staff(session, row, Role(member.role), now, seed=seed + number)
        session.get_one(User, person.id).named_by_course = True
        named.add(person.id)
    rows = select(User).where(User.role.in_(STAFF), User.id.not_in(named)).order_by(User.name, User.neptun)
    others = session.scalars(rows).all()
    gone = [user for user in others if user.named_by_course]
    for user in gone:
        user.role, user.named_by_course = Role.STUDENT, False
        end_access(session, user.id, now)
        log.info("no longer staff", neptun=user.neptun)
    kept = [person_of(user) for user in others if user not in gone and user.active]
    return [person_of(user) for user in gone], kept


def deactivate(session: Session, neptun: str, now: datetime) -> Person:
    """Let somebody in no more, at once; their work stays. Raises BadInput for a code that nobody has."""
    user = _user(session, neptun)
    user.active = False
    end_access(session, user.id, now)
    log.info("deactivated", neptun=user.neptun)
    return person_of(user)


def activate(session: Session, neptun: str) -> Person:
    """Let somebody in again, with the password of before. Raises BadInput for a code that nobody has."""
    user = _user(session, neptun)
    user.active = True
    log.info("activated", neptun=user.neptun)
    return person_of(user)


def end_access(session: Session, user_id: int, now: datetime) -> None:
    """End every session and token, every open invitation, and what is known of devices."""
    close_all_web_sessions(session, user_id)
    revoke_all_tokens(session, user_id, now)
    end_invitations(session, user_id, now)
    forget_devices(session, user_id)


def sign_out_everywhere(session: Session, user_id: int, now: datetime, *, device: str) -> None:
    """As `end_access`, but that this device is remembered: it may try passwords as before."""
    end_access(session, user_id, now)
    remember_device(session, user_id, device, now)


def is_let_in(session: Session, person: Person) -> bool:
    """Whether somebody who was let in a while ago still would be, as the same: for pages that stay open."""
    row = session.execute(select(User.active, User.role).where(User.id == person.id)).one_or_none()
    return row is not None and row.active and row.role == person.role


def let_in_ids() -> Select[int]:
    """The ids of all who are let in, for a condition of others: `Player.user_id.in_(let_in_ids())`."""
    return select(User.id).where(User.active)


def _user(session: Session, neptun: str) -> User:
    user = session.scalar(select(User).where(User.neptun == neptun).with_for_update())
    if user is None:
        raise BadInput(_("Nobody here has the Neptun code %(code)s.", code=neptun))
    return user
