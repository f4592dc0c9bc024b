"""Access tokens: named keys for programs that act for a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from server.accounts.credentials.secrets import fingerprint, new_key
from server.accounts.enrolments import let_in_here, person_columns, person_of_row
from server.accounts.models import ApiToken, User
from server.database import Database
from server.errors import BadInput, NotFound
from server.person import Person

PREFIX = "hazi_"  # so that secret scanners and people recognise one
LIFE = timedelta(days=180)
NAME_LENGTH = 80
MOST = 50  # of one person at a time
USED_EVERY = timedelta(minutes=5)  # not each request shall be a write


@dataclass(frozen=True, slots=True)
class Token:
    """An access token without its key."""

    id: int
    name: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewToken:
    """An access token at the only moment when its key is known."""

    token: Token
    key: str = field(repr=False)


def add_token(session: Session, user_id: int, name: str, now: datetime) -> NewToken:
    """A new token; those that work no more are forgotten. Raises BadInput for a bad name and for too many."""
    label = "".join(char for char in name if char.isprintable()).strip()
    if not 1 <= len(label) <= NAME_LENGTH:
        raise BadInput(_("A token needs a name of 1 to %(n)s characters.", n=NAME_LENGTH))
    if len(tokens_of(session, user_id, now)) >= MOST:
        raise BadInput(_("There are %(n)s tokens already: revoke one first.", n=MOST))
    dead = ApiToken.revoked_at.is_not(None) | (ApiToken.expires_at <= now)  # or they would fill the table
    session.execute(delete(ApiToken).where(ApiToken.user_id == user_id, dead))
    key = PREFIX + new_key()
    row = ApiToken(
        user_id=user_id, name=label, token_hash=fingerprint(key), created_at=now, expires_at=now + LIFE
    )
    session.add(row)
    session.flush()
    return NewToken(_token(row), key)


def tokens_of(session: Session, user_id: int, now: datetime) -> list[Token]:
    """The tokens of a person that work, newest first."""
    rows = select(ApiToken).where(
        ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now
    )
    return [_token(row) for row in session.scalars(rows.order_by(ApiToken.id.desc()))]


def end_token(session: Session, user_id: int, token_id: int, now: datetime) -> None:
    """End one token of this person. Raises NotFound when there is none."""
    rows = select(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
    row = {row.id: row for row in session.scalars(rows)}.get(token_id)
    if row is None:
        raise NotFound
    row.revoked_at = now


def revoke_key(session: Session, key: str, now: datetime) -> None:
    """End the token with this very key."""
    session.execute(
        update(ApiToken)
        .where(ApiToken.token_hash == fingerprint(key), ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def revoke_all_tokens(session: Session, user_id: int, now: datetime) -> None:
    """End all tokens of a person."""
    session.execute(
        update(ApiToken)
        .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def person_of_api_token(database: Database, key: str, now: datetime) -> Person | None:
    """Whose program this is, if the token is still good."""
    rows = database.ask(_BY_KEY, {"hash": fingerprint(key)})
    if not rows:
        return None
    token_id, revoked_at, expires_at, last_used_at, *columns = rows[0]
    if revoked_at is not None or now >= expires_at:
        return None
    if last_used_at is None or now >= last_used_at + USED_EVERY:
        _note_use(database, token_id, now)
    return person_of_row(columns)


# Built once: this is asked with every request of a program, and building costs more than asking.
_BY_KEY = (
    let_in_here()
    .with_only_columns(
        *(ApiToken.id, ApiToken.revoked_at, ApiToken.expires_at, ApiToken.last_used_at), *person_columns()
    )
    .join(ApiToken, ApiToken.user_id == User.id)
    .where(ApiToken.token_hash == bindparam("hash"))
)


def _note_use(database: Database, token_id: int, now: datetime) -> None:
    with database.write() as session:
        session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))


def _token(row: ApiToken) -> Token:
    return Token(row.id, row.name, row.created_at, row.expires_at, row.last_used_at)
