"""Who has made up for an assignment: the list for the department, which takes the fee where there is one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from assignments.late_policy import Makeup
from assignments.spec import Assignment
from server.accounts.service import people
from server.courses.service import Course, course_of
from server.deadline_pages.extensions import rules_in_force
from server.person import Person
from server.spreadsheets import Cell
from server.standings.rules import Share, compute
from server.standings.service import Wanted, is_made_up, terms_of, works


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A student who has handed in as a make-up."""

    person: Person
    first: datetime
    hand_ins: int
    counts: bool  # whether one of them is what counts
    points: Decimal | None  # that count


@dataclass(frozen=True, slots=True)
class MakeupList:
    """The make-up of an assignment with those who took it, by name."""

    makeup: Makeup | None  # None: there is none
    rows: tuple[MadeUp, ...]


@dataclass(frozen=True, slots=True)
class MakeupWords:
    """What the columns of a file are called, in the reader's language."""

    neptun: str
    name: str
    assignment: str
    first: str
    fee: str
    counts: str
    points: str
    yes: str
    no: str


def makeup_list(session: Session, course_id: int, spec: Assignment) -> MakeupList:
    """Who has handed in as a make-up."""
    course = course_of(session, course_id)
    makeup = rules_in_force(session, course_id, spec).makeup
    terms = terms_of(session, course_id, course.time_zone)
    known = people(session, course_id)
    rows = []
    for user_id, theirs in works(session, Wanted(course_id), terms).items():
        work = next((one for one in theirs if one.slug == spec.slug), None)
        runs = [run for run in work.runs if is_made_up(work, run)] if work else []
        if not runs or user_id not in known:
            continue
        found = compute(theirs, course.tokens_per_term, course.token_length)[spec.slug]
        counts = found.sides[Share.PRIVATE].outcome.makeup and found.work.ruling is None
        points = found.points(Share.PRIVATE)
        rows.append(MadeUp(known[user_id], runs[0].arrival, len(runs), counts, points))
    return MakeupList(makeup, tuple(sorted(rows, key=lambda row: (row.person.name, row.person.neptun))))


def as_rows(
    found: MakeupList, spec: Assignment, words: MakeupWords, course: Course
) -> Iterator[Sequence[Cell]]:
    """The list for a spreadsheet."""
    yield [
        *(words.neptun, words.name, words.assignment, words.first),
        *(words.fee, words.counts, words.points),
    ]
    fee = words.yes if found.makeup and found.makeup.fee else words.no
    for row in found.rows:
        first = f"{row.first.astimezone(course.time_zone):%Y-%m-%d %H:%M:%S}"
        points = None if row.points is None else float(row.points)
        counts = words.yes if row.counts else words.no
        yield [row.person.neptun, row.person.name, spec.slug, first, fee, counts, points]
