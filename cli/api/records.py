"""What the server tells, as values: assignments, submissions, events, leaderboards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """The states after which nothing more comes."""

    DONE = "done"
    CANCELLED = "cancelled"


SCORED = "scored"
"""The verdict of a run that has a score."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who a token belongs to."""

    neptun: str
    name: str
    nickname: str | None = None
    role: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token; its text is shown this once."""

    token: str
    neptun: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a submission may weigh."""

    upload_mib: float
    files: int | None = None
    per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """Where a thing can be looked at."""

    html: str


@dataclass(frozen=True, slots=True)
class Practice:
    """The practice kit: its digest and its bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Late:
    """What lateness costs, as sentences in the asker's language."""

    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """One homework."""

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
    practice: Practice | None = None
    late: Late | None = None


@dataclass(frozen=True, slots=True)
class StartedUpload:
    """A file that goes in pieces: `offset` of its bytes have arrived."""

    id: str
    name: str
    size: int
    offset: int
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class StartedUploads:
    """Those for one assignment that are not handed in yet."""

    uploads: tuple[StartedUpload, ...]


@dataclass(frozen=True, slots=True)
class HandedInFile:
    """One file, as the server has it."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Submission:
    """What was handed in, and how far it got."""

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
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in set(State)

    @property
    def unscored(self) -> bool:
        """Whether it is over without a score."""
        return self.over and self.verdict != SCORED


@dataclass(frozen=True, slots=True)
class Event:
    """Something a run told: a phase, lines of its log, a point of its curve."""

    kind: str
    text: str | None = None
    values: Mapping[str, float | None] | None = None


@dataclass(frozen=True, slots=True)
class PolledEvents:
    """One answer to polling."""

    submission: Submission
    events: tuple[Event, ...]
    next: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of who handed in what, and when the last byte came."""

    submission: str
    assignment: str
    received_at: datetime
    sha256: str
    neptun: str | None = None  # baselines belong to nobody
    name: str | None = None
    late_by_s: float | None = 0
    files: tuple[HandedInFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One place on a leaderboard."""

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
    """Who is where."""

    assignment: str
    title: str
    metric: str
    rows: tuple[Row, ...]
    next: int | None = None  # where the next page begins


@dataclass(frozen=True, slots=True)
class Assignments:
    """All of them."""

    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class Submissions:
    """A page of one's own, newest first. `next` is where the next one goes on."""

    submissions: tuple[Submission, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided about a student's work."""

    id: int
    kind: str
    words: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Decisions:
    """The newest first. `newest` is known to staff alone."""

    decisions: tuple[Decision, ...]
    newest: int | None = None
