"""Extensions in the browser and by the API: all or nothing, and a sentence for what is wrong."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from server.deadlines.models import Extension
from server.person import Person
from server.web import services
from tests.server.conftest import Browser
from tests.server.submissions.builders import SLUG, an_assignment

Headers = dict[str, str]
PAGE = f"/assignments/{SLUG}/extensions"
API = f"/api/v1/assignments/{SLUG}/extensions"
ILL = {"why": "ill", "seen": "0"}


@pytest.fixture(autouse=True)
def anna(app: Flask, person: Callable[..., Person]) -> Person:
    with services(app).database.write() as session:
        an_assignment(session)
    return person("ABC123")


@pytest.fixture
def headers(assistant: Browser, token: Callable[[str], Headers]) -> Headers:
    return token("ASS001")


def granted(app: Flask) -> list[tuple[str, str, bool]]:
    """When something is due now, why, and whether it is in force."""
    with services(app).database.read() as session:
        rows = session.scalars(select(Extension).order_by(Extension.id))
        return [(one.due.isoformat(), one.reason, one.ended_at is None) for one in rows]


def test_overview_offers_what_the_form_needs(assistant: Browser):
    """One click opens it, the next one says why and how long; a row of its own leads there too."""
    page = assistant.get(f"/assignments/{SLUG}/overview").text
    assert 'name="neptun" value="ABC123" form="extend"' in page
    assert 'id="extend"' in page
    assert 'name="grant" value="ill +2d"' in page
    assert f'href="{PAGE}?neptun=ABC123"' in page


def test_chosen_rows_are_extended_from_the_overview(app: Flask, assistant: Browser):
    back = f"/assignments/{SLUG}/overview"
    answer = assistant.post(PAGE, {"neptun": ["ABC123"], "due": "+2d", "next": back} | ILL)
    assert (answer.status_code, answer.location) == (303, back)
    assert granted(app) == [("2026-10-27T22:59:59+00:00", "ill", True)]


@pytest.mark.parametrize("grant", ["ill +2d", "technical +2d"])
def test_one_click_says_why_and_how_long(app: Flask, assistant: Browser, grant: str):
    """What is chosen beside it for another moment does not matter."""
    request = {"neptun": "ABC123", "grant": grant, "why": "other", "moment": "", "seen": "0"}
    assert assistant.post(PAGE, request).status_code == 303
    assert granted(app) == [("2026-10-27T22:59:59+00:00", grant.split(maxsplit=1)[0], True)]


@pytest.mark.parametrize("path", [f"/assignments/{SLUG}", "/notices"])
def test_proposed_reason_is_in_the_language_of_its_reader(app: Flask, assistant: Browser, path: str):
    assistant.post(PAGE, {"neptun": "ABC123", "grant": "ill +2d", "note": "flu", "seen": "0"})
    hers = Browser(app)
    hers.sign_in("ABC123")
    page = hers.get(path, headers={"Accept-Language": "hu"}).text
    assert ("beteg: flu" in page, "ill: flu" in page) == (True, False)
    decided = assistant.get("/audit", headers={"Accept-Language": "hu"}).text
    assert ("beteg: flu" in decided, "ill: flu" in decided) == (True, False)


def test_a_students_page_extends_that_student(app: Flask, assistant: Browser):
    page = assistant.get("/people/ABC123").text
    assert f'action="{PAGE}"' in page
    assert '<input type="hidden" name="neptun" value="ABC123">' in page


def test_a_moment_is_local_time_of_the_course(app: Flask, assistant: Browser):
    request = {"neptun": "ABC123", "due": "on", "moment": "2026-10-28T12:00", "why": "other", "note": "train"}
    assert assistant.post(PAGE, request).location == PAGE
    assert granted(app) == [("2026-10-28T11:00:00+00:00", "train", True)]


def test_it_never_leads_to_another_site(assistant: Browser):
    request = {"neptun": "ABC123", "due": "+1d", "next": "https://evil.example"} | ILL
    assert assistant.post(PAGE, request).location == PAGE


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"neptun": "ABC123", "due": "+1d", "why": "other"}, "Write a reason"),
        ({"neptun": "ABC123", "due": "on", "moment": "", "why": "ill"}, "is no moment"),
        ({"neptun": "AAA000, ABC123", "due": "+1d", "why": "ill"}, "AAA000"),
        ({"due": "+1d", "why": "ill"}, "Choose students, or one label"),
        ({"neptun": "ABC123", "due": "2026-10-01T12:00", "why": "ill"}, "has to be later"),
    ],
)
def test_what_is_wrong_is_said_beside_it(app: Flask, assistant: Browser, form: dict[str, Any], told: str):
    answer = assistant.post(PAGE, form)
    assert answer.status_code == 422
    assert told in answer.text
    assert f'value="{form.get("neptun", "")}"' in answer.text
    assert granted(app) == []


def test_a_form_sent_twice_is_told_that_it_was(app: Flask, assistant: Browser):
    request = {"neptun": "ABC123", "due": "+2d"} | ILL
    assert [assistant.post(PAGE, request).status_code for _ in range(2)] == [303, 409]
    assert len(granted(app)) == 1


def test_page_lists_who_has_what_and_why(assistant: Browser):
    assistant.post(PAGE, {"neptun": "ABC123", "due": "+2d", "note": "a note"} | ILL)
    page = assistant.get(PAGE, headers={"Accept-Language": "hu"}).text
    assert all(word in page for word in ("ABC123", "beteg: a note", "Tóth Béla", "érvényes"))
    assert assistant.post(f"{PAGE}/1/end", {"note": ""}).status_code == 422
    assert assistant.post(f"{PAGE}/1/end", {"note": "mistaken"}).status_code == 303
    page = assistant.get(PAGE).text
    assert all(word in page for word in ("taken back", "mistaken"))


def test_a_table_is_shown_before_it_is_taken(app: Flask, assistant: Browser):
    content = b"neptun;assignment;due;reason\nABC123;digits;+2d;ill\nAAA000;digits;+2d;ill\n"
    answer = assistant.post("/extensions", {"file": (io.BytesIO(content), "extensions.csv")})
    assert answer.status_code == 200
    assert "No student of this course has the code “AAA000”." in answer.text
    assert granted(app) == []
    text = "neptun;assignment;due;reason\nABC123;digits;2026-10-27T22:59:59+00:00;ill\n"
    assert text.replace("\n", "") in answer.text.replace("\r", "").replace("\n", "")
    assert assistant.post("/extensions", {"text": text, "apply": "1"}).status_code == 303
    assert granted(app) == [("2026-10-27T22:59:59+00:00", "ill", True)]
    assert assistant.post("/extensions", {"text": text, "apply": "1"}).status_code == 422


@pytest.mark.parametrize("content", [b"", b"x", b"\xff\xfe\x00", b'neptun,assignment,due,reason\n"'])
def test_a_file_that_is_no_table_is_refused(assistant: Browser, content: bytes):
    answer = assistant.post("/extensions", {"file": (io.BytesIO(content), "x.csv")})
    assert answer.status_code in {200, 422}
    assert assistant.post("/extensions").status_code == 422


def test_api_grants_lists_and_takes_back(client: FlaskClient, headers: Headers):
    request = {"neptun": ["ABC123"], "due": "+2d", "reason": "ill"}
    dry = client.post(API, json=request | {"dry_run": True}, headers=headers)
    assert (dry.status_code, dry.get_json()["granted"][0]["id"]) == (200, None)
    done = client.post(API, json=request, headers=headers)
    assert (done.status_code, done.get_json()["granted"][0]["due"]) == (201, "2026-10-27T22:59:59Z")
    listed = client.get(API, headers=headers).get_json()
    assert (listed["newest"], listed["extensions"][0]["state"]) == (1, "in_force")
    assert client.delete(f"{API}/1", json={"reason": "mistaken"}, headers=headers).status_code == 204
    assert client.get("/api/v1/extensions", headers=headers).get_json()["extensions"][0]["state"] == "ended"


def test_api_takes_a_table_whole_or_not_at_all(app: Flask, client: FlaskClient, headers: Headers):
    good = {"neptun": "ABC123", "assignment": SLUG, "due": "+2d", "reason": "ill"}
    rows = [good, good | {"neptun": "AAA000"}]
    dry = client.post("/api/v1/extensions", json={"rows": rows, "dry_run": True}, headers=headers).get_json()
    assert ([one["neptun"] for one in dry["granted"]], dry["bad"][0]["row"]) == (["ABC123"], 2)
    assert client.post("/api/v1/extensions", json={"rows": rows}, headers=headers).status_code == 422
    assert granted(app) == []
    done = client.post("/api/v1/extensions", json={"rows": [good]}, headers=headers)
    assert (done.status_code, len(granted(app))) == (201, 1)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"neptun": ["ABC123"], "due": "+2d"}, 422),  # no reason
        ({"neptun": ["ABC123"], "due": "+2d", "reason": "\0"}, 422),
        ({"neptun": ["ABC123"], "due": "+2d", "reason": "ill", "replaces": True}, 422),  # called otherwise
        ({"neptun": ["\0"], "due": "\0", "reason": "ill"}, 422),
        ({"label": "\0x", "due": "+1d", "reason": "ill"}, 422),
    ],
)
def test_api_refuses_with_a_sentence(
    client: FlaskClient, headers: Headers, form: dict[str, Any], status: int
):
    answer = client.post(API, json=form, headers=headers)
    assert (answer.status_code, bool(answer.get_json()["detail"])) == (status, True)


def test_the_student_has_the_later_moment_at_once(app: Flask, headers: Headers):
    """What is granted here is what hand-ins are judged by."""
    request = {"neptun": ["ABC123"], "due": "+2d", "reason": "ill"}
    app.test_client().post(API, json=request, headers=headers)
    browser = Browser(app)
    browser.sign_in("ABC123")
    assert "2026-10-27" in browser.get(f"/assignments/{SLUG}").text
