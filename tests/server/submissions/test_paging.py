"""A list that its owner can make as long as he likes is shown in pages, whole and without doubles."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.service import find_person
from server.gradebook.student_work import ROWS_OF_ONE
from server.http.paging import ROWS, Cursor, Page, cut, read_cursor
from server.person import Person
from server.submissions.queries import submissions_of
from server.web import services
from tests.server.builders import COURSE, NOON
from tests.server.conftest import Browser
from tests.server.submissions.builders import SLUG, ZONE, a_submission, an_assignment
from tests.server.submissions.conftest import Course

Headers = dict[str, str]
MANY = 2 * ROWS + 3


@pytest.fixture
def ids(course: Course) -> list[str]:
    """Anna's hand-ins, newest first; some came in the same instant."""
    with course.database.write() as session:
        an_assignment(session, per_day=1000)
        made = [
            a_submission(session, course.anna, now=NOON + timedelta(seconds=number // 3))
            for number in range(20)
        ]
        a_submission(session, course.bela)
        return [one.id for one in sorted(made, key=lambda one: (one.received_at, one.id), reverse=True)]


def page(course: Course, cursor: Cursor) -> Page[str]:
    with course.database.read() as session:
        found = submissions_of(session, course.anna, ZONE, SLUG, cursor)
        return found.shown([one.id for one in found.items])


@pytest.mark.parametrize("rows", [1, 2, 3, 7, 19, 20, 21])
def test_older_pages_together_are_the_whole_list(course: Course, ids: list[str], rows: int):
    seen, cursor = [], Cursor(rows=rows)
    while True:
        found = page(course, cursor)
        seen += found.items
        if found.older is None:
            break
        cursor = Cursor(before=found.older, rows=rows)
    assert seen == ids


@pytest.mark.parametrize("rows", [1, 3, 7])
def test_newer_pages_lead_back_to_the_first(course: Course, ids: list[str], rows: int):
    cursor, seen = Cursor(after=ids[-1], rows=rows), [ids[-1]]
    while True:
        found = page(course, cursor)
        seen = [*found.items, *seen]
        if found.newer is None:
            break
        cursor = Cursor(after=found.newer, rows=rows)
    assert seen == ids


def test_what_comes_meanwhile_moves_nothing(course: Course, ids: list[str]):
    first = page(course, Cursor(rows=5))
    with course.database.write() as session:
        a_submission(session, course.anna, now=NOON + timedelta(hours=1))
    second = page(course, Cursor(before=first.older, rows=5))
    assert list(second.items) == ids[5:10]


def test_a_place_of_others_is_no_place(course: Course, ids: list[str]):
    with course.database.read() as session:
        theirs = submissions_of(session, course.bela, ZONE).items[0].id
    for strange in (theirs, "00000000-0000-0000-0000-000000000000"):
        found = page(course, Cursor(before=strange, rows=5))
        assert (list(found.items), found.newer) == (ids[:5], None)


@pytest.mark.parametrize("text", ["", "x", "1", "\0", "' OR 1=1", "9" * 4000])
def test_a_cursor_that_makes_no_sense_is_the_first_page(text: str):
    assert read_cursor({"before": text, "after": text}) == Cursor()


@given(st.integers(0, 30), st.integers(1, 10))
def test_a_page_is_never_longer_than_asked(length: int, rows: int):
    found = cut(list(range(length))[: rows + 1], Cursor(rows=rows), id_of=str)
    assert len(found.items) == min(length, rows)
    assert (found.older is not None) == (length > rows)


@pytest.fixture
def many(app: Flask, student: Browser) -> None:
    """ABC123 has handed in more than two pages."""
    with services(app).database.write() as session:
        an_assignment(session, per_day=1000)
        found = find_person(session, COURSE, "ABC123")
        assert found is not None
        for number in range(MANY):
            a_submission(session, found, now=NOON - timedelta(minutes=number))


def rows_of(text: str) -> list[str]:
    return re.findall(r'href="/submissions/([0-9a-f-]{36})"', text)


def link(text: str, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}" href="([^"#]+)', text)
    return found[1].replace("&amp;", "&") if found else None


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(("path", "rows"), [(f"/assignments/{SLUG}", ROWS), ("/people/ABC123", ROWS_OF_ONE)])
def test_pages_lead_from_one_to_the_next_and_back(student: Browser, lecturer: Browser, path: str, rows: int):
    reader = lecturer if path.startswith("/people") else student
    pages = [reader.get(path).text]
    while after := link(pages[-1], "next"):
        pages.append(reader.get(after).text)
    assert [len(rows_of(page)) for page in pages] == [rows] * (MANY // rows) + [MANY % rows]
    assert link(pages[0], "prev") is None
    assert len({row for page in pages for row in rows_of(page)}) == MANY
    assert rows_of(reader.get(link(pages[-1], "prev") or "").text) == rows_of(pages[-2])


@pytest.mark.usefixtures("many")
def test_the_api_tells_where_the_next_page_begins(client: FlaskClient, token: Callable[[str], Headers]):
    who, seen, query = token("ABC123"), [], {"limit": "20"}
    while True:
        answer = client.get("/api/v1/submissions", headers=who, query_string=query).get_json()
        seen += [one["id"] for one in answer["submissions"]]
        assert len(answer["submissions"]) <= 20
        if answer["next"] is None:
            break
        query["before"] = answer["next"]
    assert len(seen) == len(set(seen)) == MANY


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "201"}, {"limit": "x"}, {"before": "x"}])
def test_odd_questions_of_programs_are_refused(
    client: FlaskClient, person: Callable[..., Person], token: Callable[[str], Headers], query: Headers
):
    person("ABC123")
    answer = client.get("/api/v1/submissions", headers=token("ABC123"), query_string=query)
    assert (answer.status_code, answer.get_json()["slug"]) == (422, "bad-input")
