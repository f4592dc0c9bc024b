"""Standings in the API."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from server.standings.queries import Number, StandingCard
from server.standings.states import StandingState


class NumberOut(BaseModel):
    """What counts on one share of the held-out data."""

    points: float | None
    earned: float | None  # before lateness
    score: float | None
    submission: str | None
    late_by_s: int
    tokens: int
    makeup: bool


class StandingOut(BaseModel):
    """What counts of one student's work. `private` counts; null until it is told to students."""

    assignment: str
    state: StandingState
    points: float | None  # the private ones where they are told, else the public ones
    due: datetime  # the student's own
    extended: bool
    decided: bool  # whether staff have set points or state
    public: NumberOut
    private: NumberOut | None = Field(repr=False)
    hand_ins: int


def standing_out(card: StandingCard) -> StandingOut:
    """A standing for a program."""
    return StandingOut(
        assignment=card.slug,
        state=card.state,
        points=_float(card.points),
        due=card.due,
        extended=card.extension_id is not None,
        decided=card.decision_id is not None,
        public=_number(card.public),
        private=_number(card.private) if card.private else None,
        hand_ins=card.hand_ins,
    )


def _number(number: Number) -> NumberOut:
    return NumberOut(
        points=_float(number.points),
        earned=_float(number.earned),
        score=number.score,
        submission=number.submission_id,
        late_by_s=int(number.late_by.total_seconds()),
        tokens=number.tokens,
        makeup=number.makeup,
    )


def _float(value: object) -> float | None:
    return None if value is None else float(str(value))
