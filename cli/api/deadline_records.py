"""Records of deadlines: extensions, dates, time tokens, and explanations of points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class GrantedExtension:
    """An extension that was granted, or in a dry run would be."""

    assignment: str
    old_due: datetime
    due: datetime
    id: int | None = None
    neptun: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row of a table that is not granted; the first row has the number 1."""

    row: int
    neptun: str
    assignment: str
    problem: str


@dataclass(frozen=True, slots=True)
class GrantResult:
    """The extensions that a request has granted."""

    granted: tuple[GrantedExtension, ...]


@dataclass(frozen=True, slots=True)
class TableGrantResult:
    """The result of a table of extensions, or of its dry run, which has the refused rows too."""

    granted: tuple[GrantedExtension, ...]
    bad: tuple[RefusedRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension, in force or not."""

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
    """The extensions of an assignment, newest first; `newest` is the id of the newest."""

    extensions: tuple[Extension, ...]
    newest: int


@dataclass(frozen=True, slots=True)
class ExplanationStep:
    """One step of the computation of the points."""

    text: str
    points: float | None = None


@dataclass(frozen=True, slots=True)
class ShareExplanation:
    """The points on one share of the data, with the steps of their computation."""

    share: str
    steps: tuple[ExplanationStep, ...]
    points: float | None = None


@dataclass(frozen=True, slots=True)
class WorthInterval:
    """An interval up to `until` in which full points are worth so many."""

    text: str
    worth: float
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The points of a student at this moment, and why."""

    assignment: str
    name: str
    neptun: str
    most: float
    sides: tuple[ShareExplanation, ...]
    line: tuple[WorthInterval, ...]


@dataclass(frozen=True, slots=True)
class TokenUse:
    """The time tokens of a student, in the term and in one assignment."""

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
    """The newest edit of the dates of the file: when, why, by whom."""

    at: datetime
    reason: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class AffectedStudent:
    """A student whose points or lateness change with the dates."""

    neptun: str
    name: str
    assignment: str
    late_by_s: float
    new_late_by_s: float
    points: float | None = None
    new_points: float | None = None


@dataclass(frozen=True, slots=True)
class AssignmentDates:
    """The dates of an assignment: in force, of the file, and in a dry run the new ones with their effects."""

    assignment: str
    in_force: DateSet
    of_file: DateSet
    newest: int
    edit: DateEdit | None = None
    would_be: DateSet | None = None
    moved: tuple[AffectedStudent, ...] = ()
    to_be_told: tuple[str, ...] = ()
