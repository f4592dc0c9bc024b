"""The people of the course: looking them up, and what they may change about themselves."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import User
from server.accounts.person import Person, Role


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
