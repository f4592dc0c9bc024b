"""Records of the API: people, assignments, submissions, events, leaderboards, decisions, notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FinalState(StrEnum):
    """The states in which a submission has ended."""

    DONE = "done"
    CANCELLED = "cancelled"


SCORED = "scored"
"""The verdict of a run with a score."""


@dataclass(frozen=True, slots=True)
class Person:
    """The owner of a token."""

    neptun: str
    name: str
    nickname: str | None = None
    role: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token; the server shows its text only once."""

    token: str
    neptun: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a submission."""

    upload_mib: float
    files: int | None = None
    per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """The page of a thing."""

    html: str


@dataclass(frozen=True, slots=True)
class PracticeKit:
    """The practice kit of an assignment: its digest and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class LateRules:
    """The rules of lateness, as sentences in the language of the request."""

    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """An assignment, as the student sees it."""

    slug: str
    title: str
    due: datetime
    state: str
    points: float
    limits: Limits
    links: Links
    summary: str = ""
    opens: datetime | None = None
    closes: datetime | None = None
    tries_left_today: int | None = None
    best_points: float | None = None
    kind: str = ""
    packages: tuple[str, ...] = ()  # that its code can import


@dataclass(frozen=True, slots=True)
class StarterFile:
    """A file to begin with."""

    name: str


@dataclass(frozen=True, slots=True)
class AssignmentDetail(Assignment):
    """An assignment with what only its own answer has."""

    handout: str = ""
    starter: tuple[StarterFile, ...] = ()
    practice: PracticeKit | None = None
    late: LateRules | None = None


@dataclass(frozen=True, slots=True)
class StartedUpload:
    """A resumable upload: `offset` of its `size` bytes have arrived."""

    id: str
    name: str
    size: int
    offset: int
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class StartedUploads:
    """The uploads for one assignment that are not handed in yet."""

    uploads: tuple[StartedUpload, ...]


@dataclass(frozen=True, slots=True)
class HandedInFile:
    """A file of a submission."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission and its state."""

    id: str
    assignment: str
    state: str
    received_at: datetime
    sha256: str
    links: Links
    verdict: str | None = None
    message: str | None = None
    points: float | None = None
    late_by_s: float | None = 0
    files: tuple[HandedInFile, ...] = ()
    position: int | None = None
    expected_finish: datetime | None = None
    attempt: int | None = None
    trial: bool = False
    same_as: str | None = None

    @property
    def ended(self) -> bool:
        """Whether the state is final."""
        return self.state in set(FinalState)

    @property
    def unscored(self) -> bool:
        """Whether it ended without a score."""
        return self.ended and self.verdict != SCORED


@dataclass(frozen=True, slots=True)
class RunEvent:
    """An event of a run: a phase, lines of its log, or a point of its curve."""

    kind: str
    text: str | None = None
    values: Mapping[str, float | None] | None = None


@dataclass(frozen=True, slots=True)
class PolledEvents:
    """One answer to polling; `next` is the id to go on after."""

    submission: Submission
    events: tuple[RunEvent, ...]
    next: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of who handed in which files, and when the last byte arrived."""

    submission: str
    assignment: str
    received_at: datetime
    sha256: str
    neptun: str | None = None  # baselines belong to nobody
    name: str | None = None
    late_by_s: float | None = 0
    files: tuple[HandedInFile, ...] = ()


@dataclass(frozen=True, slots=True)
class LeaderboardRow:
    """One row of a leaderboard: a student, or a baseline."""

    score: float | None
    points: float | None
    place: int | None = None
    nickname: str | None = None
    name: str | None = None
    neptun: str | None = None
    received_at: datetime | None = None
    tries: int | None = None
    baseline: str | None = None
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """A page of the leaderboard of an assignment; `next` is the cursor of the next page."""

    assignment: str
    title: str
    metric: str
    rows: tuple[LeaderboardRow, ...]
    next: int | None = None


@dataclass(frozen=True, slots=True)
class Assignments:
    """All assignments of the course."""

    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class Submissions:
    """A page of one's own submissions, newest first; `next` is the `before` of the next page."""

    submissions: tuple[Submission, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision by staff about a student's work."""

    id: int
    kind: str
    words: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decisions about a student's work, newest first."""

    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class StaffDecisions(Decisions):
    """The decisions as staff read them: with the id of the newest of all."""

    newest: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice: something that happened to one's work."""

    id: int
    text: str
    at: datetime
    read: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Notices:
    """A page of notices, newest first; `next` is the cursor of the next page."""

    notices: tuple[Notice, ...]
    unread: int = 0
    next: int | None = None
