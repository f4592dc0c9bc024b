"""The leaderboard: what counts of each student and the baselines, ranked as a whole, shown by the page."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assignments.spec import Scoring
from server.gradebook.queries import Counting, baselines, counting, entries
from server.gradebook.ranking import Better, Entry, Ranked, ranked
from server.gradebook.rows import Leaderboard, LeaderboardRow
from server.gradebook.students import ROWS
from server.standings.service import board_is_revealed
from server.submissions.service import InForce, Reader, alike_versions, in_force


def leaderboard_of(
    session: Session, slug: str, reader: Reader, start: int = 0, rows: int = ROWS
) -> Leaderboard:
    """The entries of the version in force, best first: `rows` of them after the first `start`.

    Raises UnknownAssignment.
    """
    published = in_force(session, reader.person.course_id, slug, reader.zone)
    revealed = board_is_revealed(session, published.course_id, published.spec, reader.now)
    base = baselines(session, published, private=revealed)
    ordered = ranked(
        [
            *entries(session, published, private=revealed),
            *(Entry(one.submission_id, None, one.score, one.received_at) for one in base),
        ],
        better(published.spec.score),
    )
    mine = next((n for n, one in enumerate(ordered) if one.entry.owner == reader.person.id), None)
    end = start + rows
    return Leaderboard(
        rows=_rows(session, published, ordered[start:end], base, reader, private=revealed),
        revealed=revealed,
        start=start,
        of=len(ordered),
        next=end if end < len(ordered) else None,
        mine=mine,
        rank=ordered[mine].rank if mine is not None else None,
        title=published.spec.title.in_language(reader.language),
        metric=published.spec.score.metric,
    )


def better(scoring: Scoring) -> Better:
    """Which end of the assignment's metric earns the points."""
    return Better.HIGHER if scoring.full_points_at >= scoring.zero_points_at else Better.LOWER


def _rows(
    session: Session,
    published: InForce,
    ordered: list[Ranked],
    base: list[Counting],
    reader: Reader,
    *,
    private: bool,
) -> tuple[LeaderboardRow, ...]:
    owners = [one.entry.owner for one in ordered if one.entry.owner is not None]
    theirs = counting(session, published, owners, private=private)
    found = {one.submission_id: one for one in (*theirs, *base)}
    alike = alike_versions(session, published)
    return tuple(_row(found[one.entry.id], one.rank, alike, reader) for one in ordered)


def _row(one: Counting, rank: int | None, alike: frozenset[int], reader: Reader) -> LeaderboardRow:
    return LeaderboardRow(
        rank=rank,
        person=one.person,
        baseline=one.baseline,
        submission_id=one.submission_id,
        score=one.score,
        points=one.points,
        received_at=one.received_at,
        tries=one.tries,
        mine=one.person is not None and one.person.id == reader.person.id,
        older=one.version_id not in alike,
        public_score=one.public_score,
    )
