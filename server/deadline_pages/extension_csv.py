"""Extensions as a table: the rows of a CSV file, which of them can be granted, and why the others cannot."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from assignments.files import tables
from assignments.files.tables import Bounds, Flaw, Row, TableError
from assignments.spec import Assignment
from server.accounts.rules import normalised
from server.courses.service import Course, course_of
from server.deadline_pages.extensions import (
    Granted,
    active_students,
    check_student,
    refuse_after_draw,
    take_turn,
    write,
)
from server.deadline_pages.typed_moments import read_due
from server.deadlines.rules import Rules
from server.deadlines.service import DateAuthor
from server.errors import BadInput, Refusal, Text
from server.person import Person
from server.standings.service import OwnWindow, own_dues
from server.submissions.service import all_in_force
from server.table_flaws import sentence

COLUMNS: Mapping[str, frozenset[str]] = {
    "neptun": frozenset({"neptun", "neptun code", "neptun kód", "neptun-kód", "neptunkód"}),
    "assignment": frozenset({"assignment", "feladat"}),
    "due": frozenset({"due", "határidő"}),
    "reason": frozenset({"reason", "indok", "ok"}),
}
MOST_ROWS = 5000
TEXT = Bounds(rows=MOST_ROWS + 1, cells=1_000_000)  # a line of headings among them
FILE_BYTES = 2 << 20
FIELD_LENGTH = 600


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as it is written. `number` is that of the line, the heading being the first."""

    number: int
    neptun: str
    assignment: str
    due: str
    reason: str


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be granted, and why."""

    row: SheetRow
    problem: Text


@dataclass(frozen=True, slots=True)
class GoodRow:
    """A row that can be granted, with what it comes to."""

    row: SheetRow
    granted: Granted


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """What taking a table would do."""

    good: tuple[GoodRow, ...]
    bad: tuple[BadRow, ...]
    rules: Mapping[str, Rules]  # of each assignment that is named


@dataclass(slots=True)
class _Course:
    """What rows are looked up in."""

    students: Mapping[str, Person]
    specs: Mapping[str, Assignment]
    windows: Mapping[tuple[str, int], OwnWindow]
    seen: dict[tuple[str, int], int] = field(default_factory=dict)  # in which row somebody stands


def read_sheet(content: bytes) -> list[SheetRow]:
    """The rows of a CSV file, separated by commas, semicolons or tabs. Raises BadInput for no such table."""
    if len(content) > FILE_BYTES:
        raise BadInput(_("The file is larger than %(mib)s MiB.", mib=FILE_BYTES >> 20))
    try:
        table = tables.read(content, lambda cells: _places(cells) is not None, TEXT)
    except TableError as error:
        if error.flaw is Flaw.EMPTY:
            raise _without_columns() from error
        if error.flaw is Flaw.MANY_ROWS:
            raise BadInput(_("The file has more than %(n)s rows.", n=MOST_ROWS)) from error
        raise BadInput(sentence(error, _("This file"), "CSV")) from error
    heading, *body = table.rows
    places = _places(heading.cells)
    if places is None:
        raise _without_columns()
    return [_row(row, places) for row in body]


def plan_sheet(session: Session, course_id: int, rows: Sequence[SheetRow]) -> SheetPlan:
    """Which rows can be granted, and why the others cannot. Nothing is written."""
    course = course_of(session, course_id)
    specs = {one.spec.slug: one.spec for one in all_in_force(session, course_id, course.time_zone)}
    students = active_students(session, course_id)
    asked = {normalised(row.neptun) for row in rows}
    ids = [one.id for code, one in students.items() if code in asked]
    wanted = [spec for slug, spec in specs.items() if slug in {row.assignment for row in rows}]
    windows = own_dues(session, course_id, wanted, ids) if wanted else {}
    known = _Course(students, specs, windows)
    good, bad = [], []
    for row in rows:
        try:
            if row.assignment in specs:
                refuse_after_draw(session, course_id, row.assignment)
            good.append(GoodRow(row, _granted(row, known, course)))
        except Refusal as refusal:
            bad.append(BadRow(row, refusal.detail))
    rules = {slug: window.rules for (slug, _id), window in windows.items()}
    return SheetPlan(tuple(good), tuple(bad), rules)


def take_sheet(session: Session, course_id: int, rows: Sequence[SheetRow], author: DateAuthor) -> SheetPlan:
    """Grant all rows, or none: raises BadInput with the first that cannot be granted any more."""
    take_turn(session, course_id, None)
    plan = plan_sheet(session, course_id, rows)
    if plan.bad:
        first = plan.bad[0]
        raise BadInput(
            _(
                "Nothing was granted. Row %(number)s: %(problem)s",
                number=first.row.number,
                problem=first.problem,
            )
        )
    if not plan.good:
        raise BadInput(_("There is no row to grant."))
    done = []
    for one in plan.good:
        rules = plan.rules[one.granted.request.slug]
        done.append(GoodRow(one.row, write(session, course_id, rules, one.granted, author)))
    return SheetPlan(tuple(done), (), plan.rules)


def as_text(plan: SheetPlan) -> str:
    """The good rows as text that `read_sheet` takes: with the moments that were shown, not as offsets."""
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=";")
    writer.writerow(list(COLUMNS))
    for one in plan.good:
        due = one.granted.request.due.isoformat()
        writer.writerow([one.row.neptun, one.row.assignment, due, one.row.reason])
    return lines.getvalue()


def _granted(row: SheetRow, known: _Course, course: Course) -> Granted:
    code = normalised(row.neptun)
    person = known.students.get(code)
    if person is None:
        raise BadInput(_("No student of this course has the code “%(code)s”.", code=code[:20]))
    if row.assignment not in known.specs:
        raise BadInput(_("There is no assignment “%(slug)s”.", slug=row.assignment[:64]))
    key = (row.assignment, person.id)
    if key in known.seen:
        raise BadInput(
            _("%(code)s stands in row %(number)s for this already.", code=code, number=known.seen[key])
        )
    due = read_due(row.due, course.time_zone)
    found = check_student(person, known.windows[key], row.assignment, due, row.reason)
    known.seen[key] = row.number
    return found


def _without_columns() -> BadInput:
    return BadInput(_("The first line must name the columns: neptun, assignment, due, reason."))


def _places(heading: Sequence[str]) -> dict[str, int] | None:
    """Where each column is; None where one is missing."""
    headings = [cell.strip().casefold() for cell in heading]
    found = {
        name: at for name, words in COLUMNS.items() if (at := next(_where(headings, words), None)) is not None
    }
    return found if len(found) == len(COLUMNS) else None


def _where(headings: Sequence[str], words: frozenset[str]) -> Iterator[int]:
    return (at for at, word in enumerate(headings) if word in words)


def _row(row: Row, places: Mapping[str, int]) -> SheetRow:
    values = {
        name: row.cells[at][:FIELD_LENGTH] if at < len(row.cells) else "" for name, at in places.items()
    }
    return SheetRow(row.line, **values)
