"""Deciding in tests, one line each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.person import Person
from server.db import Database
from server.standings.deciding import Author, Subject, newest_decision
from server.standings.models import Decision, Standing
from server.submissions.models import Submission
from tests.server.builders import COURSE, NOON
from tests.server.submissions.builders import SLUG, a_graded_submission
from tests.server.submissions.conftest import Course

LATER = NOON + timedelta(hours=1)
MOST = Decimal(10)


def about(person: Person, slug: str = SLUG) -> Subject:
    return Subject(COURSE, slug, person.id)


def by(
    person: Person | None, reason: str = "because", *, seen: int | None = None, now: datetime = LATER
) -> Author:
    return Author(person, now, reason, seen)


def scored(course: Course, score: float = 0.5, minutes: int = 0, **facts: Any) -> str:  # noqa: ANN401
    """The number of a hand-in of Anna's with that score on both shares."""
    with course.database.write() as session:
        now = NOON + timedelta(minutes=minutes)
        content = b"# %f %d" % (score, minutes)
        made = a_graded_submission(session, course.anna, now=now, score=score, content=content, **facts)
        return made.id


def done(course: Course, verb: Callable[..., Any], *arguments: Any, **options: Any) -> Any:  # noqa: ANN401
    """What a verb returns in a transaction of its own."""
    with course.database.write() as session:
        return verb(session, *arguments, **options)


def done_to(course: Course, verb: Callable[..., Any], number: str, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401
    """As `done`, with a hand-in."""
    with course.database.write() as session:
        return verb(session, session.get_one(Submission, number), *arguments, **options)


def standing(database: Database, person: Person, slug: str = SLUG) -> Standing | None:
    with database.read() as session:
        return session.get(Standing, (COURSE, slug, person.id))


def counts(course: Course) -> Decimal | None:
    """The points of Anna that count."""
    row = standing(course.database, course.anna)
    return row.public_points if row else None


def newest(course: Course) -> int:
    with course.database.read() as session:
        return newest_decision(session, about(course.anna))


def decisions(session: Session) -> list[Decision]:
    return list(session.scalars(select(Decision).order_by(Decision.id)))


def number_of_decisions(course: Course) -> int:
    with course.database.read() as session:
        return len(decisions(session))
