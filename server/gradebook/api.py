"""The API of the gradebook."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field

from server.gradebook.blueprints import api_routes
from server.gradebook.grade_table import Book, ItemKind, book, book_of
from server.gradebook.leaderboard import leaderboard_of
from server.gradebook.rows import LeaderboardRow
from server.gradebook.students import ROWS
from server.http.json_bodies import answer_json, query
from server.http.openapi import describe
from server.standings.service import StandingOut, standing_out
from server.submissions.service import Reader, reader
from server.web import read, signed_in, staff_only

MOST_ROWS = 1000  # of one page


class LeaderboardRowOut(BaseModel):
    """One row. Students see others' nicknames only; a baseline has no place."""

    place: int | None
    nickname: str | None
    name: str | None
    neptun: str | None
    score: float
    points: float
    received_at: datetime
    tries: int
    baseline: str | None
    mine: bool
    older_version: bool  # its score cannot be compared with those of the version in force
    public_score: float | None


class LeaderboardOut(BaseModel):
    """The best of each student, best first."""

    assignment: str
    title: str
    metric: str
    share: Literal["public", "private"]  # of the held-out data that scores and points are of
    rows: list[LeaderboardRowOut]
    entries: int  # on the whole board, with baselines
    place: int | None  # of the reader
    next: int | None  # the `cursor` of the next page


class BoardQuery(BaseModel):
    """Which page of a board."""

    model_config = ConfigDict(extra="forbid")
    limit: int = Field(default=ROWS, ge=1, le=MOST_ROWS)
    cursor: int = Field(default=0, ge=0, le=2**31)


class BookQuery(BaseModel):
    """Which page of the students, by name; of those that a search for a name or code means."""

    model_config = ConfigDict(extra="forbid")
    search: str = Field(default="", max_length=100)
    limit: int = Field(default=ROWS, ge=1, le=MOST_ROWS)
    cursor: str = Field(default="", max_length=100)


class ItemOut(BaseModel):
    """One column of the gradebook."""

    slug: str
    kind: ItemKind
    title: str
    most: float  # points that can be reached; 1 for a share


class BookRowOut(BaseModel):
    """One student: a number for each item, in their order; null where there is none."""

    neptun: str
    name: str
    numbers: list[float | None]
    standings: list[StandingOut | None]  # of homework, in the same places


class BookOut(BaseModel):
    """The gradebook, or one's own row of it."""

    items: list[ItemOut]
    rows: list[BookRowOut]
    next: str | None = None  # the `cursor` of the next page


@api_routes.get("/gradebook")
@describe("Read the gradebook", query=BookQuery, answers={200: BookOut})
@staff_only
def gradebook() -> ResponseReturnValue:
    """A page of the students by name, with points of homework and credit in quizzes."""
    asked = query(BookQuery)
    with read() as session:
        found = book(session, reader(), search=asked.search, after=asked.cursor, rows=asked.limit)
        return answer_json(_book(found))


@api_routes.get("/grades")
@describe("Read one's own grades", answers={200: BookOut})
@signed_in
def grades() -> ResponseReturnValue:
    """The same numbers as in the gradebook, in one row."""
    who = reader()
    with read() as session:
        return answer_json(_book(book_of(session, who, who.person)))


@api_routes.get("/assignments/<slug>/leaderboard")
@describe("Read the leaderboard", query=BoardQuery, answers={200: LeaderboardOut})
@signed_in
def leaderboard(slug: str) -> ResponseReturnValue:
    """Who stands where, page by page; places are of the whole board, and may change between two pages."""
    who, asked = reader(), query(BoardQuery)
    with read() as session:
        board = leaderboard_of(session, slug, who, asked.cursor, asked.limit)
    answer = LeaderboardOut(
        assignment=slug,
        title=board.title,
        metric=board.metric,
        share="private" if board.revealed else "public",
        rows=[_row(row, who) for row in board.rows],
        entries=board.of,
        place=board.rank,
        next=board.next,
    )
    return answer_json(answer)


def _row(row: LeaderboardRow, who: Reader) -> LeaderboardRowOut:
    known = row.person if row.person and (row.mine or who.person.is_staff) else None
    return LeaderboardRowOut(
        place=row.rank,
        nickname=row.person.nickname if row.person else None,
        name=known.name if known else None,
        neptun=known.neptun if known else None,
        score=row.score,
        points=float(row.points),
        received_at=row.received_at,
        tries=row.tries,
        baseline=row.baseline,
        mine=row.mine,
        older_version=row.older,
        public_score=row.public_score,
    )


def _book(found: Book) -> BookOut:
    return BookOut(
        items=[ItemOut(slug=it.slug, kind=it.kind, title=it.title, most=it.most) for it in found.items],
        rows=[
            BookRowOut(
                neptun=row.person.neptun,
                name=row.person.name,
                numbers=[None if number is None else float(number) for number in row.numbers],
                standings=[standing_out(one) if one else None for one in row.standings],
            )
            for row in found.rows
        ],
        next=found.next,
    )
