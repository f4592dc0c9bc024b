"""The overview of an assignment, page by page: whom it shows, and the whole course in numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, func, or_, select, text, type_coerce
from sqlalchemy.orm import Session

from grader.contract import Verdict
from server.accounts.service import User, person_columns, person_of_row
from server.courses.service import Enrolment
from server.gradebook.hand_in_days import DaysSeen
from server.gradebook.rows import Latest, OverviewRow, OverviewTotals
from server.gradebook.students import ROWS, cut, meant_by, page_of, students_of
from server.person import Role
from server.standings.rules import StandingState
from server.standings.service import Standing, standing_card
from server.submissions.service import Grading, InForce, Reader, State, Submission, in_force, is_current

BINS = 20
DAYS = 21  # of the chart of hand-ins


class Group(StrEnum):
    """Whom the overview shows."""

    ALL = ""
    NOTHING = "nothing"  # handed in
    LATE = "late"
    FAILED = "failed"  # handed in, and nothing has a score
    OUR_FAULT = "our-fault"
    EXTENDED = "extended"
    UNDER_WAY = "under-way"
    SCORED = "scored"


@dataclass(frozen=True, slots=True)
class OverviewFilter:
    """Which part of the overview."""

    group: Group = Group.ALL
    search: str = ""  # in name and code
    after: str = ""  # the Neptun code of the last row of the page before
    rows: int | None = ROWS  # of a page; None: all
    only: frozenset[str] = field(default_factory=frozenset)  # Neptun codes; empty: everybody


@dataclass(frozen=True, slots=True)
class Overview:
    """A page of students by name, and the whole course in numbers and pictures."""

    rows: tuple[OverviewRow, ...]
    next: str | None  # `after` of the next page
    totals: OverviewTotals
    most: float  # points of the assignment
    spread: tuple[int, ...]  # students by points that count, in BINS equal stretches
    days: tuple[tuple[date, int], ...]  # hand-ins of each of the last DAYS on which there were any

    @property
    def tallest(self) -> int:
        """The most students in one stretch."""
        return max((*self.spread, 1))

    @property
    def busiest(self) -> int:
        """The most hand-ins on one day."""
        return max((*(count for _day, count in self.days), 1))


def overview_of(
    session: Session, slug: str, reader: Reader, chosen: OverviewFilter, seen: DaysSeen | None = None
) -> Overview:
    """Students and how far they are with one assignment. Raises UnknownAssignment.

    `seen` is what this process knows of the days already.
    """
    published = in_force(session, reader.person.course_id, slug, reader.zone)
    rows, following = _page(session, published, chosen)
    spread, totals = _tally(session, published)
    return Overview(
        rows=rows,
        next=following,
        totals=totals,
        most=published.spec.score.points,
        spread=spread,
        days=_days(session, published, reader, seen or DaysSeen()),
    )


def addresses(session: Session, course_id: int, codes: Collection[str]) -> list[str]:
    """The e-mail addresses of these students, of those who have one."""
    rows = select(User.email).join(Enrolment, Enrolment.user_id == User.id)
    rows = rows.where(Enrolment.course_id == course_id, Enrolment.role == Role.STUDENT, User.email != "")
    return list(session.scalars(rows.where(User.neptun.in_(codes)).order_by(User.name, User.neptun)))


def _page(
    session: Session, published: InForce, chosen: OverviewFilter
) -> tuple[tuple[OverviewRow, ...], str | None]:
    """Who is on the page is found first: sorted with all that belongs to them, a whole course is slow."""
    students = _students(published).with_only_columns(User.id, User.neptun, maintain_column_froms=True)
    rows = page_of(students.where(*_conditions(chosen)), chosen.after, chosen.rows)
    shown, more = cut(session.execute(rows).all(), chosen.rows)
    latest = (
        *(Submission.id.label("hand_in"), Submission.received_at.label("handed_in_at")),
        *(Grading.state.label("run_state"), Grading.verdict.label("run_verdict")),
    )
    found = (
        _students(published)
        .with_only_columns(*latest, *person_columns(), *_STANDING, maintain_column_froms=True)
        .outerjoin(Submission, Submission.id == Standing.latest_id)
        .outerjoin(Grading, is_current())
        .where(User.id.in_([user_id for user_id, _neptun in shown]))
        .order_by(User.name, User.neptun)
    )
    following = shown[-1][1] if more else None
    return tuple(_row(row) for row in session.connection().execute(found)), following


# As columns, which cost less than a page of objects; what is called otherwise there has another name here.
_STANDING = tuple(column for column in Standing.__table__.columns if column.name != "course_id")


def _students(published: InForce) -> Select[User, Enrolment, Standing]:
    """Every student with their standing."""
    mine = and_(
        Standing.course_id == published.course_id,
        Standing.slug == published.spec.slug,
        Standing.user_id == User.id,
    )
    return students_of(published.course_id).add_columns(Standing).outerjoin(Standing, mine)


_GROUPS: Mapping[Group, ColumnElement[bool]] = {
    Group.NOTHING: func.coalesce(Standing.hand_ins, 0) == 0,
    Group.LATE: or_(Standing.late_by_s > 0, Standing.latest_late_by_s > 0),
    Group.FAILED: and_(Standing.hand_ins > 0, Standing.score.is_(None), Standing.under_way == 0),
    Group.OUR_FAULT: Standing.our_faults > 0,
    Group.EXTENDED: Standing.extension_id.is_not(None),
    Group.UNDER_WAY: Standing.under_way > 0,
    Group.SCORED: Standing.state == StandingState.SCORED,
}


def _conditions(chosen: OverviewFilter) -> list[ColumnElement[bool]]:
    found = []
    if chosen.group is not Group.ALL:
        found.append(_GROUPS[chosen.group])
    if chosen.only:
        found.append(User.neptun.in_(chosen.only))
    if chosen.search.strip():
        found.append(meant_by(chosen.search))
    return found


def _tally(session: Session, published: InForce) -> tuple[tuple[int, ...], OverviewTotals]:
    """How many have points in each of the bins, and the totals: the database counts, a row for each bin."""
    points = type_coerce(Standing.points, Integer)  # in hundredths
    full = max(1, round(100 * published.spec.score.points))
    columns = (
        (points * BINS // full).label("bin"),
        func.count(),
        func.count(points),
        func.sum(points),
        func.sum(case((Standing.hand_ins > 0, 1), else_=0)),
        func.sum(case((Standing.under_way > 0, 1), else_=0)),
        func.sum(Standing.our_faults),
        func.sum(case((_GROUPS[Group.SCORED], 1), else_=0)),
    )
    rows = _students(published).with_only_columns(*columns, maintain_column_froms=True).group_by(text("bin"))
    found = [tuple(row) for row in session.connection().execute(rows)]
    spread = [0] * BINS
    for bin_number, _students_in_it, having, *_more in found:
        if bin_number is not None:
            spread[min(BINS - 1, bin_number)] += having
    students, having, points_of_all, handed_in, under_way, our_faults, scored = (
        sum(row[column] or 0 for row in found) for column in range(1, len(columns))
    )
    return tuple(spread), OverviewTotals(
        students=students,
        handed_in=handed_in,
        scored=scored,
        under_way=under_way,
        our_faults=our_faults,
        mean=Decimal(points_of_all) / (100 * having) if having else None,
    )


def _days(
    session: Session, published: InForce, reader: Reader, seen: DaysSeen
) -> tuple[tuple[date, int], ...]:
    """Of the last DAYS before now, or before the assignment was over."""
    last = min(reader.now, published.spec.window.closes + timedelta(days=2)).astimezone(reader.zone).date()
    days = [last - timedelta(days=DAYS - 1 - n) for n in range(DAYS)]
    counts = seen.of(session, published, days, reader.zone, reader.now)
    return tuple(zip(days, counts, strict=True))


def _row(row: Any) -> OverviewRow:  # noqa: ANN401 - a row of `_page`
    card = standing_card(row, is_revealed=True) if row.user_id is not None else None
    return OverviewRow(
        person=person_of_row(row[4:12]),
        standing=card,
        latest=_latest(row) if card else None,
        submissions=card.hand_ins if card else 0,
        failures=card.failures if card else 0,
        our_faults=card.our_faults if card else 0,
    )


def _latest(row: Any) -> Latest | None:  # noqa: ANN401 - as above
    if row.hand_in is None or row.run_state is None:
        return None
    return Latest(
        submission_id=row.hand_in,
        received_at=row.handed_in_at,
        late_by=timedelta(seconds=row.latest_late_by_s),
        state=State(row.run_state),
        verdict=Verdict(row.run_verdict) if row.run_verdict else None,
    )
