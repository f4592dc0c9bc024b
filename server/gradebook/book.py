"""The gradebook, first form: students and what each has reached, item by item; no weights, no grades yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy.orm import Session

from server.accounts.service import Person, Role, people
from server.quizzes.service import quiz_credits
from server.sheets import Cell
from server.submissions.service import Reader, assignment_cards, best_points_of

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
    numbers: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """The whole table."""

    items: tuple[Item, ...]
    rows: tuple[BookRow, ...]


def book(session: Session, reader: Reader) -> Book:
    """Every student by name."""
    students = [one for one in people(session, reader.person.course_id).values() if one.role is Role.STUDENT]
    return _book(session, reader, students, None)


def book_of(session: Session, reader: Reader, person: Person) -> Book:
    """The same numbers for one student alone, with the items that this student sees."""
    return _book(session, replace(reader, person=person), [person], person.id)


def as_rows(found: Book, neptun: str, name: str) -> Iterator[Sequence[Cell]]:
    """The table for a spreadsheet, under these two titles: points as they are, credit in percent."""
    yield [neptun, name, *(_heading(item) for item in found.items)]
    for row in found.rows:
        numbers = [_number(item, value) for item, value in zip(found.items, row.numbers, strict=True)]
        yield [row.person.neptun, row.person.name, *numbers]


def _book(session: Session, reader: Reader, students: Sequence[Person], only: int | None) -> Book:
    points = best_points_of(session, reader.person.course_id, only)
    quizzes = quiz_credits(session, reader.person.course_id, only)
    homework = assignment_cards(session, reader)
    items = [Item(one.slug, ItemKind.HOMEWORK, one.title, one.points) for one in homework]
    for quiz in quizzes:
        title = quiz.title.hu if reader.language == "hu" else quiz.title.en
        items.append(Item(quiz.slug, ItemKind.QUIZ, title, 1.0))
    rows = [
        BookRow(
            one,
            (
                *(points.get((card.slug, one.id)) for card in homework),
                *(quiz.credits.get(one.id) for quiz in quizzes),
            ),
        )
        for one in students
    ]
    return Book(tuple(items), tuple(rows))


def _heading(item: Item) -> str:
    return f"{item.title} (%)" if item.kind is ItemKind.QUIZ else f"{item.title} ({item.most:g})"


def _number(item: Item, value: float | None) -> Cell:
    if value is None:
        return None
    return round(100 * value, CREDIT_DIGITS) if item.kind is ItemKind.QUIZ else value
