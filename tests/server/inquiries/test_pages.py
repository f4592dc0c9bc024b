"""Inquiries at their doors: pages, programs, and the number in the bar of staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from server.person import Person
from server.web import services
from tests.server.conftest import Browser, Clock
from tests.server.submissions.builders import SLUG, a_graded_submission, an_assignment

ENGLISH = {"Accept-Language": "en"}
PLACE = f"/assignments/{SLUG}/inquiries"
TOLD = datetime(2026, 10, 29, 8, tzinfo=UTC)


@pytest.fixture
def anna(app: Flask, person: Callable[..., Person], clock: Clock) -> Browser:
    """ABC123's browser, after the results were told."""
    found = person("ABC123")
    with services(app).database.write() as session:
        an_assignment(session)
        a_graded_submission(session, found)
    clock.moment = TOLD
    browser = Browser(app)
    browser.sign_in("ABC123")
    return browser


@pytest.fixture
def staff(app: Flask, anna: Browser, person: Callable[..., Person], lecturer: Browser) -> Browser:
    lecturer.sign_in("LEC001")
    return lecturer


def asked(anna: Browser, text: str = "Please look\nat this again.") -> str:
    """The address of a new inquiry."""
    answer = anna.post(PLACE, {"text": text})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_student_asks_and_reads_the_answer(anna: Browser, staff: Browser):
    assert PLACE in anna.get(f"/assignments/{SLUG}").text
    assert "Please look at this again" in anna.get(PLACE, headers=ENGLISH).text
    place = asked(anna)
    assert staff.post(f"{place}/settle", {"do": "answer", "text": "Because."}).status_code == 303
    page = anna.get(place, headers=ENGLISH).text
    assert "Because." in page
    assert "Answered" in page
    assert "Dr. Kovács Éva" not in page
    assert anna.post(place, {"text": "Still?"}).status_code == 303
    assert "Still?" in staff.get(place).text


def test_staff_see_how_many_wait_on_every_page(anna: Browser, staff: Browser):
    asked(anna)
    for page in ("/assignments", "/gradebook", "/inquiries"):
        assert 'Inquiries <span class="badge warn">1</span>' in staff.get(page, headers=ENGLISH).text
    assert 'class="badge warn">1<' not in anna.get("/assignments", headers=ENGLISH).text


def test_list_of_staff_leads_to_the_student_and_the_inquiry(anna: Browser, staff: Browser):
    place = asked(anna)
    page = staff.get("/inquiries", headers=ENGLISH).text
    assert f'href="{place}"' in page
    assert f'href="/people/ABC123#a-{SLUG}"' in page
    assert place in anna.get("/inquiries").text
    assert place not in staff.get("/inquiries?state=declined").text
    assert place in staff.get(f"/inquiries?state=open&assignment={SLUG}").text


@pytest.mark.parametrize(
    "query", ["before=x", "before=1-", "before=0-" + "9" * 40, "state=none", "state=%00"]
)
def test_odd_queries_break_no_list(anna: Browser, staff: Browser, query: str):
    asked(anna)
    for who in (anna, staff):
        assert who.get(f"/inquiries?{query}").status_code == 200


def test_accepted_inquiry_leads_to_the_points(anna: Browser, staff: Browser):
    place = asked(anna)
    assert f'href="/people/ABC123#decide-{SLUG}"' in staff.get(place).text
    staff.post(f"{place}/settle", {"do": "accept", "text": "You are right."})
    page = anna.get(place, headers=ENGLISH).text
    assert "Accepted" in page
    assert "nothing more is written" in page
    assert "inquiry accepted" in anna.get(f"/assignments/{SLUG}", headers=ENGLISH).text


@pytest.mark.parametrize(
    ("form", "status"),
    [({"do": "decline", "text": " "}, 422), ({"do": "nonsense", "text": "x"}, 422), ({"text": "x"}, 422)],
    ids=str,
)
def test_bad_form_is_a_sentence_and_keeps_the_text(
    anna: Browser, staff: Browser, form: dict[str, str], status: int
):
    place = asked(anna)
    answer = staff.post(f"{place}/settle", form)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert "Open" in staff.get(place, headers=ENGLISH).text


def test_too_early_is_told_with_the_days(anna: Browser, clock: Clock):
    clock.moment = datetime(2026, 10, 20, 8, tzinfo=UTC)
    anna.sign_in("ABC123")
    page = anna.get(PLACE, headers=ENGLISH).text
    assert "You can ask about the result from 29 Oct 2026, 00:04 to 6 Nov 2026, 00:04." in page
    answer = anna.post(PLACE, {"text": "x"}, headers=ENGLISH)
    assert answer.status_code == 409
    assert "No inquiries now" in answer.text


def test_text_is_shown_as_text(anna: Browser, staff: Browser):
    place = asked(anna, "<script>alert(1)</script>\nsecond line")
    for who in (anna, staff):
        page = who.get(place).text
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;\nsecond line" in page


def test_others_find_nothing(app: Flask, anna: Browser, person: Callable[..., Person]):
    place = asked(anna)
    person("XYZ789", name="Nagy Péter")
    other = Browser(app)
    other.sign_in("XYZ789")
    assert other.get(place).status_code == 404
    assert other.post(place, {"text": "x"}).status_code == 404
    assert other.post(f"{place}/settle", {"do": "accept", "text": "x"}).status_code == 403
    assert place not in other.get("/inquiries").text


def test_programs_do_the_same(app: Flask, anna: Browser, staff: Browser, token: Callable[[str], Any]):
    client, mine, theirs = app.test_client(), token("ABC123"), token("LEC001")
    made = client.post(f"/api/v1{PLACE}", json={"text": "Why?"}, headers=mine)
    assert (made.status_code, made.get_json()["state"], made.get_json()["newest"]) == (201, "open", 0)
    place = f"/api/v1/inquiries/{made.get_json()['id']}"
    again = client.post(f"/api/v1{PLACE}", json={"text": "Why?"}, headers=mine)
    assert (again.status_code, again.get_json()["slug"]) == (409, "inquiry-open")
    [listed] = client.get("/api/v1/inquiries?state=open", headers=theirs).get_json()["inquiries"]
    assert listed["neptun"] == "ABC123"
    answered = client.post(f"{place}/messages", json={"text": "Because."}, headers=theirs)
    assert (answered.status_code, answered.get_json()["state"]) == (201, "answered")
    seen = client.get(place, headers=theirs).get_json()["newest"]
    client.post(f"{place}/messages", json={"text": "Still?"}, headers=mine)
    request = {"state": "declined", "reason": "It was right.", "seen": seen}
    late = client.post(f"{place}/decision", json=request, headers=theirs)
    assert (late.status_code, late.get_json()["slug"]) == (409, "overtaken")
    settled = client.post(f"{place}/decision", json={**request, "seen": None}, headers=theirs)
    assert (settled.status_code, settled.get_json()["state"]) == (200, "declined")
    assert [one["by"] for one in client.get(place, headers=mine).get_json()["messages"]] == [
        *("you", "staff", "you", "staff"),
    ]
    assert client.post(f"{place}/messages", json={"text": "x"}, headers=mine).status_code == 409
    assert client.get("/api/v1/inquiries?surprise=1", headers=theirs).status_code == 422
