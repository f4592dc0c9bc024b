"""Standings as they are shown: what a reader may see of each, at this moment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assignments.spec import Assignment
from server.courses.models import Course
from server.courses.service import course_of
from server.deadlines.dates import dates_in_force
from server.deadlines.line import in_makeup, last_makeup_moment
from server.deadlines.models import Extension
from server.deadlines.reveal import Dates, is_board_revealed, is_revealed, not_before_earlier, reveal_moment
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


def reveals(session: Session, course: Course, terms: Mapping[str, Terms]) -> dict[str, datetime]:
    """When the private shares of each of these assignments are told to students."""
    rows = select(Extension.slug, func.max(Extension.due)).where(Extension.course_id == course.id)
    rows = rows.where(Extension.ended_at.is_(None)).group_by(Extension.slug)
    latest = {slug: due for slug, due in session.execute(rows)}  # noqa: C416 - a result is no mapping
    moments = {
        slug: reveal_moment(
            one.dates, [latest[slug]] if slug in latest else [], _tokens(course, one), course.token_length
        )
        for slug, one in terms.items()
    }
    return moments | not_before_earlier(
        {slug: (one.dates.rules.due, moments[slug]) for slug, one in terms.items() if _tokens(course, one)}
    )


def _tokens(course: Course, terms: Terms) -> int:
    """How many time tokens a student may use for an assignment at most."""
    return min(terms.dates.rules.late.tokens, course.tokens_per_term)


def reveal_of(session: Session, course_id: int, spec: Assignment) -> datetime:
    """The last second in which students are not told the private shares of an assignment; see `is_told`."""
    return _dates_and_reveal(session, course_id, spec)[1]


def board_is_revealed(session: Session, course_id: int, spec: Assignment, now: datetime) -> bool:
    """Whether students see the board of the private share."""
    return is_board_revealed(*_dates_and_reveal(session, course_id, spec), now)


def _dates_and_reveal(session: Session, course_id: int, spec: Assignment) -> tuple[Dates, datetime]:
    course = course_of(session, course_id)
    dates = dates_in_force(session, course_id, [spec], course.time_zone)[spec.slug]
    terms = {spec.slug: Terms(spec, dates)}
    if _tokens(course, terms[spec.slug]):
        terms = terms_of(session, course_id, course.time_zone) | terms
    return dates, reveals(session, course, terms)[spec.slug]


def private_is_told(session: Session, course_id: int, slug: str, user_id: int, now: datetime) -> bool:
    """Whether a student is told the private shares of what they handed in for an assignment."""
    course = course_of(session, course_id)
    terms = terms_of(session, course_id, course.time_zone)
    row = session.get(Standing, (course_id, slug, user_id))
    return row is not None and _told(row, terms.get(slug), reveals(session, course, terms), now)


def private_told_at(session: Session, course_id: int, spec: Assignment, user_id: int) -> datetime:
    """The moment after which a student is told the private share; see `is_revealed`."""
    course = course_of(session, course_id)
    dates = dates_in_force(session, course_id, [spec], course.time_zone)[spec.slug]
    reveal, makeup = reveals(session, course, {spec.slug: Terms(spec, dates)})[spec.slug], dates.rules.makeup
    row = session.get(Standing, (course_id, spec.slug, user_id))
    if makeup and row and row.latest_at and in_makeup(dates.rules, row.latest_at):
        return max(reveal, last_makeup_moment(dates.rules, makeup))
    return reveal


def closes_for_all(session: Session, course_id: int, spec: Assignment) -> datetime:
    """The last second in which anybody's hand-in can count: extensions, tokens and a make-up are in it."""
    course = course_of(session, course_id)
    dates = dates_in_force(session, course_id, [spec], course.time_zone)[spec.slug]
    regular = replace(dates, reveal=None)
    closes = reveals(session, course, {spec.slug: Terms(spec, regular)})[spec.slug]
    makeup = dates.rules.makeup
    return closes if makeup is None else max(closes, last_makeup_moment(dates.rules, makeup))


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
        return {(row.slug, row.user_id): card(row, told=True) for row in found}
    course = course_of(session, course_id)
    terms = terms_of(session, course_id, course.time_zone)
    moments = reveals(session, course, terms)
    return {
        (row.slug, row.user_id): card(row, told=_told(row, terms.get(row.slug), moments, audience.now))
        for row in found
    }


def points_by_student(session: Session, course_id: int, slug: str) -> dict[int, Decimal | None]:
    """The points that count, of every student who has a standing."""
    rows = select(Standing.user_id, Standing.points).where(
        Standing.course_id == course_id, Standing.slug == slug
    )
    return {user_id: points for user_id, points in session.execute(rows)}  # noqa: C416 - rows are no pairs


def card(row: Standing, *, told: bool) -> StandingCard:
    """One standing; `told` says whether the reader may see the private share."""
    return StandingCard(
        slug=row.slug,
        user_id=row.user_id,
        state=StandingState(row.state),
        due=row.due,
        extension_id=row.extension_id,
        public=number(row, Share.PUBLIC),
        private=number(row, Share.PRIVATE) if told else None,
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


def _told(row: Standing, terms: Terms | None, moments: Mapping[str, datetime], now: datetime) -> bool:
    """Whether students are told the private share; not of an assignment that cannot be read any more."""
    if terms is None:
        return False
    arrivals = [row.latest_at] if row.latest_at else []
    return is_revealed(terms.dates, moments[row.slug], arrivals, now)
