"""The students of a course by name, page by page, and those whom a search means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_, select

from server.accounts.rules import is_neptun, normalised
from server.accounts.service import User
from server.courses.service import Enrolment
from server.person import Role

ROWS = 100  # of a page

Row = TypeVar("Row")


def students_of(course_id: int) -> Select[User, Enrolment]:
    """Every student of a course, also those no longer active."""
    rows = select(User, Enrolment).join(Enrolment, Enrolment.user_id == User.id)
    return rows.where(Enrolment.course_id == course_id, Enrolment.role == Role.STUDENT)


def meant_by(text: str) -> ColumnElement[bool]:
    """Those with this in their name, or with this Neptun code."""
    by_name = User.name.icontains(text.strip(), autoescape=True)
    code = normalised(text)
    return or_(by_name, User.neptun == code) if is_neptun(code) else by_name


def page_of(rows: Select[*tuple[Any, ...]], after: str, count: int | None) -> Select[*tuple[Any, ...]]:
    """By name, after the one with this code: all, or one more than `count`, to see what follows."""
    if after:
        name = select(User.name).where(User.neptun == normalised(after)).scalar_subquery()
        later = and_(User.name == name, User.neptun > normalised(after))
        rows = rows.where(or_(User.name > name, later))
    rows = rows.order_by(User.name, User.neptun)
    return rows if count is None else rows.limit(count + 1)


def cut(found: Sequence[Row], count: int | None) -> tuple[Sequence[Row], bool]:
    """The page, and whether another one follows."""
    return found[:count], count is not None and len(found) > count
