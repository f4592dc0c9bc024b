"""Tables of inquiries: one row for each, and one for each message in it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.database import Table

_UNSETTLED = text("state IN ('open', 'answered')")


class Inquiry(Table):
    """A student asks to look at their result for an assignment again."""

    __tablename__ = "inquiry"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    slug: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    state: Mapped[str] = mapped_column(String(12))  # see InquiryState
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    messages: Mapped[list[InquiryMessage]] = relationship(order_by="InquiryMessage.id")

    __table_args__ = (
        Index("ix_inquiry_course_id_state", "course_id", "state"),
        Index("ix_inquiry_user_id", "user_id"),
        Index(
            "uq_inquiry_unsettled",
            *("course_id", "slug", "user_id"),
            unique=True,
            sqlite_where=_UNSETTLED,
            postgresql_where=_UNSETTLED,
        ),
    )


class InquiryMessage(Table):
    """What somebody wrote: plain text with line ends, never changed."""

    __tablename__ = "inquiry_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(ForeignKey("inquiry.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
