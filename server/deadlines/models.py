"""Tables of deadlines: extensions with their reasons, dates edited by staff, and limits of tokens.

No row is ever changed in place, but that an extension is taken back with a reason of its own.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Table

REASON_LENGTH = 500


class Extension(Table):
    """A later due moment for one student, or for all who have a label."""

    __tablename__ = "extension"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    slug: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)  # or a label
    label: Mapped[str | None] = mapped_column(String(40))
    due: Mapped[datetime]
    replaces: Mapped[bool]  # all that were granted before: the one way to a shorter one
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH))
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # None: by a command of the server
    granted_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]  # None while it is in force
    ended_because: Mapped[str | None] = mapped_column(String(REASON_LENGTH))

    __table_args__ = (Index("ix_extension_course_id_slug", "course_id", "slug"),)


class DateEdit(Table):
    """Dates of an assignment as staff set them over those of its file; the newest row is in force.

    None leaves a date as the file has it: a row of nothing but None goes back to the file.
    """

    __tablename__ = "date_edit"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    slug: Mapped[str] = mapped_column(String(64))
    opens: Mapped[datetime | None]
    due: Mapped[datetime | None]
    closes: Mapped[datetime | None]
    reveal: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH))
    edited_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    edited_at: Mapped[datetime]

    __table_args__ = (Index("ix_date_edit_course_id_slug", "course_id", "slug"),)


class TokenLimit(Table):
    """How many time tokens a student lets one assignment use at most."""

    __tablename__ = "token_limit"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    most: Mapped[int]
    set_at: Mapped[datetime]
