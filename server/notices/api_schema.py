"""Notices in the API."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from server.notices.inbox import NoticeCard
from server.notices.kinds import NoticeKind


class NoticeOut(BaseModel):
    """One notice, in the language asked for."""

    id: int
    kind: NoticeKind
    assignment: str
    text: str
    reason: str  # "" where nobody said
    path: str  # of the page with more
    at: datetime
    read: bool


class NoticeList(BaseModel):
    """A page of one's own notices, newest first; `next` is the `cursor` of the next one, if any."""

    notices: list[NoticeOut]
    unread: int  # of all, counted up to 100
    next: int | None


class NoticeQuery(BaseModel):
    """Which page."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=50, ge=1, le=200)
    cursor: int | None = Field(default=None, ge=0)


class NoticesRead(BaseModel):
    """All notices up to this one, and with it, are read."""

    model_config = ConfigDict(extra="forbid")

    up_to: int = Field(ge=0)


def notice_out(card: NoticeCard) -> NoticeOut:
    """A notice for a program."""
    return NoticeOut(
        id=card.id,
        kind=card.kind,
        assignment=card.slug,
        text=str(card.text),
        reason=card.reason,
        path=card.path,
        at=card.at,
        read=card.read,
    )
