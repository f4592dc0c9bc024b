"""The audit: all decisions of a course, newest first, found by filters, page by page, and in a file."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from flask import Flask

from server.person import Person, Role
from server.standings.models import Decision
from server.standings.states import DecisionKind
from server.web import services
from tests.server.builders import COURSE, NOON, a_person, another_course
from tests.server.conftest import Browser
from tests.server.submissions.builders import an_assignment

ENGLISH = {"Accept-Language": "en"}
AUDIT = "/api/v1/decisions"


@pytest.fixture
def anna(app: Flask, person: Callable[..., Person]) -> Person:
    with services(app).database.write() as session:
        an_assignment(session)
        an_assignment(session, "letters")
    return person("ABC123", name="=Kiss Anna")


@pytest.fixture
def staff(app: Flask, anna: Person, assistant: Browser) -> Browser:
    """Who reads it: an assistant."""
    return assistant


def decided(app: Flask, *those: dict[str, Any]) -> list[int]:
    """The numbers of decisions with these facts, a minute one after the other."""
    with services(app).database.write() as session:
        made = []
        for number, facts in enumerate(those):
            usual = {"kind": "note", "slug": "digits", "old": {}, "new": {}, "reason": f"reason {number}"}
            at = NOON + timedelta(minutes=number)
            row = Decision(**({"course_id": COURSE, "decided_at": at, **usual} | facts))
            session.add(row)
            session.flush()
            made.append(row.id)
        return made


def numbers(browser: Browser, **query: Any) -> list[int]:  # noqa: ANN401
    answer = browser.client.get(AUDIT, query_string=query, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.get_json()["decisions"]]


def test_newest_decision_comes_first(app: Flask, staff: Browser):
    made = decided(app, {}, {}, {})
    assert numbers(staff) == made[::-1]


def test_every_kind_has_words(app: Flask, anna: Person, staff: Browser):
    """Also what others write into the same table, and what nobody knows yet."""
    moment = "2026-10-26T11:00:00+00:00"
    shapes: dict[str, dict[str, Any]] = {
        "override": {"points": "7.50"},
        "extend": {"due": moment, "extension": 1, "label": "lab-B"},
        "edit-dates": {"due": moment},
        "tokens": {"most": 0},
        "hand-in": {"arrived": moment},
        "inquiry": {"state": "accepted"},
        "apply-regrade": {"points": "7.50", "public_points": None, "regrade": 1},
    }
    kinds = [*DecisionKind, "something new"]
    decided(app, *({"kind": kind, "new": shapes.get(kind, {})} for kind in kinds))
    decided(app, *({"kind": kind, "new": {"due": "soon", "arrived": None, "points": None}} for kind in kinds))
    page = staff.get("/audit", headers=ENGLISH)
    assert page.status_code == 200
    found = staff.get(AUDIT, headers={"Accept": "application/json", **ENGLISH}).get_json()["decisions"]
    words = {one["kind"]: one["words"] for one in found[len(kinds) :]}
    assert words["extend"] == "extended to 26 Oct 2026, 12:00 for all with lab-B"
    assert words["override"] == "set to 7.5 points"
    assert words["something new"] == "something new"
    assert all(words.values())


def test_filters_find_what_they_say(app: Flask, anna: Person, staff: Browser, lecturer: Browser):
    with services(app).database.read() as session:
        by = session.connection().exec_driver_sql("SELECT id FROM user WHERE neptun = 'LEC001'").scalar_one()
    about, letters, zero, late = decided(
        app,
        {"user_id": anna.id},
        {"slug": "letters", "decided_by": by},
        {"kind": "zero", "decided_by": by},
        {"decided_at": datetime(2026, 10, 24, 22, 30, tzinfo=UTC)},  # half past midnight of the 25th
    )
    assert numbers(staff, neptun="abc123 ") == [about]
    assert numbers(staff, assignment="letters") == [letters]
    assert numbers(staff, kind="zero") == [zero]
    assert numbers(staff, by="LEC001") == [zero, letters]
    assert numbers(staff, by="LEC001", assignment="letters") == [letters]
    assert numbers(staff, since="2026-10-25", until="2026-10-25") == [late]
    assert numbers(staff, until="2026-10-24") == [zero, letters, about]
    assert numbers(staff, neptun="NOBODY") == []
    shown = staff.get("/audit?kind=zero&assignment=digits", headers=ENGLISH).text
    assert "reason 2" in shown
    assert "reason 1" not in shown


def test_pages_follow_each_other_without_gap(app: Flask, staff: Browser):
    made = decided(app, *({} for _ in range(7)))
    found: list[int] = []
    cursor = None
    while True:
        query = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        answer = staff.client.get(AUDIT, query_string=query).get_json()
        found += [one["id"] for one in answer["decisions"]]
        decided(app, {})  # what is decided meanwhile moves nothing
        cursor = answer["next"]
        if cursor is None:
            break
    assert found == made[::-1]


def test_page_in_the_browser_leads_to_the_older_ones(app: Flask, staff: Browser):
    made = decided(app, *({"kind": "zero"} for _ in range(60)))
    page = staff.get("/audit?kind=zero", headers=ENGLISH).text
    assert f"before={made[10]}&amp;kind=zero" in page or f"kind=zero&amp;before={made[10]}" in page
    older = staff.get(f"/audit?kind=zero&before={made[10]}", headers=ENGLISH).text
    assert "reason 9" in older
    assert "reason 11" not in older


@pytest.mark.parametrize(
    "query",
    ["surprise=1", "limit=0", "limit=501", "limit=x", "cursor=-1", "since=yesterday", "until=2026-02-30"],
)
def test_unknown_and_impossible_queries_are_refused(staff: Browser, query: str):
    answer = staff.get(f"{AUDIT}?{query}", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["slug"]) == (422, "bad-input")


@pytest.mark.parametrize(
    "query",
    ["since=x", "until=2026-13-01", "kind=%00", "neptun=%F0%9F%92%A9", "before=" + "9" * 40, "before=x"],
)
def test_odd_queries_break_no_page(staff: Browser, query: str):
    assert staff.get(f"/audit?{query}").status_code in {200, 422}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-10-25"])
def test_any_day_is_a_day(app: Flask, staff: Browser, day: str):
    decided(app, {})
    assert staff.get(f"/audit?since={day}&until={day}").status_code == 200
    assert len(numbers(staff, since="0001-01-01", until="9999-12-31")) == 1


def test_file_holds_all_pages_and_runs_no_formula(app: Flask, anna: Person, staff: Browser):
    decided(app, *({"user_id": anna.id, "reason": "=cmd|' /C calc'!A0"} for _ in range(501)))
    decided(app, {"kind": "zero"})
    text = staff.get("/audit.csv?kind=note", headers=ENGLISH).data.decode("utf-8-sig")
    [head, *rows] = csv.reader(StringIO(text))
    assert head == [
        *("When", "Kind", "Assignment", "Neptun code", "Name", "Decision", "Reason", "By"),
        *("Submission", "Number"),
    ]
    assert len(rows) == 501
    assert rows[0][3:5] == ["ABC123", "'=Kiss Anna"]
    assert {row[6] for row in rows} == {"'=cmd|' /C calc'!A0"}
    assert rows[-1][0] == "2026-10-01 12:00:00", "in the zone of the course"
    assert staff.get("/audit.xlsx").status_code == 200
    assert staff.get("/audit.ods").status_code == 404


def test_other_courses_are_not_shown(app: Flask, staff: Browser):
    with services(app).database.write() as session:
        other = another_course(session)
        a_person(session, "LEC002", role=Role.LECTURER, course_id=other)
    decided(app, {"course_id": other, "slug": None})
    assert numbers(staff) == []


def test_students_read_no_audit(app: Flask, student: Browser):
    for address in ("/audit", "/audit.csv", AUDIT):
        assert student.get(address).status_code == 403
