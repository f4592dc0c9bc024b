"""Browser sessions: what follows from signing in."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from server.accounts.credentials.secrets import fingerprint, new_key
from server.accounts.enrolments import let_in_here, person_of
from server.accounts.models import User, WebSession
from server.database import Database
from server.person import Person

IDLE = timedelta(hours=8)
LIFE = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)  # not each request shall be a write
MOST = 50  # browsers of one person at a time; the oldest is signed out


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
    with database.read() as session:
        row = session.execute(_BY_KEY, {"hash": fingerprint(key)}).one_or_none()
        if row is None:
            return None
        visit, person = row[2], person_of(row[0], row[1])
    if now >= visit.created_at + LIFE or now >= visit.last_seen_at + IDLE:
        return None
    if now >= visit.last_seen_at + SEEN_EVERY:
        _see_again(database, visit.id, now)
    return person


# Built once: this is asked with every page, and building costs more than asking.
_BY_KEY = (
    let_in_here()
    .add_columns(WebSession)
    .join(WebSession, WebSession.user_id == User.id)
    .where(WebSession.token_hash == bindparam("hash"))
)


def _see_again(database: Database, visit_id: int, now: datetime) -> None:
    with database.write() as session:
        visit = session.get(WebSession, visit_id)
        if visit is not None:
            visit.last_seen_at = max(visit.last_seen_at, now)
