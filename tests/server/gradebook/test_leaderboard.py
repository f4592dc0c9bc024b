"""Leaderboard, overview and a student's page: who sees what, in few queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from grader.contract import Verdict
from server.gradebook.leaderboard import leaderboard_of
from server.gradebook.overview import OverviewFilter, overview_of
from server.grading.in_force import current
from server.person import Person
from server.submissions.hand_in import add_baseline
from server.submissions.queries import find_submission
from server.submissions.queue.recording import record_report
from server.submissions.queue.releasing import release
from server.submissions.service import Reader, in_force, submissions_of
from server.touched_standings import touch
from server.web import services
from tests.server.builders import COURSE, NOON
from tests.server.conftest import Browser
from tests.server.submissions.builders import (
    SLUG,
    ZONE,
    a_file,
    a_graded_submission,
    a_report,
    a_submission,
    an_assignment,
)

Headers = dict[str, str]
FEW = 12


@pytest.fixture
def people(app: Flask, person: Callable[..., Person]) -> list[Person]:
    """Three students: two as good as each other, one who failed."""
    found = [
        person("AAA111", name="Nagy Anna"),
        person("BBB222", name="Kis Béla"),
        person("CCC333", name="Cili"),
    ]
    with services(app).database.write() as session:
        an_assignment(session)
        for number, who in enumerate(found[:2]):
            a_graded_submission(session, who, now=NOON + timedelta(minutes=number), score=0.8)
        a_graded_submission(session, found[0], now=NOON + timedelta(hours=1), score=0.3)
        add_baseline(session, in_force(session, COURSE, SLUG, ZONE), "reference", [a_file()], NOON)
        later = NOON + timedelta(hours=1)
        for one in release(session, ZONE, later):
            record_report(session, a_report(one.job.attempt_id, score=0.9), later)
        a_submission(session, found[2], now=NOON + timedelta(hours=2))
    return found


def board(client: FlaskClient, who: Headers) -> list[tuple[object, ...]]:
    rows = client.get(f"/api/v1/assignments/{SLUG}/leaderboard", headers=who).get_json()["rows"]
    return [(row["place"], row["neptun"], row["baseline"], row["tries"], row["mine"]) for row in rows]


def test_students_see_others_by_nickname_only(
    client: FlaskClient, people: list[Person], token: Callable[[str], Headers]
):
    assert board(client, token("BBB222")) == [
        (None, None, "reference", 1, False),
        (1, None, None, 2, False),
        (1, "BBB222", None, 1, True),
    ]


def test_staff_sees_who_is_who(
    client: FlaskClient, people: list[Person], lecturer: Browser, token: Callable[[str], Headers]
):
    assert [row[1] for row in board(client, token("LEC001"))] == [None, "AAA111", "BBB222"]


def test_pages_hide_names_from_students(app: Flask, people: list[Person]):
    browser = Browser(app)
    browser.sign_in("BBB222")
    page = browser.get(f"/assignments/{SLUG}/leaderboard").text
    assert people[0].nickname in page
    assert "AAA111" not in page
    assert "Nagy Anna" not in page


def test_projector_shows_nicknames_only(lecturer: Browser, people: list[Person]):
    page = lecturer.get(f"/assignments/{SLUG}/projector").text
    assert people[0].nickname in page
    assert not any(who.neptun in page or who.name in page for who in people)


@pytest.mark.parametrize(
    "path", [f"/assignments/{SLUG}/projector", f"/assignments/{SLUG}/overview", "/people/AAA111"]
)
def test_staff_pages_are_closed_to_students(app: Flask, people: list[Person], path: str):
    browser = Browser(app)
    browser.sign_in("BBB222")
    assert browser.get(path).status_code == 403


def test_overview_says_who_did_what(lecturer: Browser, people: list[Person]):
    page = lecturer.get(f"/assignments/{SLUG}/overview")
    assert page.status_code == 200
    assert all(who.neptun in page.text for who in people)


def test_student_page_lists_their_work(lecturer: Browser, people: list[Person]):
    page = lecturer.get("/people/AAA111")
    assert page.status_code == 200
    assert "Digits" in page.text
    assert lecturer.get("/people/ZZZ999").status_code == 404


def test_totals_add_up(app: Flask, people: list[Person]):
    with services(app).database.read() as session:
        found = overview_of(session, SLUG, Reader(people[0], "en", ZONE, NOON), OverviewFilter()).totals
    assert (found.students, found.handed_in, found.scored, found.under_way) == (3, 3, 2, 1)
    assert found.mean == Decimal("2.72"), "of the private share, which counts"


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The SELECTs that run within the block."""
    seen: list[str] = []

    def note(_c: object, _u: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    engine = services(app).database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_three_hundred_students_take_few_queries(
    app: Flask, person: Callable[..., Person], lecturer: Browser
):
    database = services(app).database
    with database.write() as session:
        an_assignment(session, per_day=100)
    students = [person(f"S{number:05}", password=None) for number in range(300)]
    with database.write() as session:
        for number, who in enumerate(students):
            a_submission(session, who, now=NOON + timedelta(seconds=number))
    reader = Reader(students[0], "en", ZONE, NOON)
    for verb in (leaderboard_of, lambda *those: overview_of(*those, OverviewFilter())):
        with counted(app) as seen, database.read() as session:
            verb(session, SLUG, reader)
        assert len(seen) <= FEW
    for path in (f"/assignments/{SLUG}/overview", "/assignments", "/people/S00001"):
        with counted(app) as seen:
            assert lecturer.get(path).status_code == 200
        assert len(seen) <= 3 * FEW, path


def test_our_fault_is_seen_after_a_newer_hand_in(app: Flask, people: list[Person], lecturer: Browser):
    with services(app).database.write() as session:
        first = find_submission(session, people[0], submissions_of(session, people[0], ZONE).items[-1].id)
        current(first).verdict = Verdict.GRADER_ERROR
        touch(session, COURSE, SLUG, people[0].id)
    with services(app).database.read() as session:
        found = overview_of(session, SLUG, Reader(people[0], "en", ZONE, NOON), OverviewFilter())
    assert [row.our_faults for row in found.rows if row.person.neptun == "AAA111"] == [1]
    assert found.totals.our_faults == 1
    assert "1 by our fault" in lecturer.get(f"/assignments/{SLUG}/overview").text
