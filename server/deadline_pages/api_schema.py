"""The API of deadlines: extensions, dates, tokens and explanations as values."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.deadline_pages.extension_csv import MOST_ROWS, SheetPlan, SheetRow
from server.deadline_pages.extension_list import ExtensionRow, ExtensionState
from server.deadline_pages.extensions import MOST_PEOPLE, Granted
from server.deadlines.rules import DeadlinePhase
from server.standings.rules import Share, StandingState
from server.web import clean_text

Reason = Annotated[str, Field(description="Why: the student reads it."), StringConstraints(max_length=500)]
DUE_TEXT = "`+2d`, `+1w` or `+36h` from the student's own due moment on, or a moment in local time."
DueText = Annotated[str, Field(description=DUE_TEXT), StringConstraints(max_length=60)]


class _Body(BaseModel):
    """What is sent in; a name that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class ExtensionIn(_Body):
    """An extension to be granted, to students or to all who have a label."""

    due: DueText
    reason: Reason
    neptun: Annotated[list[str], Field(max_length=MOST_PEOPLE)] = []
    label: str = ""
    replace: bool = False  # in place of the earlier ones: the one way to shorten
    seen: int | None = None  # refuse it if there is a newer one than this
    dry_run: bool = False  # say what would be granted, and write nothing


class EndExtensionIn(_Body):
    """Why an extension is taken back."""

    reason: Reason


class SheetRowIn(_Body):
    """One row of a table of extensions."""

    neptun: str
    assignment: str
    due: DueText
    reason: Reason


class SheetIn(_Body):
    """A table of extensions: all of its rows are granted, or none."""

    rows: Annotated[list[SheetRowIn], Field(max_length=MOST_ROWS)]
    dry_run: bool = False


class GrantedOut(BaseModel):
    """An extension that was granted, or would be."""

    id: int | None  # null where nothing was written
    assignment: str
    neptun: str | None
    label: str | None
    old_due: datetime
    due: datetime


class GrantedList(BaseModel):
    """All of a request."""

    granted: list[GrantedOut]


class BadRowOut(BaseModel):
    """A row that cannot be granted, and why. The first row has the number 1."""

    row: int
    neptun: str
    assignment: str
    problem: str


class SheetOut(BaseModel):
    """What became of a table, or would: with `dry_run` the bad rows too."""

    granted: list[GrantedOut]
    bad: list[BadRowOut]


class ExtensionOut(BaseModel):
    """One extension, whatever became of it."""

    id: int
    assignment: str
    neptun: str | None
    name: str | None
    label: str | None
    due: datetime
    replaces: bool
    reason: str
    granted_by: str | None  # a name; null: by a command of the server
    granted_at: datetime
    state: ExtensionState
    ended_by: str | None
    ended_at: datetime | None
    ended_because: str | None


class ExtensionList(BaseModel):
    """Extensions, newest first. `newest` is what `seen` may be set to."""

    extensions: list[ExtensionOut]
    newest: int


class DatesIn(_Body):
    """Dates over those of the file. What is left out stays as it is in force."""

    reason: Reason
    opens: str | None = None  # moments in local time of the course, such as 2026-10-26T12:00:00
    due: str | None = None
    closes: str | None = None
    reveal: str | None = None
    back: bool = False  # all that is not named goes back to the file
    seen: int | None = None  # refuse it if there is a newer edit than this
    dry_run: bool = False  # say what would change, and write nothing


class DateSetOut(BaseModel):
    """The dates of an assignment for everybody."""

    opens: datetime
    due: datetime
    closes: datetime | None
    reveal: datetime | None


class DateEditOut(BaseModel):
    """Who has set dates over those of the file, when and why."""

    id: int
    by: str | None
    at: datetime
    reason: str


class MovedOut(BaseModel):
    """A student whose points or lateness change with the dates."""

    neptun: str
    name: str
    assignment: str
    points: float | None
    new_points: float | None
    late_by_s: int
    new_late_by_s: int


class DatesOut(BaseModel):
    """Dates in force and those of the file; after a change or a preview also what it moves."""

    assignment: str
    in_force: DateSetOut
    of_file: DateSetOut
    edit: DateEditOut | None  # null: they are those of the file
    newest: int  # what `seen` may be set to
    written: bool = False
    would_be: DateSetOut | None = None  # what was asked for
    moved: list[MovedOut] = []
    to_be_told: list[str] = []  # Neptun codes of those whose own dates change


class TokensIn(_Body):
    """How many of one's time tokens an assignment may use at most; null is as many as help."""

    most: Annotated[int, Field(ge=0, le=1000)] | None


class TokensOut(BaseModel):
    """One's time tokens, as an assignment has them."""

    per_term: int
    used: int  # of the term, in all assignments
    used_here: int
    allowed_here: int  # by the assignment
    most: int | None  # as one has said oneself
    changeable: bool


class StepOut(BaseModel):
    """One step on the way to the points."""

    kind: str
    text: str
    points: float | None


class AttemptOut(BaseModel):
    """One hand-in that has earned something, and what it is worth."""

    submission: str
    received_at: datetime
    earned: float
    worth: float
    counts: bool


class SideOut(BaseModel):
    """What counts on one share of the held-out data, and why."""

    share: Share
    points: float | None
    steps: list[StepOut]
    attempts: list[AttemptOut]


class StretchOut(BaseModel):
    """Up to `until` (null: without end) all points of the assignment would be worth so many."""

    until: datetime | None
    phase: DeadlinePhase
    text: str
    worth: float
    tokens: int  # that would be used


class ExplanationOut(BaseModel):
    """What somebody would get at this moment, and why."""

    assignment: str
    neptun: str
    name: str
    at: datetime
    most: float
    state: StandingState
    due: datetime  # the student's own
    why_due: str
    sides: list[SideOut]  # what counts comes first; the private share only where it is told
    line: list[StretchOut]


def granted_out(one: Granted) -> GrantedOut:
    """A granted extension for a program."""
    return GrantedOut(
        id=one.extension_id,
        assignment=one.request.slug,
        neptun=one.person.neptun if one.person else None,
        label=one.request.label,
        old_due=one.old,
        due=one.request.due,
    )


def sheet_rows(body: SheetIn) -> list[SheetRow]:
    """The rows as the verbs take them."""
    return [
        SheetRow(number, *map(clean_text, (row.neptun, row.assignment, row.due, row.reason)))
        for number, row in enumerate(body.rows, 1)
    ]


def sheet_out(plan: SheetPlan) -> SheetOut:
    """What became of a table, for a program."""
    return SheetOut(
        granted=[granted_out(one.granted) for one in plan.good],
        bad=[
            BadRowOut(
                row=bad.row.number,
                neptun=bad.row.neptun,
                assignment=bad.row.assignment,
                problem=str(bad.problem),
            )
            for bad in plan.bad
        ],
    )


def extension_out(row: ExtensionRow) -> ExtensionOut:
    """An extension for a program."""
    return ExtensionOut(
        id=row.id,
        assignment=row.slug,
        neptun=row.person.neptun if row.person else None,
        name=row.person.name if row.person else None,
        label=row.label,
        due=row.due,
        replaces=row.replaces,
        reason=row.reason,
        granted_by=row.granted_by.name if row.granted_by else None,
        granted_at=row.granted_at,
        state=row.state,
        ended_by=row.ended_by.name if row.ended_by else None,
        ended_at=row.ended_at,
        ended_because=row.ended_because,
    )
