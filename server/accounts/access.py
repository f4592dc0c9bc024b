"""Who is let in: the staff that the course's file names, and who is let out again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assignments.spec import StaffMember
from server.accounts.credentials.devices import forget_devices, remember_device
from server.accounts.credentials.secrets import fingerprint
from server.accounts.credentials.sessions import close_all_web_sessions
from server.accounts.credentials.tokens import revoke_all_tokens
from server.accounts.enrolments import enrolled, person_of
from server.accounts.invitations import end_invitations
from server.accounts.models import ApiToken, User, WebSession
from server.accounts.people import name_staff
from server.accounts.roster import RosterRow
from server.courses.service import Enrolment
from server.errors import BadInput, NotSignedIn
from server.person import STAFF, Person, Role

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class StaffSync:
    """What taking the staff of the course's file has come to."""

    gone: tuple[Person, ...]  # who have lost their role: students from now on, and signed out
    unnamed: tuple[Person, ...]  # staff whom the file does not name and never has: made by hand, they stay
    let_out: tuple[Person, ...]  # whom the file names, but who were deactivated: they stay out
    last: Person | None  # who would have lost the role, but is the last active lecturer: stays one


def sync_staff(
    session: Session, course_id: int, members: Iterable[StaffMember], now: datetime, *, seed: int
) -> StaffSync:
    """Give the staff of the course's file their roles, and take them from whom it no longer names.

    A file cannot let somebody in again who was deactivated, nor take away the last lecturer who is active:
    nobody would be left to put it right.
    """
    those = list(members)
    last = _last_lecturer(session, course_id, {member.neptun: Role(member.role) for member in those})
    named = []
    for number, member in enumerate(those):
        role = Role.LECTURER if last and member.neptun == last[0].neptun else Role(member.role)
        row = RosterRow(member.neptun, member.name, member.email)
        named.append(name_staff(session, course_id, row, role, now, seed=seed + number).id)
    rows = enrolled(course_id).where(Enrolment.role.in_(STAFF)).order_by(User.name, User.neptun)
    staff = _pairs(session, rows)
    others = [(user, here) for user, here in staff if user.id not in named and (user, here) != last]
    gone = [(user, here) for user, here in others if here.named_by_course]
    stay = [(user, here) for user, here in others if not here.named_by_course]
    for user, here in gone:
        here.role, here.named_by_course = Role.STUDENT, False
        end_access(session, user.id, now)
        log.info("no longer staff", neptun=user.neptun)
    return StaffSync(
        gone=tuple(person_of(*one) for one in gone),
        unnamed=tuple(person_of(user, here) for user, here in stay if here.active),
        let_out=tuple(person_of(user, here) for user, here in staff if user.id in named and not here.active),
        last=person_of(*last) if last else None,
    )


def _pairs(session: Session, rows: Select[User, Enrolment]) -> list[tuple[User, Enrolment]]:
    return [(user, enrolment) for user, enrolment in session.execute(rows)]


def _last_lecturer(
    session: Session, course_id: int, roles: Mapping[str, Role]
) -> tuple[User, Enrolment] | None:
    """Who has to stay a lecturer, though the file takes the role from everybody who has it and is let in.

    Of several it is one who can sign in.
    """
    order = (User.password_hash.is_(None), User.id)
    rows = enrolled(course_id).where(Enrolment.active).order_by(*order).with_for_update()
    found = _pairs(session, rows)
    known = {user.neptun for user, _enrolment in _pairs(session, enrolled(course_id))}
    let_in = {user.neptun for user, _enrolment in found}
    if any(role is Role.LECTURER and (code in let_in or code not in known) for code, role in roles.items()):
        return None
    lecturers = [(user, enrolment) for user, enrolment in found if enrolment.role == Role.LECTURER]
    stays = any(not here.named_by_course and user.neptun not in roles for user, here in lecturers)
    return lecturers[0] if lecturers and not stays else None


def deactivate(session: Session, course_id: int, neptun: str, now: datetime) -> Person:
    """Let somebody in no more, at once; their work stays. Raises BadInput for a code that nobody has."""
    user, enrolment = _enrolled(session, course_id, neptun)
    enrolment.active = False
    end_access(session, user.id, now)
    log.info("deactivated", neptun=user.neptun)
    return person_of(user, enrolment)


def activate(session: Session, course_id: int, neptun: str) -> Person:
    """Let somebody in again, with the password of before. Raises BadInput for a code that nobody has."""
    user, enrolment = _enrolled(session, course_id, neptun)
    enrolment.active = True
    log.info("activated", neptun=user.neptun)
    return person_of(user, enrolment)


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
    rows = select(Enrolment.active, Enrolment.role).where(Enrolment.course_id == person.course_id)
    row = session.execute(rows.where(Enrolment.user_id == person.id)).one_or_none()
    return row is not None and row.active and row.role == person.role


def refuse_shut_out(session: Session, user_id: int, key: str) -> None:
    """Whoever opens a further way in must still have this one, of a browser or a program; it stays meanwhile.

    Raises NotSignedIn where somebody has ended it since they were let in.
    """
    session.execute(select(User.id).where(User.id == user_id).with_for_update())
    held = fingerprint(key)
    browser = select(WebSession.id).where(WebSession.user_id == user_id, WebSession.token_hash == held)
    program = select(ApiToken.id).where(
        ApiToken.user_id == user_id, ApiToken.token_hash == held, ApiToken.revoked_at.is_(None)
    )
    if session.scalar(browser) is None and session.scalar(program) is None:
        raise NotSignedIn


def _enrolled(session: Session, course_id: int, neptun: str) -> tuple[User, Enrolment]:
    rows = enrolled(course_id).where(User.neptun == neptun).with_for_update()
    found = session.execute(rows).one_or_none()
    if found is None:
        raise BadInput(_("Nobody here has the Neptun code %(code)s.", code=neptun))
    return found[0], found[1]
