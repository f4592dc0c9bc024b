"""The verbs of the gradebook: who stands where, who has done what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from assignments.spec import Scoring
from grader.contract import Verdict
from server.accounts.service import Person, Role, find_person, people, read_neptun
from server.errors import NotFound
from server.gradebook.book import Book, BookRow, Item, ItemKind, as_rows, book, book_of
from server.gradebook.finding import Candidate, Run, candidates, runs_of_students
from server.gradebook.ranking import Better, Entry, rank
from server.gradebook.rows import Latest, LeaderboardRow, OverviewRow, OverviewTotals, StudentAssignment
from server.submissions import service as submissions
from server.submissions.service import Cursor, Reader, State

FIRST = Cursor()

__all__ = [
    "Book",
    "BookRow",
    "Item",
    "ItemKind",
    "as_rows",
    "better",
    "book",
    "book_of",
    "leaderboard",
    "overview",
    "student",
    "totals",
    "work_of",
]


def leaderboard(session: Session, slug: str, reader: Reader) -> list[LeaderboardRow]:
    """The best of each student and the baselines of the version in force, best first."""
    published = submissions.in_force(session, reader.person.course_id, slug, reader.zone)
    best = better(published.spec.score)
    students = _students(session, published.course_id)
    found = {
        one.id: one
        for one in candidates(session, published.course_id, slug, best)
        if (one.user_id in students if one.baseline is None else one.version_id == published.version_id)
    }
    entries = [Entry(one.id, one.user_id, one.score, one.received_at) for one in found.values()]
    return [_row(found[placed.entry.id], placed.place, students, reader) for placed in rank(entries, best)]


def better(scoring: Scoring) -> Better:
    """Which end of the assignment's metric earns the points."""
    return Better.HIGHER if scoring.full_points_at >= scoring.zero_points_at else Better.LOWER


def overview(session: Session, slug: str, reader: Reader) -> list[OverviewRow]:
    """Every student and how far they are with one assignment, by name. Raises UnknownAssignment."""
    published = submissions.in_force(session, reader.person.course_id, slug, reader.zone)
    by_student: dict[int, list[Run]] = {}
    for run in runs_of_students(session, published.course_id, published.spec.slug):
        if run.user_id is not None:
            by_student.setdefault(run.user_id, []).append(run)
    students = _students(session, published.course_id).values()
    return [_overview_row(person, by_student.get(person.id, [])) for person in students]


def totals(rows: Iterable[OverviewRow]) -> OverviewTotals:
    """The overview in numbers."""
    rows = list(rows)
    latest = [row.latest for row in rows if row.latest]
    best = [row.best_points for row in rows if row.best_points is not None]
    return OverviewTotals(
        students=len(rows),
        handed_in=len(latest),
        scored=len(best),
        under_way=sum(one.state in {State.WAITING, State.RELEASED, State.RUNNING} for one in latest),
        our_faults=sum(row.our_faults for row in rows),
        mean_best=sum(best) / len(best) if best else None,
    )


def student(session: Session, course_id: int, neptun: str) -> Person:
    """Somebody of a course by code. Raises NotFound."""
    person = find_person(session, course_id, read_neptun(neptun))
    if person is None:
        raise NotFound
    return person


def work_of(
    session: Session, person: Person, reader: Reader, slug: str = "", cursor: Cursor = FIRST
) -> list[StudentAssignment]:
    """All assignments, each with the newest that this student handed in; of one of them another page."""
    theirs = replace(reader, person=person)
    found = []
    for assignment in submissions.assignment_cards(session, theirs):
        here = cursor if assignment.slug == slug else FIRST
        page = submissions.submissions_of(session, person, reader.zone, assignment.slug, here)
        cards = submissions.submission_cards(session, page.items, theirs)
        found.append(StudentAssignment(assignment, page.shown(cards)))
    return found


def _students(session: Session, course_id: int) -> dict[int, Person]:
    everybody = people(session, course_id).values()
    return {person.id: person for person in everybody if person.role is Role.STUDENT}


def _row(run: Candidate, place: int | None, students: dict[int, Person], reader: Reader) -> LeaderboardRow:
    person = students.get(run.user_id) if run.user_id is not None else None
    return LeaderboardRow(
        place=place,
        person=person,
        baseline=run.baseline,
        submission_id=run.id,
        score=run.score,
        points=run.points,
        received_at=run.received_at,
        tries=run.tries if person else 1,
        mine=person is not None and person.id == reader.person.id,
    )


def _overview_row(person: Person, runs: list[Run]) -> OverviewRow:
    final = [run.points or 0.0 for run in runs if run.final]  # where there is a final run, it alone counts
    points = final or [run.points for run in runs if run.points is not None]
    over = [run for run in runs if run.state == State.DONE]
    return OverviewRow(
        person=person,
        submissions=len(runs),
        failures=sum(run.verdict != Verdict.SCORED for run in over),
        our_faults=sum(run.verdict == Verdict.GRADER_ERROR for run in over),
        best_points=max(points, default=None),
        latest=_latest(runs[-1]) if runs else None,
    )


def _latest(run: Run) -> Latest:
    return Latest(
        submission_id=run.id,
        received_at=run.received_at,
        late_by=timedelta(seconds=run.late_by_s),
        state=State(run.state),
        verdict=Verdict(run.verdict) if run.verdict else None,
    )
