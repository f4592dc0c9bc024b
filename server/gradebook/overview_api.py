"""The overview of an assignment in the API."""

from __future__ import annotations

from datetime import date, datetime

from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field

from grader.contract import Verdict
from server.gradebook.api import MOST_ROWS
from server.gradebook.blueprints import api_routes
from server.gradebook.overview import Group, OverviewFilter, overview_of
from server.gradebook.request_context import days_seen
from server.gradebook.rows import OverviewRow
from server.gradebook.students import ROWS
from server.http.json_bodies import answer_json, query
from server.http.openapi import describe
from server.standings.service import StandingOut, standing_out
from server.submissions.service import State, reader
from server.web import read, staff_only


class OverviewQuery(BaseModel):
    """Whom to show, and which page of them by name."""

    model_config = ConfigDict(extra="forbid")
    show: Group = Group.ALL
    search: str = Field(default="", max_length=100)
    limit: int = Field(default=ROWS, ge=1, le=MOST_ROWS)
    cursor: str = Field(default="", max_length=100)


class LatestOut(BaseModel):
    """The newest hand-in of a student."""

    submission: str
    received_at: datetime
    late_by_s: int
    state: State
    verdict: Verdict | None


class OverviewRowOut(BaseModel):
    """How far one student is. Without a standing nothing was handed in and nothing decided."""

    neptun: str
    name: str
    standing: StandingOut | None
    latest: LatestOut | None
    failures: int
    our_faults: int


class OverviewTotalsOut(BaseModel):
    """All students of the course, whatever the page shows."""

    students: int
    handed_in: int
    scored: int
    under_way: int
    our_faults: int
    mean: float | None  # of the points that count


class DayOut(BaseModel):
    """How many hand-ins came on one day of the course's calendar."""

    day: date
    hand_ins: int


class OverviewOut(BaseModel):
    """A page of students by name, and the course in numbers."""

    rows: list[OverviewRowOut]
    next: str | None  # the `cursor` of the next page
    totals: OverviewTotalsOut
    most: float  # points of the assignment
    histogram: list[int]  # students by points that count, in equal stretches from 0 to `most`
    days: list[DayOut]


@api_routes.get("/assignments/<slug>/overview")
@describe("Read the overview", query=OverviewQuery, answers={200: OverviewOut})
@staff_only
def overview(slug: str) -> ResponseReturnValue:
    """How far every student is with one assignment."""
    asked = query(OverviewQuery)
    with read() as session:
        found = overview_of(
            session,
            slug,
            reader(),
            OverviewFilter(asked.show, asked.search, asked.cursor, asked.limit),
            days_seen(),
        )
    totals = found.totals
    answer = OverviewOut(
        rows=[_row(row) for row in found.rows],
        next=found.next,
        totals=OverviewTotalsOut(
            students=totals.students,
            handed_in=totals.handed_in,
            scored=totals.scored,
            under_way=totals.under_way,
            our_faults=totals.our_faults,
            mean=None if totals.mean is None else float(totals.mean),
        ),
        most=found.most,
        histogram=list(found.spread),
        days=[DayOut(day=day, hand_ins=count) for day, count in found.days],
    )
    return answer_json(answer)


def _row(row: OverviewRow) -> OverviewRowOut:
    latest = row.latest
    return OverviewRowOut(
        neptun=row.person.neptun,
        name=row.person.name,
        standing=standing_out(row.standing) if row.standing else None,
        latest=LatestOut(
            submission=latest.submission_id,
            received_at=latest.received_at,
            late_by_s=int(latest.late_by.total_seconds()),
            state=latest.state,
            verdict=latest.verdict,
        )
        if latest
        else None,
        failures=row.failures,
        our_faults=row.our_faults,
    )
