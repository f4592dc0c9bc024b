"""What one student has handed in and what was decided about it, assignment by assignment, for staff."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from server.accounts.rules import read_neptun
from server.accounts.service import find_person
from server.errors import NotFound
from server.gradebook.rows import NOTHING_DECIDED, StudentAssignment
from server.http.paging import Cursor
from server.person import Person
from server.standings.service import Decided, decided, decisions_for_student
from server.submissions import service as submissions
from server.submissions.service import Reader

ROWS_OF_ONE = 10  # hand-ins for one assignment on a student's page
FIRST = Cursor(rows=ROWS_OF_ONE)


def outdated_results(session: Session, slug: str, reader: Reader) -> int:
    """How many results are of versions that grade otherwise than the one in force."""
    return submissions.outdated(
        session, submissions.in_force(session, reader.person.course_id, slug, reader.zone)
    )


def student_by_code(session: Session, course_id: int, neptun: str) -> Person:
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
            session,
            person,
            reader.zone,
            one.slug,
            replace(cursor, rows=ROWS_OF_ONE) if one.slug == slug else FIRST,
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
    visible = decisions_for_student(session, person.course_id, person.id, reader.now)
    return {slug: Decided(cards) for slug, cards in visible.items()}
