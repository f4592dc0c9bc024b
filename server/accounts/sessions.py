"""Signing in with a password, and the browser sessions that follow from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.accounts import throttle
from server.accounts.keys import fingerprint, new_key
from server.accounts.models import LoginFailure, User, WebSession
from server.accounts.neptun import is_neptun, normalised
from server.accounts.passwords import hash_password, needs_rehash, password_matches
from server.accounts.people import person_of
from server.accounts.person import Person
from server.db import Database
from server.errors import TooManyAttempts, WrongLogin

IDLE = timedelta(hours=8)
LIFE = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)  # not each request shall be a write
FAILURES_KEPT = timedelta(days=1)
MOST = 50  # browsers of one person at a time; the oldest is signed out


@dataclass(frozen=True, slots=True)
class _Candidate:
    user_id: int | None
    password_hash: str | None = field(repr=False)
    failure_id: int


def check_login(database: Database, neptun: str, password: str, *, address: str, now: datetime) -> Person:
    """Who this is. Raises WrongLogin, the same for unknown codes and wrong passwords, or TooManyAttempts.

    The attempt is written down before the password is looked at: a hundred at once on one account are a
    hundred attempts. Only once it has proved wrong does it count against the address as well, where a
    hundred at once are a lecture hall that signs in.
    """
    code = normalised(neptun)
    candidate = _note_attempt(database, code if is_neptun(code) else "", address[:45], now)
    if not password_matches(candidate.password_hash, password):
        _settle(database, candidate)
        raise WrongLogin
    current = candidate.password_hash or ""
    rehashed = hash_password(password) if needs_rehash(current) else current
    with database.write() as session:
        user = session.get_one(User, candidate.user_id)
        if user.password_hash != candidate.password_hash or not user.active:
            raise WrongLogin  # changed while we were looking
        proved = (LoginFailure.neptun == user.neptun) & LoginFailure.settled
        session.execute(delete(LoginFailure).where((LoginFailure.id == candidate.failure_id) | proved))
        user.password_hash = rehashed
        return person_of(user)


def open_web_session(session: Session, user_id: int, now: datetime) -> str:
    """A new key for the cookie of somebody who has just proved who they are. Old sessions are swept out."""
    session.execute(
        delete(WebSession).where(
            WebSession.user_id == user_id,
            (WebSession.created_at < now - LIFE) | (WebSession.last_seen_at < now - IDLE),
        )
    )
    newest = select(WebSession.id).where(WebSession.user_id == user_id).order_by(WebSession.id.desc())
    kept = session.scalars(newest.limit(MOST - 1)).all()
    session.execute(delete(WebSession).where(WebSession.user_id == user_id, WebSession.id.not_in(kept)))
    key = new_key()
    session.add(WebSession(user_id=user_id, token_hash=fingerprint(key), created_at=now, last_seen_at=now))
    return key


def close_web_session(session: Session, key: str) -> None:
    """Sign out: the cookie is worth nothing from now on."""
    session.execute(delete(WebSession).where(WebSession.token_hash == fingerprint(key)))


def close_all_web_sessions(session: Session, user_id: int) -> None:
    """Sign out everywhere."""
    session.execute(delete(WebSession).where(WebSession.user_id == user_id))


def person_of_web_session(database: Database, key: str, now: datetime) -> Person | None:
    """Who holds this cookie, if it is still good."""
    found = select(WebSession, User).join(User, User.id == WebSession.user_id).where(User.active)
    found = found.where(WebSession.token_hash == fingerprint(key))
    with database.read() as session:
        row = session.execute(found).one_or_none()
        if row is None:
            return None
        visit, person = row[0], person_of(row[1])
    if now >= visit.created_at + LIFE or now >= visit.last_seen_at + IDLE:
        return None
    if now >= visit.last_seen_at + SEEN_EVERY:
        _see_again(database, visit.id, now)
    return person


def _see_again(database: Database, visit_id: int, now: datetime) -> None:
    with database.write() as session:
        visit = session.get(WebSession, visit_id)
        if visit is not None:
            visit.last_seen_at = max(visit.last_seen_at, now)


def _note_attempt(database: Database, neptun: str, address: str, now: datetime) -> _Candidate:
    with database.write() as session:
        # The lock makes attempts on one account queue up, so that each sees those before it.
        user = session.scalar(select(User).where(User.neptun == neptun, User.active).with_for_update())
        _refuse_if_throttled(session, neptun, address, now)
        session.execute(delete(LoginFailure).where(LoginFailure.at < now - FAILURES_KEPT))
        failure = LoginFailure(neptun=neptun, address=address, at=now)
        session.add(failure)
        session.flush()
        return _Candidate(user.id if user else None, user.password_hash if user else None, failure.id)


def _settle(database: Database, candidate: _Candidate) -> None:
    with database.write() as session:
        attempt = update(LoginFailure).where(LoginFailure.id == candidate.failure_id)
        session.execute(attempt.values(settled=True))


def _refuse_if_throttled(session: Session, neptun: str, address: str, now: datetime) -> None:
    recent = select(LoginFailure.at, LoginFailure.settled).where(LoginFailure.at > now - throttle.WINDOW)
    of_account = session.execute(recent.where(LoginFailure.neptun == neptun)).all() if neptun else ()
    of_address = session.scalars(recent.where(LoginFailure.address == address, LoginFailure.settled)).all()
    untried = not any(attempt.settled for attempt in of_account)
    wait = max(
        throttle.account_wait([attempt.at for attempt in of_account], now),
        throttle.address_wait(of_address, now, untried=untried),
    )
    seconds = ceil(wait.total_seconds())
    if seconds:
        raise TooManyAttempts(
            _("Too many wrong passwords. Try again in %(seconds)s seconds.", seconds=seconds),
            retry_after_s=seconds,
        )
