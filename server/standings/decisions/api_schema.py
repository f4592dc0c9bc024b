"""Decisions in the API."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from server.standings.decisions.audit import AuditRow
from server.standings.decisions.deciding import REASON_LENGTH
from server.standings.decisions.records import DecisionCard

DECIDED_HERE = Literal["override", "excuse", "zero", "void", "return-try", "comment", "note", "choose"]


class DecisionWish(BaseModel):
    """What is to be decided. With `seen` it is refused where somebody has decided since."""

    model_config = ConfigDict(extra="forbid")

    kind: DECIDED_HERE
    reason: str = Field(default="", max_length=2 * REASON_LENGTH)  # of a comment or a note the text itself
    points: Decimal | None = Field(default=None, max_digits=12)  # of an override
    submission: UUID | None = None  # of void, return-try and choose
    back: bool = False  # take back what was decided of this kind
    withdraws: int | None = Field(default=None, ge=1, le=2**31 - 1)  # the comment or note to take back
    seen: int | None = Field(default=None, ge=0)  # `newest` as it was when somebody looked


class DecisionOut(BaseModel):
    """One decision. To students `by` is "you" or "staff", in their language."""

    id: int
    kind: str
    assignment: str | None
    submission: str | None
    words: str
    reason: str
    by: str
    at: datetime


class DecisionList(BaseModel):
    """All about one student's work for one assignment, newest first. `newest` is for `seen`."""

    decisions: list[DecisionOut]
    newest: int


class ToldDecisions(BaseModel):
    """What was decided about one's own work for one assignment, newest first."""

    decisions: list[DecisionOut]


class AuditOut(DecisionOut):
    """A decision as the whole course has it, with what is stored of it."""

    neptun: str | None  # whom it is about; null: an assignment
    name: str | None
    by_neptun: str | None  # null: a command of the server


class AuditList(BaseModel):
    """A page of all decisions, newest first; `next` is the `cursor` of the next one, if any."""

    decisions: list[AuditOut]
    next: int | None


class AuditQuery(BaseModel):
    """Which decisions: of a kind, of an assignment, about somebody, by somebody, on these days."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(default="", max_length=20)
    assignment: str = Field(default="", max_length=64)
    neptun: str = Field(default="", max_length=40)
    by: str = Field(default="", max_length=40)
    since: date | None = None
    until: date | None = None
    limit: int = Field(default=100, ge=1, le=500)
    cursor: int | None = Field(default=None, ge=0)


class ChoiceWish(BaseModel):
    """Which of one's own submissions is to count; null leaves it to the rule."""

    model_config = ConfigDict(extra="forbid")

    submission: UUID | None


def decision_out(card: DecisionCard) -> DecisionOut:
    """A decision for a program."""
    return DecisionOut.model_validate(_fields(card))


def audit_out(row: AuditRow) -> AuditOut:
    """A decision of the course for a program."""
    person, by = row.person, row.decided_by
    return AuditOut.model_validate(
        _fields(row.card)
        | {
            "neptun": person.neptun if person else None,
            "name": person.name if person else None,
            "by_neptun": by.neptun if by else None,
        }
    )


def _fields(card: DecisionCard) -> dict[str, Any]:
    return {
        "id": card.id,
        "kind": card.kind,
        "assignment": card.slug,
        "submission": card.submission_id,
        "words": str(card.words),
        "reason": card.reason,
        "by": str(card.by),
        "at": card.at,
    }
