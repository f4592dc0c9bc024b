"""What the gradebook's pages show: plain values, ready to print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from grader.contract import Verdict
from server.http.paging import Page
from server.person import Person
from server.standings.service import Decided, StandingCard
from server.submissions.service import AssignmentCard, State, SubmissionCard

NOTHING_DECIDED = Decided()


@dataclass(frozen=True, slots=True)
class LeaderboardRow:
    """One student's best, or a baseline. Who may see `person` is decided by whoever shows the row."""

    rank: int | None  # None: a baseline
    person: Person | None  # None: a baseline
    baseline: str | None  # "starter" or "reference"
    submission_id: str
    score: float
    points: Decimal
    received_at: datetime
    tries: int
    mine: bool
    older: bool  # whether it was graded with a version whose results cannot be compared with those in force
    public_score: float | None = None  # once `score` is that of the private share


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """A page of a board, best first. Until the reveal all numbers are of the public share."""

    rows: tuple[LeaderboardRow, ...]
    revealed: bool
    start: int = 0  # how many entries come before this page
    of: int = 0  # entries altogether
    next: int | None = None  # `start` of the page that follows
    mine: int | None = None  # how many come before the reader's own
    rank: int | None = None  # of the reader
    title: str = ""  # of the assignment, in the reader's language
    metric: str = ""

    @property
    def elsewhere(self) -> bool:
        """Whether the reader is on the board, but not on this page."""
        return self.mine is not None and not self.start <= self.mine < self.start + len(self.rows)


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest hand-in of a student."""

    submission_id: str
    received_at: datetime
    late_by: timedelta
    state: State
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """How far one student is with one assignment."""

    person: Person
    standing: StandingCard | None
    latest: Latest | None
    submissions: int = 0
    failures: int = 0  # runs that ended without a score
    our_faults: int = 0  # of the failures those that ended in grader_error, the newest or not

    @property
    def points(self) -> Decimal | None:
        """That count."""
        return self.standing.points if self.standing else None


@dataclass(frozen=True, slots=True)
class OverviewTotals:
    """The whole course in numbers."""

    students: int
    handed_in: int
    scored: int
    under_way: int
    our_faults: int  # submissions that ended in grader_error: somebody should look
    mean: Decimal | None  # of the points that count


@dataclass(frozen=True, slots=True)
class StudentAssignment:
    """One assignment on a student's page, with a page of what was handed in for it, newest first."""

    assignment: AssignmentCard
    submissions: Page[SubmissionCard]
    decided: Decided = NOTHING_DECIDED
