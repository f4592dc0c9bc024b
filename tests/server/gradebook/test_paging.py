"""Boards and the gradebook are shown page by page, and every page is of the whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from server.database import Database
from server.gradebook.grade_table import book
from server.gradebook.leaderboard import leaderboard_of
from server.person import Person
from server.standings.decisions import deciding
from server.standings.decisions.deciding import DecisionAuthor, Subject
from server.submissions.reader import Reader
from server.web import services
from tests.server.builders import COURSE, NOON, a_person
from tests.server.conftest import Browser
from tests.server.submissions.builders import SLUG, ZONE, a_graded_submission, a_share, an_assignment

SCORES = (0.5, 0.9, 0.9, 0.7, 0.3)


@pytest.fixture
def students(database: Database) -> list[Person]:
    """Five of them, each with a score; by name they are S0 to S4."""
    with database.write() as session:
        an_assignment(session)
        people = [a_person(session, f"AAA11{n}", f"S{n}") for n in range(len(SCORES))]
    with database.write() as session:
        for n, (who, score) in enumerate(zip(people, SCORES, strict=True)):
            told = {"public": a_share(score), "private": a_share(score)}
            a_graded_submission(session, who, now=NOON + timedelta(minutes=n), told=told)
    return people


def reader(person: Person) -> Reader:
    return Reader(person, "en", ZONE, NOON + timedelta(hours=2))


def test_places_of_a_page_are_those_of_the_whole_board(database: Database, students: list[Person]):
    with database.read() as session:
        whole = leaderboard_of(session, SLUG, reader(students[0]))
        pages = [leaderboard_of(session, SLUG, reader(students[0]), start, 2) for start in (0, 2, 4)]
    assert [row.rank for row in whole.rows] == [1, 1, 3, 4, 5]
    assert [row for page in pages for row in page.rows] == list(whole.rows)
    assert [page.next for page in pages] == [2, 4, None]
    assert {page.of for page in pages} == {5}


def test_reader_is_told_where_they_stand_on_another_page(database: Database, students: list[Person]):
    with database.read() as session:
        first = leaderboard_of(session, SLUG, reader(students[4]), 0, 2)
        last = leaderboard_of(session, SLUG, reader(students[4]), 4, 2)
    assert (first.rank, first.mine, first.elsewhere) == (5, 4, True)
    assert not last.elsewhere


@pytest.mark.parametrize("verb", [deciding.zero, deciding.excuse])
def test_whose_score_is_worth_nothing_is_not_ranked(
    database: Database, students: list[Person], verb: Callable[..., object]
):
    """The best of them has a zero for copying, or is excused: the next one leads."""
    with database.write() as session:
        verb(session, Subject(COURSE, SLUG, students[1].id), DecisionAuthor(None, NOON, "copied"))
    with database.read() as session:
        whole = leaderboard_of(session, SLUG, reader(students[0]))
    assert [(row.rank, row.person and row.person.id) for row in whole.rows][:2] == [
        (1, students[2].id),
        (2, students[3].id),
    ]


def test_page_past_the_end_is_empty(database: Database, students: list[Person]):
    with database.read() as session:
        found = leaderboard_of(session, SLUG, reader(students[0]), 10**20, 2)
    assert (found.rows, found.next, found.of) == ((), None, 5)


def test_pages_of_the_gradebook_hold_everybody_once(app: Flask, database: Database, students: list[Person]):
    found, after = [], ""
    with app.app_context(), database.read() as session:
        for _page in range(3):
            page = book(session, reader(students[0]), after=after, rows=2)
            found += page.rows
            after = page.next or ""
        whole = book(session, reader(students[0]), rows=None)
    assert (page.next, found) == (None, list(whole.rows))


def test_gradebook_is_searched_by_name_and_code(app: Flask, database: Database, students: list[Person]):
    with app.app_context(), database.read() as session:
        by_name, by_code = (book(session, reader(students[0]), search=text) for text in ("s3", "aaa113"))
    assert [row.person.name for row in by_name.rows] == [row.person.name for row in by_code.rows] == ["S3"]


@pytest.fixture
def course(app: Flask, person: Callable[..., Person]) -> None:
    for n in range(3):
        person(f"AAA11{n}", name=f"S{n}")
    with services(app).database.write() as session:
        an_assignment(session)


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize("address", ["/api/v1/gradebook", f"/api/v1/assignments/{SLUG}/overview"])
def test_programs_follow_the_cursor_to_the_end(assistant: Browser, address: str):
    first = assistant.get(f"{address}?limit=2").json
    second = assistant.get(f"{address}?limit=2&cursor={first['next']}").json
    assert [row["neptun"] for row in first["rows"] + second["rows"]] == ["AAA110", "AAA111", "AAA112"]
    assert second["next"] is None


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("pages=2", "This address knows no “pages” in its query, but: cursor, limit, search, show."),
        ("limit=0", "limit: "),
        ("limit=100000", "limit: "),
        ("show=everybody", "show: "),
    ],
)
def test_query_that_makes_no_sense_is_refused(assistant: Browser, query: str, sentence: str):
    refusal = assistant.get(f"/api/v1/assignments/{SLUG}/overview?{query}")
    assert refusal.status_code == 422
    assert refusal.json["detail"].startswith(sentence)
