"""Tables of courses: one row for each term of a course, and who takes part in it as what."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assignments.late_policy import Offset, read_offset
from server.database import Table


class CourseState(StrEnum):
    """Whether a course is open or over."""

    OPEN = "open"
    CLOSED = "closed"


class Course(Table):
    """One term of one course, as its `course.toml` describes it."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    title_en: Mapped[str] = mapped_column(String(100))
    title_hu: Mapped[str] = mapped_column(String(100))
    term: Mapped[str] = mapped_column(String(30))
    zone: Mapped[str] = mapped_column(String(64))  # an IANA name such as Europe/Budapest
    state: Mapped[str] = mapped_column(String(12))  # see CourseState
    tokens_per_term: Mapped[int] = mapped_column(default=0, server_default="0")
    token_day: Mapped[str] = mapped_column(String(20), default="+1d", server_default="+1d")  # an Offset
    makeups_per_term: Mapped[int] = mapped_column(default=0, server_default="0")  # 0: no bound
    created_at: Mapped[datetime]

    @property
    def time_zone(self) -> ZoneInfo:
        """In which its deadlines are decided."""
        return ZoneInfo(self.zone)

    @property
    def token_length(self) -> Offset:
        """By how much one time token moves a due moment."""
        return read_offset(self.token_day)


class Enrolment(Table):
    """Who somebody is in a course. Never deleted, for what was handed in stays: see `active`."""

    __tablename__ = "enrolment"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    role: Mapped[str] = mapped_column(String(12))  # see server.person.Role
    nickname: Mapped[str] = mapped_column(String(40))  # what the projector shows
    labels: Mapped[list[Any]]  # free words, sorted: see server.courses.labels
    active: Mapped[bool]  # whether they are let in
    named_by_course: Mapped[bool]  # whether course.toml names them as staff
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("course_id", "user_id"), UniqueConstraint("course_id", "nickname"))
