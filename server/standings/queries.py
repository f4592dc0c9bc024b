"""Standings as they are shown: what a reader may see of each, at this moment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.courses.service import course_of
from server.standings.computation import Share
from server.standings.facts import terms_of
from server.standings.models import Standing
from server.standings.reveal_dates import reveals, row_is_revealed
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
    private: Number | None = field(repr=False)
    decision_id: int | None
    hand_ins: int
    failures: int
    our_faults: int
    under_way: int
    latest_id: str | None
    latest_late_by: timedelta
    serial: int

    @property
    def number(self) -> Number:
        """The number to show first: that of the private share where it is told."""
        return self.private or self.public

    @property
    def points(self) -> Decimal | None:
        """The points to show first."""
        return self.number.points


@dataclass(frozen=True, slots=True)
class Audience:
    """Who looks, and when. Staff see both shares at any time."""

    is_staff: bool
    now: datetime


def standing_cards(
    session: Session,
    course_id: int,
    audience: Audience,
    *,
    slugs: Collection[str] | None = None,
    users: Collection[int] | None = None,
) -> dict[tuple[str, int], StandingCard]:
    """Standings by assignment and student: of these users or all, for some assignments or all."""
    rows = select(Standing).where(Standing.course_id == course_id)
    if slugs is not None:
        rows = rows.where(Standing.slug.in_(slugs))
    if users is not None:
        rows = rows.where(Standing.user_id.in_(users))
    found = session.scalars(rows).all()
    if audience.is_staff or not found:
        return {(row.slug, row.user_id): card(row, is_revealed=True) for row in found}
    course = course_of(session, course_id)
    terms = terms_of(session, course_id, course.time_zone)
    moments = reveals(session, course, terms)
    return {
        (row.slug, row.user_id): card(
            row, is_revealed=row_is_revealed(row, moments.get(row.slug), audience.now)
        )
        for row in found
    }


def points_by_student(session: Session, course_id: int, slug: str) -> dict[int, Decimal | None]:
    """The points that count, of every student who has a standing."""
    rows = select(Standing.user_id, Standing.points).where(
        Standing.course_id == course_id, Standing.slug == slug
    )
    return {user_id: points for user_id, points in session.execute(rows)}  # noqa: C416 - rows are no pairs


def card(row: Standing, *, is_revealed: bool) -> StandingCard:
    """One standing; `told` says whether the reader may see the private share."""
    return StandingCard(
        slug=row.slug,
        user_id=row.user_id,
        state=StandingState(row.state),
        due=row.due,
        extension_id=row.extension_id,
        public=number(row, Share.PUBLIC),
        private=number(row, Share.PRIVATE) if is_revealed else None,
        decision_id=row.decision_id,
        hand_ins=row.hand_ins,
        failures=row.failures,
        our_faults=row.our_faults,
        under_way=row.under_way,
        latest_id=row.latest_id,
        latest_late_by=timedelta(seconds=row.latest_late_by_s),
        serial=row.serial,
    )


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
