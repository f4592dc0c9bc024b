"""What the server tells of deadlines, as values: extensions, dates, tokens, explanations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Granted:
    """An extension that was granted, or would be."""

    assignment: str
    old_due: datetime
    due: datetime
    id: int | None = None
    neptun: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row of a table that cannot be granted."""

    row: int
    neptun: str
    assignment: str
    problem: str


@dataclass(frozen=True, slots=True)
class GrantedList:
    """What came of a request, or would."""

    granted: tuple[Granted, ...]
    bad: tuple[BadRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension, whatever became of it."""

    id: int
    assignment: str
    due: datetime
    reason: str
    state: str
    granted_at: datetime
    neptun: str | None = None
    name: str | None = None
    label: str | None = None
    granted_by: str | None = None
    ended_because: str | None = None


@dataclass(frozen=True, slots=True)
class Extensions:
    """All of them, newest first."""

    extensions: tuple[Extension, ...]
    newest: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way to the points."""

    text: str
    points: float | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """What counts on one share."""

    share: str
    steps: tuple[Step, ...]
    points: float | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Up to `until` all points would be worth so many."""

    text: str
    worth: float
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What somebody would get at this moment, and why."""

    assignment: str
    name: str
    neptun: str
    most: float
    sides: tuple[Side, ...]
    line: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Tokens:
    """One's time tokens, as an assignment has them."""

    per_term: int
    used: int
    used_here: int
    allowed_here: int
    changeable: bool
    most: int | None = None


@dataclass(frozen=True, slots=True)
class DateSet:
    """The dates of an assignment."""

    opens: datetime
    due: datetime
    closes: datetime | None = None
    reveal: datetime | None = None


@dataclass(frozen=True, slots=True)
class DateEdit:
    """Who has set dates over those of the file."""

    at: datetime
    reason: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A student whose points or lateness change."""

    neptun: str
    name: str
    assignment: str
    late_by_s: float
    new_late_by_s: float
    points: float | None = None
    new_points: float | None = None


@dataclass(frozen=True, slots=True)
class Dates:
    """Dates in force, of the file, and what others would change."""

    assignment: str
    in_force: DateSet
    of_file: DateSet
    newest: int
    edit: DateEdit | None = None
    would_be: DateSet | None = None
    moved: tuple[Moved, ...] = ()
    to_be_told: tuple[str, ...] = ()
