"""Inquiries in the API."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from server.inquiries.queries import InquiryCard, Thread
from server.inquiries.states import InquiryState

LONGEST = 8000  # what is read at all; what is taken is shorter


class InquiryOut(BaseModel):
    """An inquiry in a list."""

    id: int
    assignment: str
    neptun: str
    name: str
    state: InquiryState
    opened_at: datetime
    changed_at: datetime


class InquiryList(BaseModel):
    """A page of inquiries, open ones first; `next` is the `cursor` of the next one, if any."""

    inquiries: list[InquiryOut]
    next: str | None


class MessageOut(BaseModel):
    """What somebody wrote. To students `by` is "you" or "staff", in their language."""

    text: str
    by: str
    by_student: bool
    at: datetime


class ThreadOut(InquiryOut):
    """An inquiry with all that was written, the oldest first. `newest` is for `seen`; 0 for students."""

    messages: list[MessageOut]
    newest: int


class InquiryQuery(BaseModel):
    """Which inquiries: of the course for staff, one's own for a student."""

    model_config = ConfigDict(extra="forbid")

    state: InquiryState | None = None
    assignment: str = Field(default="", max_length=64)
    limit: int = Field(default=100, ge=1, le=200)
    cursor: str | None = Field(default=None, max_length=20, pattern="^[01]-[0-9]{1,11}$")


class InquiryText(BaseModel):
    """What is asked or answered: plain text with line ends."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=LONGEST)


class InquiryDecision(BaseModel):
    """How it is settled, and why. With `seen` it is refused where somebody has decided since."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["accepted", "declined"]
    reason: str = Field(default="", max_length=LONGEST)
    seen: int | None = Field(default=None, ge=0)


def inquiry_fields(card: InquiryCard) -> dict[str, object]:
    """What an answer says of an inquiry."""
    return {
        "id": card.id,
        "assignment": card.slug,
        "neptun": card.person.neptun,
        "name": card.person.name,
        "state": card.state,
        "opened_at": card.opened_at,
        "changed_at": card.changed_at,
    }


def thread_out(thread: Thread) -> ThreadOut:
    """An inquiry with its messages for a program."""
    messages = [
        {"text": one.text, "by": str(one.by), "by_student": one.by_student, "at": one.at}
        for one in thread.messages
    ]
    return ThreadOut.model_validate(
        inquiry_fields(thread.card) | {"messages": messages, "newest": thread.newest}
    )
