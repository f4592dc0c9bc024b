"""Dates in the browser and by the API: for lecturers alone, and looked at before they are set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from server.deadlines.models import DateEdit
from server.person import Person
from server.web import services
from tests.server.builders import NOON
from tests.server.conftest import Browser
from tests.server.submissions.builders import SLUG, a_graded_submission, an_assignment

Headers = dict[str, str]
PAGE, API = f"/assignments/{SLUG}/dates", f"/api/v1/assignments/{SLUG}/dates"
FORM = {
    "opens": "2026-09-14T08:00:00",
    "due": "2026-09-30T23:59:59",
    "closes": "",
    "reveal": "",
    "reason": "moved with the class",
    "seen": "0",
}


@pytest.fixture(autouse=True)
def anna(app: Flask, person: Callable[..., Person]) -> Person:
    with services(app).database.write() as session:
        an_assignment(session)
    found = person("ABC123")
    with services(app).database.write() as session:
        a_graded_submission(session, found, now=NOON)
    return found


@pytest.fixture
def headers(lecturer: Browser, token: Callable[[str], Headers]) -> Headers:
    return token("LEC001")


def edits(app: Flask) -> list[str | None]:
    with services(app).database.read() as session:
        return [edit.due.isoformat() if edit.due else None for edit in session.scalars(select(DateEdit))]


def test_page_shows_who_is_touched_before_it_is_set(app: Flask, lecturer: Browser):
    assert 'value="2026-10-25T23:59:59"' in lecturer.get(PAGE).text
    shown = lecturer.post(PAGE, FORM)
    assert shown.status_code == 200
    assert all(word in shown.text for word in ("What would change", "Kiss Anna", "2.72", "2.45"))
    assert edits(app) == []
    assert lecturer.post(PAGE, FORM | {"apply": "1"}).status_code == 303
    assert edits(app) == ["2026-09-30T21:59:59+00:00"]
    page = lecturer.get(PAGE).text
    assert all(word in page for word in ("by Dr. Kovács Éva: moved with the class", "Back to the file"))


def test_back_to_the_file_is_previewed_too(app: Flask, lecturer: Browser):
    lecturer.post(PAGE, FORM | {"apply": "1"})
    shown = lecturer.post(PAGE, FORM | {"back": "1", "reason": "mistaken"})
    assert "What would change" in shown.text
    fields = dict.fromkeys(("opens", "due", "closes", "reveal"), "")
    done = lecturer.post(PAGE, fields | {"apply": "1", "reason": "mistaken", "seen": "1"})
    assert (done.status_code, edits(app)) == (303, ["2026-09-30T21:59:59+00:00", None])


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("due", "soon", "is no moment"),
        ("due", "2026-09-01T12:00", "due after it opens"),
        ("due", "2026-10-25T02:30:00", "twice or never"),
        ("reason", "", "Write a reason"),
        ("closes", "2026-09-20T12:00", "cannot close before"),
    ],
)
def test_what_is_wrong_is_said_beside_the_form(
    *, app: Flask, lecturer: Browser, field: str, value: str, told: str
):
    for step in ({}, {"apply": "1"}):
        answer = lecturer.post(PAGE, FORM | {field: value} | step)
        assert (answer.status_code, told in answer.text) == (422, True)
    assert edits(app) == []


def test_a_form_sent_twice_changes_once(app: Flask, lecturer: Browser):
    assert [lecturer.post(PAGE, FORM | {"apply": "1"}).status_code for _ in range(2)] == [303, 409]
    assert len(edits(app)) == 1


def test_assistants_read_but_do_not_set(
    app: Flask, client: FlaskClient, assistant: Browser, token: Callable[[str], Headers]
):
    mine = token("ASS001")
    assert assistant.get(PAGE).status_code == 403
    assert assistant.post(PAGE, FORM | {"apply": "1"}).status_code == 403
    request = {"due": "2026-10-27T12:00", "reason": "x"}
    assert client.put(API, json=request, headers=mine).status_code == 403
    assert client.put(API, json=request | {"dry_run": True}, headers=mine).status_code == 403
    assert client.get(API, headers=mine).status_code == 200
    assert edits(app) == []


def test_api_previews_sets_and_goes_back(app: Flask, client: FlaskClient, headers: Headers):
    request: dict[str, Any] = {"due": "2026-09-30T23:59:59", "reason": "moved"}
    dry = client.put(API, json=request | {"dry_run": True}, headers=headers).get_json()
    assert (dry["written"], dry["would_be"]["due"], dry["in_force"]["due"]) == (
        False,
        "2026-09-30T21:59:59Z",
        "2026-10-25T22:59:59Z",
    )
    assert [(one["neptun"], one["points"], one["new_points"]) for one in dry["moved"]] == [
        ("ABC123", 2.72, 2.45)
    ]
    assert (dry["to_be_told"], edits(app)) == (["ABC123"], [])
    done = client.put(API, json=request, headers=headers).get_json()
    assert (done["written"], done["edit"]["by"], done["newest"]) == (True, "Dr. Kovács Éva", 1)
    back = client.put(API, json={"back": True, "reason": "mistaken"}, headers=headers).get_json()
    assert (back["edit"], back["in_force"]) == (None, back["of_file"])


@pytest.mark.parametrize("form", [{}, {"reason": "x"}, {"reason": "x", "du": "2026-10-27T12:00"}])
def test_api_refuses_what_changes_nothing(client: FlaskClient, headers: Headers, form: dict[str, str]):
    assert client.put(API, json=form, headers=headers).status_code == 422


def test_the_student_has_the_new_dates_at_once(app: Flask, client: FlaskClient, headers: Headers):
    client.put(API, json={"due": "2026-10-27T12:00", "reason": "moved"}, headers=headers)
    browser = Browser(app)
    browser.sign_in("ABC123")
    assert "For you: due Tuesday 27 Oct, 12:00:00." in browser.get(f"/assignments/{SLUG}").text
