"""The API of the gradebook."""

from __future__ import annotations

from datetime import datetime

from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from server.gradebook import service
from server.gradebook.rows import LeaderboardRow
from server.openapi import describe
from server.submissions.service import Reader, assignment_card, reader
from server.web import answer_json, read, signed_in


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


class LeaderboardOut(BaseModel):
    """The best of each student, best first."""

    assignment: str
    title: str
    metric: str
    rows: list[LeaderboardRowOut]


@describe("Read the leaderboard", answers={200: LeaderboardOut})
@signed_in
def leaderboard(slug: str) -> ResponseReturnValue:
    """Who stands where."""
    who = reader()
    with read() as session:
        card = assignment_card(session, slug, who)
        rows = service.leaderboard(session, slug, who)
    answer = LeaderboardOut(
        assignment=card.slug, title=card.title, metric=card.metric, rows=[_row(row, who) for row in rows]
    )
    return answer_json(answer)


def _row(row: LeaderboardRow, who: Reader) -> LeaderboardRowOut:
    known = row.person if row.person and (row.mine or who.person.is_staff) else None
    return LeaderboardRowOut(
        place=row.place,
        nickname=row.person.nickname if row.person else None,
        name=known.name if known else None,
        neptun=known.neptun if known else None,
        score=row.score,
        points=row.points,
        received_at=row.received_at,
        tries=row.tries,
        baseline=row.baseline,
        mine=row.mine,
    )
