"""Decisions at the doors: forms, programs, what a student reads, and what no student ever reads."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from server.accounts.service import find_person
from server.grading.models import Grading, State, Submission
from server.person import Person
from server.standings.decisions.deciding import newest_decision
from server.standings.decisions.wording import reason_of
from server.standings.models import Decision, Standing
from server.standings.states import DecisionKind
from server.web import services
from tests.server.builders import COURSE, NOON
from tests.server.conftest import Browser, Clock
from tests.server.objects import objects_of
from tests.server.standings.cases import about
from tests.server.submissions.builders import (
    SLUG,
    SOURCE,
    a_graded_submission,
    a_submission,
    an_assignment,
    an_upload,
)

ENGLISH = {"Accept-Language": "en"}
JSON = {"Accept": "application/json", **ENGLISH}
DECISIONS = f"/api/v1/assignments/{SLUG}/students/ABC123/decisions"
SECRET = "xyzzy-of-the-staff"


@pytest.fixture
def anna(app: Flask, person: Callable[..., Person]) -> Person:
    """ABC123, with a hand-in of 5 points."""
    found = person("ABC123")
    with services(app).database.write() as session:
        an_assignment(session)
        a_graded_submission(session, found)
    return found


@pytest.fixture
def hers(app: Flask, anna: Person) -> Browser:
    browser = Browser(app)
    browser.sign_in("ABC123")
    return browser


def hand_in(app: Flask) -> str:
    with services(app).database.read() as session:
        return session.scalars(select(Submission.id).order_by(Submission.received_at)).first() or ""


def waiting(app: Flask, anna: Person) -> str:
    with services(app).database.write() as session:
        return a_submission(session, anna, content=b"# waits").id


def points(app: Flask, anna: Person) -> Decimal | None:
    with services(app).database.read() as session:
        return session.get_one(Standing, (COURSE, SLUG, anna.id)).points


def state_of(app: Flask, number: str) -> str:
    with services(app).database.read() as session:
        return session.scalars(select(Grading.state).where(Grading.submission_id == number)).one()


def decide(staff: Browser, kind: str = "", **fields: Any) -> TestResponse:  # noqa: ANN401
    form = {"assignment": SLUG, "kind": kind, "reason": "because", "seen": "", **fields}
    return staff.post("/people/ABC123/decisions", form, headers=ENGLISH)


def kinds(app: Flask) -> list[str]:
    with services(app).database.read() as session:
        return list(session.scalars(select(Decision.kind).order_by(Decision.id)))


def test_assistant_sets_points_on_the_page_of_a_student(app: Flask, anna: Person, assistant: Browser):
    answer = decide(assistant, "override", points="7,25")
    assert (answer.status_code, answer.location) == (303, f"/people/ABC123#a-{SLUG}")
    assert points(app, anna) == Decimal("7.25")
    page = assistant.get("/people/ABC123", headers=ENGLISH).text
    assert "set to 7.25 points" in page
    assert "Tóth Béla" in page


def test_ruling_is_taken_back_by_its_button(app: Flask, anna: Person, lecturer: Browser):
    decide(lecturer, "zero")
    assert 'name="back" value="zero"' in lecturer.get("/people/ABC123").text
    decide(lecturer, back="zero")
    assert points(app, anna) == Decimal("2.72")


def test_second_of_two_reads_on_the_page_what_the_first_did(
    app: Flask, anna: Person, lecturer: Browser, assistant: Browser
):
    decide(assistant, "override", points="7", reason="her mother called", seen="0")
    answer = decide(lecturer, "override", points="3", reason="my own reason", seen="0")
    assert answer.status_code == 409
    assert "Tóth Béla has decided in the meantime: set to 7 points" in answer.text
    assert "my own reason" in answer.text, "what was typed stays"
    assert points(app, anna) == Decimal(7)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "override", "points": ""},
        {"kind": "override", "points": "many"},
        {"kind": "override", "points": "10.01"},
        {"kind": "override", "points": "9" * 50},
        {"kind": "override", "points": "1", "reason": ""},
        {"kind": "excuse", "reason": " "},
        {"kind": "nonsense"},
        {"kind": ""},
        {"kind": "excuse", "seen": "-1"},
        {"kind": "excuse", "seen": "9" * 30},
        {"withdraws": "7"},
        {"back": "excuse"},
    ],
    ids=str,
)
def test_bad_form_is_a_sentence_and_changes_nothing(
    app: Flask, anna: Person, lecturer: Browser, fields: dict[str, str]
):
    answer = decide(lecturer, **{"kind": "", **fields})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert kinds(app) == []


def test_unknown_people_and_assignments_are_not_found(anna: Person, lecturer: Browser):
    assert decide(lecturer, "zero", assignment="none").status_code == 404
    answer = lecturer.post("/people/AAA000/decisions", {"assignment": SLUG, "kind": "zero", "reason": "x"})
    assert answer.status_code == 404


def test_comment_reaches_the_student_and_a_note_does_not(
    app: Flask, anna: Person, hers: Browser, lecturer: Browser
):
    decide(lecturer, "comment", reason="well done")
    decide(lecturer, "note", reason=SECRET)
    page = hers.get(f"/assignments/{SLUG}", headers=ENGLISH).text
    assert "well done" in page
    assert SECRET not in page
    assert "Dr. Kovács Éva" not in page
    decided = hers.get(f"/api/v1/assignments/{SLUG}/decisions", headers=JSON).get_json()["decisions"]
    assert [(one["kind"], one["by"], one["reason"]) for one in decided] == [("comment", "staff", "well done")]


def test_staff_see_the_page_as_the_student_does(app: Flask, anna: Person, lecturer: Browser):
    decide(lecturer, "note", reason=SECRET)
    decide(lecturer, "comment", reason="well done")
    page = lecturer.get("/people/ABC123?as=student", headers=ENGLISH).text
    assert "well done" in page
    assert SECRET not in page
    assert "Decide about it" not in page
    assert "2.72" not in page, "the private share is not revealed"
    assert "2.72" in lecturer.get("/people/ABC123", headers=ENGLISH).text


@pytest.mark.slow
def test_no_address_tells_a_student_a_note(
    app: Flask, person: Callable[..., Person], lecturer: Browser, other_student: Browser
):
    """Every address there is, with something behind it, as a page and as JSON; and every form."""
    owner = person("ABC123")
    found = objects_of(app, owner, _lecturer(app))
    note = {"assignment": SLUG, "kind": "note", "reason": SECRET}
    lecturer.post("/people/ABC123/decisions", note)
    lecturer.post("/people/ABC123/decisions", {**note, "kind": "comment", "reason": "plugh"})
    hers = Browser(app)
    hers.sign_in("ABC123")
    said = {name: said_to(app, who, found) for name, who in {"her": hers, "him": other_student}.items()}
    assert [address for texts in said.values() for address, text in texts.items() if SECRET in text] == []
    assert [address for address, text in said["him"].items() if "plugh" in text] == []
    assert [address for address, text in said["her"].items() if "plugh" in text] != []
    assert SECRET in lecturer.get("/people/ABC123").text


def _lecturer(app: Flask) -> Person:
    with services(app).database.read() as session:
        found = find_person(session, COURSE, "LEC001")
    assert found is not None
    return found


def said_to(app: Flask, browser: Browser, found: dict[str, list[str]]) -> dict[str, str]:
    """What each address answers; streams aside, which tell of runs alone."""
    adapter, texts = app.url_map.bind("localhost"), {}
    samples = {"neptun": "ABC123", "name": "x.py", "number": 0, "token": "x", "token_id": 1, "suffix": "csv"}
    samples |= {"report_id": 1, "regrade_id": 1, "file_format": "gift", "filename": "css/base.css"}
    values = {**samples, **{name: those[0] for name, those in found.items()}}
    for rule in app.url_map.iter_rules():
        wanted = {name: values[name] for name in rule.arguments if name in values}
        if len(wanted) < len(rule.arguments) or rule.endpoint in {"accounts.logout", "static"}:
            continue
        address = adapter.build(rule.endpoint, wanted, method=next(iter(rule.methods or ())))
        for method in (rule.methods or set()) & {"GET", "POST", "PUT"}:
            for headers in (ENGLISH, JSON):
                token = {"X-CSRFToken": browser.csrf_token()}
                form = {"data": {"seen": "0", "kind": "note", "submission": ""}} if method == "POST" else {}
                asked = {"method": method, "headers": {**headers, **token}, **form}
                with closing(browser.client.open(address, buffered=False, **asked)) as answer:
                    said = b"" if answer.mimetype == "text/event-stream" else answer.get_data()
                known = texts.get(f"{method} {address}", "")
                texts[f"{method} {address}"] = known + said.decode("utf-8", "replace")
    return texts


def test_override_reaches_the_student_with_the_reason(anna: Person, hers: Browser, lecturer: Browser):
    decide(lecturer, "override", points="7", reason="the test was wrong")
    page = hers.get(f"/assignments/{SLUG}", headers=ENGLISH).text
    assert "set to 7 points (before: 5 points)" in page
    assert "the test was wrong" in page
    shown = hers.get("/grades", headers=ENGLISH).text
    assert "7" in shown
    assert "2.72" not in page + shown


def test_void_hand_in_says_so_to_its_student(app: Flask, anna: Person, hers: Browser, lecturer: Browser):
    number = hand_in(app)
    answer = lecturer.post(f"/submissions/{number}/decide", {"kind": "void", "reason": "copied"})
    assert answer.status_code == 303
    page = hers.get(f"/submissions/{number}", headers=ENGLISH).text
    assert "a hand-in does not count" in page
    assert "copied" in page
    assert points(app, anna) is None


def test_submission_page_shows_a_refusal_beside_its_form(app: Flask, anna: Person, lecturer: Browser):
    answer = lecturer.post(f"/submissions/{hand_in(app)}/decide", {"kind": "void", "reason": ""})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_page_of_a_hand_in_decides_about_no_other_one(app: Flask, anna: Person, lecturer: Browser):
    number, other = hand_in(app), waiting(app, anna)
    fields = {"kind": "void", "reason": "x", "submission": other}
    lecturer.post(f"/submissions/{number}/decide", fields)
    with services(app).database.read() as session:
        assert session.scalars(select(Decision.submission_id)).all() == [number]


def test_student_decides_nothing_about_a_hand_in(app: Flask, anna: Person, hers: Browser):
    answer = hers.post(f"/submissions/{hand_in(app)}/decide", {"kind": "return-try", "reason": "please"})
    assert answer.status_code == 403
    assert hers.post("/people/ABC123/decisions", {"assignment": SLUG, "kind": "excuse"}).status_code == 403
    assert kinds(app) == []


@pytest.mark.parametrize(("new", "told"), [({"replaced_by": "x"}, "későbbi"), ({}, "replaced by")])
def test_reason_of_the_server_is_in_the_language_of_its_reader(app: Flask, new: dict[str, str], told: str):
    one = Decision(kind=DecisionKind.CANCEL, new=new, reason="replaced by a newer hand-in")
    with app.test_request_context(headers={"Accept-Language": "hu"}):
        assert told in reason_of(one)


def test_student_cancels_by_the_button_and_reads_who_did(app: Flask, anna: Person, hers: Browser):
    number = waiting(app, anna)
    assert "Cancel this run" in hers.get(f"/submissions/{number}", headers=ENGLISH).text
    assert hers.post(f"/submissions/{number}/cancel").status_code == 303
    page = hers.get(f"/submissions/{number}", headers=ENGLISH).text
    assert "This run was cancelled. By: you." in page
    assert state_of(app, number) == State.CANCELLED


def test_student_reads_why_staff_cancelled(app: Flask, anna: Person, hers: Browser, lecturer: Browser):
    number = waiting(app, anna)
    assert lecturer.post(f"/submissions/{number}/cancel", {"reason": ""}).status_code == 422
    lecturer.post(f"/submissions/{number}/cancel", {"reason": "it hangs"})
    page = hers.get(f"/submissions/{number}", headers=ENGLISH).text
    assert "This run was cancelled. By: staff." in page
    assert "it hangs" in page
    assert "Dr. Kovács Éva" not in page


def test_staff_let_a_cancelled_run_go_on(app: Flask, anna: Person, hers: Browser, lecturer: Browser):
    number = waiting(app, anna)
    hers.post(f"/submissions/{number}/cancel")
    assert hers.post(f"/submissions/{number}/cancel", {"back": "cancel"}).status_code == 403
    assert (
        lecturer.post(f"/submissions/{number}/cancel", {"back": "cancel", "reason": "go"}).status_code == 303
    )
    assert state_of(app, number) == State.WAITING


def test_program_cancels(app: Flask, anna: Person, hers: Browser, token: Callable[[str], dict[str, str]]):
    number, headers = waiting(app, anna), token("ABC123")
    answer = app.test_client().post(f"/api/v1/submissions/{number}/cancel", json={}, headers=headers)
    assert (answer.status_code, answer.get_json()["state"]) == (200, "cancelled")
    again = app.test_client().post(f"/api/v1/submissions/{number}/cancel", json={}, headers=headers)
    assert (again.status_code, again.get_json()["slug"]) == (409, "run-over")


def test_others_cancel_nothing(app: Flask, anna: Person, other_student: Browser):
    assert other_student.post(f"/submissions/{waiting(app, anna)}/cancel").status_code == 404


def test_program_decides_and_reads_what_was_decided(
    app: Flask, anna: Person, person: Callable[..., Person], lecturer: Browser, token: Callable[[str], Any]
):
    headers, client = token("LEC001"), app.test_client()
    request = {"kind": "override", "points": "7.25", "reason": "because", "seen": 0}
    made = client.post(DECISIONS, json=request, headers=headers)
    assert (made.status_code, made.get_json()["by"]) == (201, "Dr. Kovács Éva")
    late = client.post(DECISIONS, json={**request, "points": 3}, headers=headers)
    assert (late.status_code, late.get_json()["slug"]) == (409, "overtaken")
    assert late.get_json()["decision"] == made.get_json()["id"]
    found = client.get(DECISIONS, headers=headers).get_json()
    assert (found["newest"], len(found["decisions"])) == (made.get_json()["id"], 1)
    back = {"kind": "override", "back": True, "reason": "wrong"}
    assert client.post(DECISIONS, json=back, headers=headers).status_code == 201
    assert points(app, anna) == Decimal("2.72")


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "extend", "reason": "x"},
        {"kind": "override", "reason": "x"},
        {"kind": "override", "reason": "x", "points": "many"},
        {"kind": "excuse", "reason": "x", "surprise": 1},
        {"kind": "void", "reason": "x"},
        {"kind": "excuse", "reason": ""},
        {"kind": "excuse", "reason": "\0"},
    ],
    ids=str,
)
def test_bad_wish_of_a_program_is_refused(
    app: Flask, anna: Person, lecturer: Browser, token: Callable[[str], Any], form: dict[str, Any]
):
    answer = app.test_client().post(DECISIONS, json=form, headers=token("LEC001"))
    assert answer.status_code in {404, 422}
    assert kinds(app) == []


def test_student_chooses_on_the_page_and_by_a_program(
    app: Flask, anna: Person, hers: Browser, token: Callable[[str], Any]
):
    with services(app).database.write() as session:
        an_assignment(session, counts="chosen")
        a_graded_submission(session, anna, score=0.9, content=b"# later", now=NOON)
    number = hand_in(app)
    page = hers.get(f"/assignments/{SLUG}", headers=ENGLISH).text
    assert "Which hand-in counts" in page
    assert hers.post(f"/assignments/{SLUG}/choice", {"submission": number}).status_code == 303
    assert "because it was chosen" in hers.get(f"/submissions/{number}", headers=ENGLISH).text
    client, headers = app.test_client(), token("ABC123")
    place = f"/api/v1/assignments/{SLUG}/choice"
    assert client.put(place, json={"submission": None}, headers=headers).status_code == 204
    assert client.put(place, json={"submission": None}, headers=headers).status_code == 422
    assert kinds(app) == ["choose", "choose"]


def test_student_who_is_too_late_reads_so_on_the_page(app: Flask, anna: Person, hers: Browser, clock: Clock):
    with services(app).database.write() as session:
        an_assignment(session, counts="chosen")
    clock.pass_by(days=60)
    hers.sign_in("ABC123")
    answer = hers.post(f"/assignments/{SLUG}/choice", {"submission": hand_in(app)}, headers=ENGLISH)
    assert answer.status_code == 403
    assert "Too late to choose" in answer.text


def test_staff_hand_in_for_a_student(app: Flask, anna: Person, hers: Browser, lecturer: Browser):
    fields = {**an_upload(b"def train(): ...\n"), "reason": "came by mail", "arrived": "2026-10-01T09:30"}
    answer = lecturer.post(f"/people/ABC123/assignments/{SLUG}", fields)
    assert (answer.status_code, answer.location) == (303, f"/people/ABC123#a-{SLUG}")
    page = hers.get(f"/assignments/{SLUG}", headers=ENGLISH).text
    assert "handed in by staff, as arrived on 1 Oct 2026, 09:30" in page
    assert "came by mail" in page
    with services(app).database.read() as session:
        made = session.scalars(select(Decision)).one()
        assert made.kind == "hand-in"
        assert session.get_one(Submission, made.submission_id).user_id == anna.id


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"reason": ""}, 422),
        ({"reason": "x", "arrived": "2026-12-24T09:30"}, 422),
        ({"reason": "x", "arrived": "yesterday"}, 422),
        ({"reason": "x", "file": (io.BytesIO(b""), "a.py")}, 422),
        ({"reason": "x", "file": (io.BytesIO(b"1"), "a.exe")}, 415),
        ({"reason": "x", "seen": "x"}, 422),
    ],
    ids=["no reason", "to come", "no moment", "empty", "wrong kind", "no number"],
)
def test_bad_hand_in_by_staff_is_a_sentence(
    app: Flask, anna: Person, lecturer: Browser, fields: dict[str, Any], status: int
):
    answer = lecturer.post(f"/people/ABC123/assignments/{SLUG}", {**an_upload(), **fields})
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert kinds(app) == []


def test_student_hands_in_for_nobody(app: Flask, anna: Person, other_student: Browser):
    answer = other_student.post(
        f"/people/ABC123/assignments/{SLUG}", {**an_upload(), "reason": "came by mail"}
    )
    assert answer.status_code == 403


def test_program_hands_in_for_a_student(
    app: Flask, anna: Person, lecturer: Browser, token: Callable[[str], Any]
):
    place = f"/api/v1/assignments/{SLUG}/students/ABC123/submissions"
    fields = {**an_upload(SOURCE), "reason": "came by mail", "arrived": "2026-10-01T09:30:00+02:00"}
    answer = app.test_client().post(place, data=fields, headers=token("LEC001"))
    assert (answer.status_code, answer.get_json()["receipt"]["neptun"]) == (201, "ABC123")
    assert answer.get_json()["received_at"] == "2026-10-01T07:30:00Z"


def test_newest_decision_is_in_every_form(app: Flask, anna: Person, lecturer: Browser):
    decide(lecturer, "note")
    with services(app).database.read() as session:
        newest = newest_decision(session, about(anna))
    for page in ("/people/ABC123", f"/submissions/{hand_in(app)}"):
        assert f'name="seen" value="{newest}"' in lecturer.get(page).text
