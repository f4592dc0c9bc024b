"""The gradebook, first form: students and what each has reached, item by item; no weights, no grades yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from sqlalchemy.orm import Session

from server.accounts.service import person_of
from server.gradebook.students import ROWS, cut, meant_by, page_of, students_of
from server.person import Person
from server.quizzes.service import quiz_credits
from server.spreadsheets import Cell
from server.standings.rules import StandingState
from server.standings.service import StandingCard, standing_cards
from server.submissions.service import Reader, all_in_force

CREDIT_DIGITS = 1  # of percent, in files


class ItemKind(StrEnum):
    """Where the numbers of an item come from."""

    HOMEWORK = "homework"  # points of the best submission
    QUIZ = "quiz"  # credit of the best room, a share of 1


@dataclass(frozen=True, slots=True)
class Item:
    """One column."""

    slug: str
    kind: ItemKind
    title: str
    most: float  # points that can be reached; 1 for a share


@dataclass(frozen=True, slots=True)
class BookRow:
    """One student: a number for each item, or None where there is none."""

    person: Person
    numbers: tuple[Decimal | float | None, ...]
    standings: tuple[StandingCard | None, ...]  # of homework, in the same places


@dataclass(frozen=True, slots=True)
class Book:
    """The table, or a page of it."""

    items: tuple[Item, ...]
    rows: tuple[BookRow, ...]
    next: str | None = None  # `after` of the page that follows


def book(
    session: Session, reader: Reader, *, search: str = "", after: str = "", rows: int | None = ROWS
) -> Book:
    """A page of the students by name; those that a search means. `after` is the Neptun code before it."""
    wanted = students_of(reader.person.course_id)
    if search.strip():
        wanted = wanted.where(meant_by(search))
    shown, more = cut(session.execute(page_of(wanted, after, rows)).all(), rows)
    found = _book(session, reader, [person_of(*row) for row in shown])
    return replace(found, next=shown[-1][0].neptun if more else None)


def book_of(session: Session, reader: Reader, person: Person, *, as_student: bool = False) -> Book:
    """The same numbers for one student alone, with the items that this student sees."""
    theirs = replace(reader, person=person, for_staff=reader.audience.is_staff and not as_student)
    return _book(session, theirs, [person])


@dataclass(frozen=True, slots=True)
class Words:
    """What the columns of a file are called, in the reader's language."""

    neptun: str
    name: str
    public: str
    excused: str


def as_rows(found: Book, words: Words) -> Iterator[Sequence[Cell]]:
    """The table for a spreadsheet: of homework the points that count and those of the public share."""
    yield [words.neptun, words.name, *(heading for item in found.items for heading in _headings(item, words))]
    for row in found.rows:
        cells = [
            cell
            for item, value, standing in zip(found.items, row.numbers, row.standings, strict=True)
            for cell in _cells(item, value, standing, words)
        ]
        yield [row.person.neptun, row.person.name, *cells]


def _book(session: Session, reader: Reader, students: Sequence[Person]) -> Book:
    course_id = reader.person.course_id
    users = [one.id for one in students]
    standings = standing_cards(session, course_id, reader.audience, users=users)
    quizzes = quiz_credits(session, course_id, users)
    homework = [one.spec for one in all_in_force(session, course_id, reader.zone)]
    items = [
        Item(one.slug, ItemKind.HOMEWORK, one.title.in_language(reader.language), one.score.points)
        for one in homework
    ]
    items += [Item(one.slug, ItemKind.QUIZ, one.title.in_language(reader.language), 1.0) for one in quizzes]
    rows = []
    for one in students:
        theirs = [standings.get((spec.slug, one.id)) for spec in homework]
        credit = [quiz.credits.get(one.id) for quiz in quizzes]
        numbers = (*(found.points if found else None for found in theirs), *credit)
        rows.append(BookRow(one, numbers, (*theirs, *(None for _quiz in quizzes))))
    return Book(tuple(items), tuple(rows))


def _headings(item: Item, words: Words) -> Iterator[str]:
    if item.kind is ItemKind.QUIZ:
        yield f"{item.title} (%)"
        return
    yield f"{item.title} ({item.most:g})"
    yield f"{item.title} ({words.public})"


def _cells(
    item: Item, value: Decimal | float | None, standing: StandingCard | None, words: Words
) -> Iterator[Cell]:
    if item.kind is ItemKind.QUIZ:
        yield None if value is None else round(100 * float(value), CREDIT_DIGITS)
        return
    if standing is not None and standing.state is StandingState.EXCUSED:
        yield from (words.excused, None)
        return
    yield None if value is None else float(value)
    public = standing.public.points if standing else None
    yield None if public is None else float(public)
