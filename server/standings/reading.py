"""Standings as they are shown: what a reader may see of each, at this moment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.courses.service import settings_of
from server.deadlines.models import Extension
from server.deadlines.reveal import is_revealed, reveal_moment
from server.standings.computing import Share
from server.standings.facts import Terms, terms_of
from server.standings.models import Standing
from server.standings.states import StandingState


@dataclass(frozen=True, slots=True)
class Number:
    """What counts on one share."""

    points: Decimal | None
    earned: Decimal | None  # before lateness
    score: float | None
    submission_id: str | None
    version_id: int | None
    arrival: datetime | None
    late_by: timedelta
    tokens: int
    makeup: bool


@dataclass(frozen=True, slots=True)
class StandingCard:
    """One standing as a reader sees it. `private` is what counts; None while it is not told to them."""

    slug: str
    user_id: int
    state: StandingState
    due: datetime  # the student's own
    extension_id: int | None
    public: Number
    private: Number | None
    decision_id: int | None
    hand_ins: int
    failures: int
    our_faults: int
    under_way: int
    latest_id: str | None
    serial: int

    @property
    def number(row: Standing, share: Share) -> Number:
    """The half of a row that is of this share."""
    if share is Share.PUBLIC:
        return Number(
            *(row.public_points, row.public_earned, row.public_score, row.public_submission_id),
            *(row.public_version_id, row.public_arrival, timedelta(seconds=row.public_late_by_s)),
            *(row.public_tokens, row.public_makeup),
        )
    return Number(
        *(row.points, row.earned, row.score, row.submission_id, row.version_id, row.arrival),
        *(timedelta(seconds=row.late_by_s), row.tokens, row.makeup),
    )


def _told(
    row: Standing, terms: Terms | None, moments: Mapping[str, datetime], now: datetime
) -> bool:
    """Whether students are told the private share; not of an assignment that cannot be read any more."""
    if terms is None:
        return False
    arrivals = [row.latest_at] if row.latest_at else []
    return is_revealed(terms.dates, moments[row.slug], arrivals, now)
