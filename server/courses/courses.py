"""The course that this server serves, and conditions on who takes part in it."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, ScalarSelect, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from assignments import spec
from server.courses.models import Course, CourseState, Enrolment
from server.courses.refusals import NoCourse
from server.touched_standings import touch

log = structlog.get_logger()


def keep_course(session: Session, described: spec.Course, now: datetime) -> Course:
    """The row of the one course, made where there is none and brought up to what `course.toml` says.

    A changed slug renames the row: everything that was handed in stays with it.
    """
    course = _first(session)
    if course is None:
        course = Course(slug=described.slug, state=CourseState.OPEN, created_at=now)
        session.add(course)
    elif course.slug != described.slug:
        log.info("course renamed", old=course.slug, new=described.slug)
    course.slug, course.term, course.zone = described.slug, described.term, described.zone.key
    course.title_en, course.title_hu = described.title.en, described.title.hu
    course.tokens_per_term, course.token_day = described.tokens_per_term, str(described.token_day)
    course.makeups_per_term = described.makeups_per_term
    session.flush()
    touch(session, course.id, None, None)
    return course


def provide_course(session: Session, described: spec.Course, now: datetime) -> Course:
    """The course, made as `course.toml` describes it where there is none yet; only `sync` changes it."""
    return _first(session) or keep_course(session, described, now)


def course_of(session: Session, course_id: int) -> Course:
    """The row of a course, read once in a session: sessions forget the rows that nobody holds."""
    known: dict[int, Course] = session.info.setdefault("courses", {})
    if course_id not in known:
        known[course_id] = session.get_one(Course, course_id)
    return known[course_id]


def know_course(session: Session, course: Course) -> None:
    """Let `course_of` find a course that was read beside something else."""
    session.info.setdefault("courses", {})[course.id] = course


def the_course(session: Session) -> Course:
    """The course, for commands and processes, where nobody asks who is in one. Raises NoCourse."""
    course = _first(session)
    if course is None:
        raise NoCourse
    return course


def the_course_id() -> ScalarSelect[int | None]:
    """The id of the course for a condition: before there is one, nothing fulfils it."""
    return select(func.min(Course.id)).scalar_subquery()


def let_in(
    course_id: InstrumentedAttribute[int] | int, user_id: InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    """Whether somebody is let in to a course, as a condition of others: `let_in(Room.course_id, ...)`."""
    rows = select(Enrolment.id).where(Enrolment.course_id == course_id, Enrolment.user_id == user_id)
    return exists(rows.where(Enrolment.active))


def _first(session: Session) -> Course | None:
    return session.scalar(select(Course).order_by(Course.id).limit(1))
