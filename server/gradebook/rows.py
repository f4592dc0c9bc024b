"""What the gradebook's pages show: plain values, ready to print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from grader.contract import Verdict
from server.accounts.service import Person
from server.submissions.service import AssignmentCard, Page, State, SubmissionCard


@dataclass(frozen=True, slots=True)
class LeaderboardRow:
    """One student's best, or a baseline. Who may see `person` is decided by whoever shows the row."""

    place: int | None  # None: a baseline
    person: Person | None  # None: a baseline
    baseline: str | None  # "starter" or "reference"
    submission_id: str
    score: float
    points: float
    received_at: datetime
    tries: int
    mine: bool


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
    submissions: int
    failures: int  # runs that ended without a score
    best_points: float | None
    latest: Latest | None
    our_faults: int = 0  # of the failures those that ended in grader_error, the newest or not


@dataclass(frozen=True, slots=True)
class OverviewTotals:
    """The whole course in numbers."""

    students: int
    handed_in: int
    scored: int
    under_way: int
    our_faults: int  # submissions that ended in grader_error: somebody should look
    mean_best: float | None


@dataclass(frozen=True, slots=True)
class StudentAssignment:
    """One assignment on a student's page, with a page of what was handed in for it, newest first."""

    assignment: AssignmentCard
    submissions: Page[SubmissionCard]
