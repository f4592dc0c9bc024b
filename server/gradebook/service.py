"""The verbs of the gradebook: who stands where, who has done what."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from assignments.spec import Scoring
from server.accounts.service import Person, Role, find_person, people, read_neptun
from server.errors import NotFound
from server.gradebook.book import Book, BookRow, Item, ItemKind, Words, as_rows, book, book_of
from server.gradebook.finding import Counting, baselines, counting
from server.gradebook.overview import Group, Overview, Wish, addresses, overview
from server.gradebook.ranking import Better, Entry, rank
from server.gradebook.rows import (
    NOTHING_DECIDED,
    Leaderboard,
    LeaderboardRow,
    StudentAssignment,
)
from server.standings.service import Decided, decided, reveal_of, told_to
from server.submissions import service as submissions
from server.submissions.service import Cursor, Reader, alike_versions

FIRST = Cursor()

__all__ = [
    "Book",
    "BookRow",
    "Group",
    "Item",
    "ItemKind",
    "Overview",
    "Wish",
    "Words",
    "addresses",
    "as_rows",
    "better",
    "book",
    "book_of",
    "leaderboard",
    "outdated_results",
    "overview",
    "student",
    "work_of",
]


def leaderboard(session: Session, slug: str, reader: Reader) -> Leaderboard:
    """What counts of each student and the baselines of the version in force, best first."""
    published = submissions.in_force(session, reader.person.course_id, slug, reader.zone)
    revealed = reader.now > reveal_of(session, published.course_id, published.spec)
    students = _students(session, published.course_id)
    found = {
        one.submission_id: one
        for one in (
            *counting(session, published, private=revealed),
            *baselines(session, published, private=revealed),
        )
    }
    entries = [Entry(one.submission_id, one.user_id, one.score, one.received_at) for one in found.values()]
    alike = alike_versions(session, published)
    placed = rank(entries, better(published.spec.score))
    rows = [_row(found[one.entry.id], one.place, students, alike, reader) for one in placed]
    return Leaderboard(tuple(rows), revealed)


def better(scoring: Scoring) -> Better:
    """Which end of the assignment's metric earns the points."""
    return Better.HIGHER if scoring.full_points_at >= scoring.zero_points_at else Better.LOWER


def outdated_results(session: Session, slug: str, reader: Reader) -> int:
    """How many results are of versions that grade otherwise than the one in force."""
    return submissions.outdated(
        session, submissions.in_force(session, reader.person.course_id, slug, reader.zone)
    )


def student(session: Session, course_id: int, neptun: str) -> Person:
    """Somebody of a course by code. Raises NotFound."""
    person = find_person(session, course_id, read_neptun(neptun))
    if person is None:
        raise NotFound
    return person


def work_of(
    session: Session,
    person: Person,
    reader: Reader,
    slug: str = "",
    cursor: Cursor = FIRST,
    *,
    as_student: bool = False,
) -> list[StudentAssignment]:
    """All assignments, each with the newest that this student handed in; of one of them another page.

    With what was decided about it: as staff see it, or as the student does.
    """
    theirs = replace(reader, person=person, for_staff=not as_student)
    assignments = submissions.assignment_cards(session, theirs)
    pages = {
        one.slug: submissions.submissions_of(
            session, person, reader.zone, one.slug, cursor if one.slug == slug else FIRST
        )
        for one in assignments
    }
    items = [item for page in pages.values() for item in page.items]
    cards = {card.id: card for card in submissions.submission_cards(session, items, theirs)}
    found = _decided(session, person, reader, as_student=as_student)
    return [
        StudentAssignment(
            one,
            page.shown(tuple(cards[item.id] for item in page.items)),
            found.get(one.slug, NOTHING_DECIDED),
        )
        for one in assignments
        if (page := pages[one.slug])
    ]


def _decided(session: Session, person: Person, reader: Reader, *, as_student: bool) -> dict[str, Decided]:
    if not as_student:
        return decided(session, person.course_id, person.id)
    told = told_to(session, person.course_id, person.id, reader.now)
    return {slug: Decided(cards) for slug, cards in told.items()}


def _students(session: Session, course_id: int) -> dict[int, Person]:
    everybody = people(session, course_id).values()
    return {person.id: person for person in everybody if person.role is Role.STUDENT}


def _row(
    one: Counting, place: int | None, students: dict[int, Person], alike: frozenset[int], reader: Reader
) -> LeaderboardRow:
    person = students.get(one.user_id) if one.user_id is not None else None
    return LeaderboardRow(
        place=place,
        person=person,
        baseline=one.baseline,
        submission_id=one.submission_id,
        score=one.score,
        points=one.points,
        received_at=one.received_at,
        tries=one.tries,
        mine=person is not None and person.id == reader.person.id,
        older=one.version_id not in alike,
        public_score=one.public_score,
    )
