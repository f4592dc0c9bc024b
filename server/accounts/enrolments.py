"""Who is in a course: accounts with their enrolments, and both as the value that others know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ScalarSelect, Select, select
from sqlalchemy.orm import Session

from server.accounts.models import User
from server.courses.service import Enrolment, the_course_id
from server.person import Person, Role


def person_of(user: User, enrolment: Enrolment) -> Person:
    """The rows as the value that others know."""
    return Person(
        id=user.id,
        neptun=user.neptun,
        name=user.name,
        nickname=enrolment.nickname,
        role=Role(enrolment.role),
        course_id=enrolment.course_id,
        language=user.language,
        labels=tuple(enrolment.labels),
    )


def person_columns() -> tuple[Any, ...]:
    """What `person_of_row` needs: reading columns costs less than reading rows as objects."""
    return (
        *(User.id, User.neptun, User.name, Enrolment.nickname, Enrolment.role, Enrolment.course_id),
        *(User.language, Enrolment.labels),
    )


def person_of_row(row: Sequence[Any]) -> Person:
    """The columns of `person_columns` as the value that others know."""
    number, neptun, name, nickname, role, course_id, language, labels = row
    return Person(number, neptun, name, nickname, Role(role), course_id, language, tuple(labels))


def enrolled(course_id: int | ScalarSelect[int | None]) -> Select[User, Enrolment]:
    """Every account that is enrolled in a course, with its enrolment; also those no longer active."""
    return (
        select(User, Enrolment)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(Enrolment.course_id == course_id)
    )


def let_in_here() -> Select[User, Enrolment]:
    """Everybody who is let in to the course of this server: for ways in, where nobody has said which."""
    return enrolled(the_course_id()).where(Enrolment.active)


def enrolment_of(session: Session, person: Person) -> Enrolment:
    """The row of somebody in their course."""
    mine = (Enrolment.course_id == person.course_id) & (Enrolment.user_id == person.id)
    return session.scalars(select(Enrolment).where(mine)).one()
