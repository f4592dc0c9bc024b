"""The table of regrades. Their runs are gradings like all others, which know their regrade."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Table


class RegradeState(StrEnum):
    """How far a regrade is."""

    OPEN = "open"  # its runs wait, run, or have all ended: the results in force are the old ones
    APPLIED = "applied"
    DROPPED = "dropped"


class Regrade(Table):
    """Some submissions for one assignment, graded again with one version."""

    __tablename__ = "regrade"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    slug: Mapped[str] = mapped_column(String(64))
    version_id: Mapped[int] = mapped_column(ForeignKey("assignment_version.id"))
    state: Mapped[str] = mapped_column(String(12), default=RegradeState.OPEN)
    reason: Mapped[str] = mapped_column(Text)
    started_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # None: by a command of the server
    started_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_regrade_course_id_slug", "course_id", "slug"),)
