"""The overview shows whom one asks for, page by page, and the whole course in numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from server.accounts.service import User
from server.database import Database
from server.deadlines.changes import DateAuthor, Grant, grant
from server.deadlines.schedule import rules_of
from server.gradebook.hand_in_days import DaysSeen
from server.gradebook.overview import Group, Overview, OverviewFilter, addresses, overview_of
from server.grading.published import in_force
from server.person import Person, Role
from server.standings.decisions import deciding
from server.submissions.reader import Reader
from server.web import services
from tests.server.builders import COURSE, NOON, a_person
from tests.server.conftest import Browser
from tests.server.submissions.builders import (
    SLUG,
    ZONE,
    a_graded_submission,
    a_share,
    a_submission,
    an_assignment,
)

LATE = NOON + timedelta(days=25)


@pytest.fixture
def lecturer(database: Database) -> Person:
    """Six students: one of each kind; by name they are Anna, Béla ... Fanni."""
    with database.write() as session:
        an_assignment(session)
        names = ("Anna", "Béla", "Cili", "Dani", "Edit", "Fanni")
        people = [
            a_person(session, f"AAA11{n}", name, email=f"{n}@example.org" if n else "")
            for n, name in enumerate(names)
        ]
        lecturer = a_person(session, "LEC001", "Dr. Kovács Éva", role=Role.LECTURER)
    anna, bela, cili, _dani, edit, fanni = people
    with database.write() as session:
        for who, score, at in ((anna, 0.9, NOON), (bela, 0.5, LATE)):
            share = a_share(score)
            a_graded_submission(session, who, now=at, told={"public": share, "private": share})
    with database.write() as session:
        a_submission(session, cili, now=NOON)
        rules = rules_of(in_force(session, COURSE, SLUG, ZONE).spec, ZONE)
        grant(
            session,
            COURSE,
            rules,
            Grant(SLUG, rules.due + timedelta(days=2), "ill", edit.id),
            DateAuthor(None, NOON),
        )
        a_submission(session, fanni, now=NOON + timedelta(hours=30))
    return lecturer


def seen(database: Database, lecturer: Person, **request: object) -> Overview:
    with database.read() as session:
        reader = Reader(lecturer, "en", ZONE, LATE + timedelta(hours=1))
        return overview_of(session, SLUG, reader, OverviewFilter(**request))  # type: ignore[arg-type]


def names(found: Overview) -> list[str]:
    return [row.person.name for row in found.rows]


@pytest.mark.parametrize(
    ("group", "shown"),
    [
        (Group.ALL, ["Anna", "Béla", "Cili", "Dani", "Edit", "Fanni"]),
        (Group.NOTHING, ["Dani", "Edit"]),
        (Group.LATE, ["Béla"]),
        (Group.EXTENDED, ["Edit"]),
        (Group.UNDER_WAY, ["Cili", "Fanni"]),
        (Group.SCORED, ["Anna", "Béla"]),
        (Group.FAILED, []),
        (Group.OUR_FAULT, []),
    ],
)
def test_groups_show_whom_they_name(database: Database, lecturer: Person, group: Group, shown: list[str]):
    assert names(seen(database, lecturer, group=group)) == shown


def test_pages_hold_everybody_once(database: Database, lecturer: Person):
    found, after = [], ""
    for _page in range(4):
        page = seen(database, lecturer, after=after, rows=2)
        found += names(page)
        if page.next is None:
            break
        after = page.next
    assert found == ["Anna", "Béla", "Cili", "Dani", "Edit", "Fanni"]


def test_numbers_are_of_everybody_whatever_the_page(database: Database, lecturer: Person):
    first = seen(database, lecturer, rows=1)
    whole = seen(database, lecturer)
    assert first.totals == whole.totals
    assert (whole.totals.students, whole.totals.handed_in, whole.totals.scored, whole.totals.under_way) == (
        6,
        4,
        2,
        2,
    )
    assert whole.totals.mean == Decimal("6.75"), "9 on time, and 5 less a tenth for the late day"
    assert sum(whole.spread) == 2


def test_who_has_a_zero_is_in_no_count_of_the_scored(database: Database, lecturer: Person):
    with database.write() as session:
        who = session.scalars(select(User.id).where(User.neptun == "AAA113")).one()
        subject = deciding.Subject(COURSE, SLUG, who)
        deciding.zero(session, subject, deciding.DecisionAuthor(lecturer, NOON, "copied"))
    found = seen(database, lecturer, group=Group.SCORED)
    assert found.totals.scored == len(found.rows) == 2


def test_days_are_those_of_the_course(database: Database, lecturer: Person):
    days = dict(seen(database, lecturer).days)
    assert days[LATE.astimezone(ZONE).date()] == 1
    assert sum(days.values()) == 1, "the others came before the days that are shown"


@pytest.mark.parametrize(
    ("text", "shown"), [("ann", ["Anna", "Fanni"]), ("aaa113", ["Dani"]), ("%", []), ("zz", [])]
)
def test_search_finds_names_and_codes(database: Database, lecturer: Person, text: str, shown: list[str]):
    assert names(seen(database, lecturer, search=text)) == shown


def test_addresses_are_of_those_who_have_one(database: Database, lecturer: Person):
    with database.read() as session:
        assert addresses(session, COURSE, ["AAA110", "AAA111", "AAA112"]) == [
            "1@example.org",
            "2@example.org",
        ]


def test_those_chosen_go_on_to_what_is_to_be_done(
    app: Flask, person: Callable[..., Person], assistant: Browser
):
    person("ABC123", email="anna@example.org")
    with services(app).database.write() as session:
        an_assignment(session)
    sheet, regrade, addresses = (
        assistant.post(f"/assignments/{SLUG}/chosen", {"neptun": ["ABC123"], "then": then})
        for then in ("file", "regrade", "write")
    )
    rows = sheet.data.decode("utf-8-sig").splitlines()
    assert (len(rows), rows[1].split(",")[0]) == (2, "ABC123")
    assert ">ABC123</textarea>" in regrade.text
    assert "anna@example.org" in addresses.text


def test_nobody_chosen_is_everybody_whom_the_page_shows(
    app: Flask, person: Callable[..., Person], assistant: Browser
):
    person("ABC123", name="Anna")
    person("DEF456", name="Dani")
    with services(app).database.write() as session:
        an_assignment(session)
    answer = assistant.post(f"/assignments/{SLUG}/chosen?search=Dani", {"then": "file"})
    assert [row.split(",")[0] for row in answer.data.decode("utf-8-sig").splitlines()[1:]] == ["DEF456"]


def test_days_that_are_over_are_counted_once(database: Database, lecturer: Person):
    """And those that are not, each time anew."""
    seen, later = DaysSeen(), LATE + timedelta(hours=1)
    yesterday, today = (day.astimezone(ZONE).date() for day in (later - timedelta(days=1), later))
    with database.read() as session:
        published = in_force(session, COURSE, SLUG, ZONE)
        assert seen.of(session, published, [yesterday, today], ZONE, later) == [0, 1]
    with database.write() as session:
        student = a_person(session, "AAA119", "Gitta")
        for at in (later - timedelta(days=1), later):
            a_submission(session, student, now=at)
    with database.read() as session:
        assert seen.of(session, published, [yesterday, today], ZONE, later) == [0, 2]
        much_later = later + timedelta(minutes=11)
        assert seen.of(session, published, [yesterday, today], ZONE, much_later) == [1, 2]
