"""Tables of notices: what was told to whom, what they do not want to hear, and the keys of calendars."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Table
from server.notices.kinds import MailState

KEY_LENGTH = 200
_UNREAD, _WAITING = text("read_at IS NULL"), text("mail_state = 'waiting'")


class Notice(Table):
    """One fact, told to one person. `key` names the fact: the same one is told once."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    kind: Mapped[str] = mapped_column(String(12))  # see NoticeKind
    slug: Mapped[str] = mapped_column(String(64))  # of the assignment
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    params: Mapped[dict[str, Any]]  # plain values for the sentence
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mail_state: Mapped[str] = mapped_column(String(8), default=MailState.NONE)
    mail_id: Mapped[str | None] = mapped_column(String(32))  # of the mail that it is in, the same at each try
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("user_id", "key"),
        Index("ix_notice_user_id_id", "user_id", "id"),
        Index("ix_notice_unread", "user_id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
        Index("ix_notice_waiting", "next_try_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_notice_mail_id", "mail_id"),
    )


class NoticeMute(Table):
    """What somebody has chosen for a kind of notices; without a row the usual holds."""

    __tablename__ = "notice_mute"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    how: Mapped[str] = mapped_column(String(4))  # see Mute


class CalendarKey(Table):
    """The secret in the address of somebody's calendar; the table holds its hash alone."""

    __tablename__ = "calendar_key"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
