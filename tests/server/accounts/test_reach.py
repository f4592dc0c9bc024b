"""Who may get into whose account: an invitation or another address is a way in."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.accounts import service
from server.accounts.invitations import invite
from server.accounts.roster import RosterRow
from server.person import EVERYBODY, STUDENTS, Person, Role
from server.web import services
from tests.server.builders import COURSE, NOON
from tests.server.conftest import Browser

People = Callable[..., Person]
THEFT = "Neptun code;Name;Email\nLEC001;Dr. Kovács Éva;thief@example.org\n"
STAFF = [("LEC001", Role.LECTURER), ("ASS002", Role.ASSISTANT)]


def email_of(app: Flask, neptun: str) -> str:
    with services(app).database.read() as session:
        return {entry.person.neptun: entry.email for entry in service.people_entries(session, COURSE, NOON)}[
            neptun
        ]


def invited(app: Flask) -> set[str]:
    with services(app).database.read() as session:
        entries = service.people_entries(session, COURSE, NOON + timedelta(seconds=1))
    return {entry.person.neptun for entry in entries if entry.invited_until}


def test_reach_grows_with_the_role():
    reach = {role: Person(1, "ABC123", "x", "x", role, COURSE).reach for role in Role}
    assert reach == {Role.STUDENT: frozenset(), Role.ASSISTANT: STUDENTS, Role.LECTURER: EVERYBODY}


@pytest.mark.parametrize(("neptun", "role"), STAFF)
def test_an_assistant_invites_nobody_of_the_staff(
    app: Flask, assistant: Browser, person: People, neptun: str, role: Role
):
    person(neptun, role=role)
    person("NEW001")
    answer = assistant.post("/people/invitations", {"neptun": ["NEW001", neptun]})
    assert answer.status_code == 403
    assert invited(app) == set()


@pytest.mark.parametrize("neptun", ["ASS001", "LEC001"])
def test_staff_cannot_be_chosen_by_an_assistant(assistant: Browser, person: People, neptun: str):
    person("LEC001", role=Role.LECTURER)
    person("NEW001")
    page = assistant.get("/people").text
    assert f'value="{neptun}"' not in page
    assert 'value="NEW001"' in page


def test_an_assistant_invites_students(app: Flask, assistant: Browser, person: People):
    person("NEW001")
    assert assistant.post("/people/invitations", {"neptun": "NEW001"}).status_code == 200
    assert invited(app) == {"NEW001"}


def test_everybody_without_a_password_means_students_to_an_assistant(
    app: Flask, assistant: Browser, person: People
):
    person("NEW001", password=None)
    person("LEC001", password=None, role=Role.LECTURER)
    assert assistant.post("/people/invitations", {"everybody": "1"}).status_code == 200
    assert invited(app) == {"NEW001"}


def test_a_lecturer_invites_staff(app: Flask, lecturer: Browser, person: People):
    person("ASS002", role=Role.ASSISTANT)
    assert lecturer.post("/people/invitations", {"neptun": ["ASS002", "LEC001"]}).status_code == 200
    assert invited(app) == {"ASS002", "LEC001"}


@pytest.mark.parametrize("step", [{}, {"apply": "1"}])
def test_an_assistants_roster_moves_no_address_of_the_staff(
    app: Flask, assistant: Browser, person: People, step: dict[str, str]
):
    person("LEC001", role=Role.LECTURER, email="eva@example.org")
    answer = assistant.post("/people/import", {"text": THEFT, **step})
    assert answer.status_code == 403
    assert "LEC001" in answer.text
    assert email_of(app, "LEC001") == "eva@example.org"


@pytest.mark.parametrize("query", ["", "?apply=true"])
def test_nor_does_an_assistants_program(
    app: Flask, client: FlaskClient, person: People, token: Callable[[str], dict[str, str]], query: str
):
    person("LEC001", role=Role.LECTURER, email="eva@example.org")
    person("ASS001", role=Role.ASSISTANT)
    data = {"file": (io.BytesIO(THEFT.encode()), "roster.csv")}
    answer = client.post(f"/api/v1/roster{query}", data=data, headers=token("ASS001"))
    assert (answer.status_code, answer.get_json()["slug"]) == (403, "forbidden")
    assert email_of(app, "LEC001") == "eva@example.org"


MOVED = "Neptun code;Name;Email\nABC123;Kiss Anna;thief@example.org\nNEW001;Új Emese;emese@example.org\n"


@pytest.mark.parametrize("before", ["anna@example.org", ""])
def test_an_assistants_program_moves_no_address_of_a_student(
    app: Flask,
    client: FlaskClient,
    person: People,
    token: Callable[[str], dict[str, str]],
    before: str,
):
    person("ABC123", email=before)
    person("ASS001", role=Role.ASSISTANT)
    for query in ("", "?apply=true"):
        data = {"file": (io.BytesIO(MOVED.encode()), "roster.csv")}
        answer = client.post(f"/api/v1/roster{query}", data=data, headers=token("ASS001"))
        assert (answer.status_code, "ABC123" in answer.get_json()["detail"]) == (403, True)
    assert email_of(app, "ABC123") == before


def test_an_assistant_adds_people_and_mends_names(app: Flask, assistant: Browser, person: People):
    """And gives a first address to who has never been here."""
    person("ABC123", email="anna@example.org")
    person("NEW002", password=None)
    rows = ["ABC123;Kiss-Nagy Anna;", "NEW001;Új Emese;emese@example.org", "NEW002;Ede;e@example.org"]
    roster = "\n".join(["Neptun code;Name;Email", *rows])
    assert assistant.post("/people/import", {"text": roster, "apply": "1"}).status_code == 302
    assert [email_of(app, code) for code in ("ABC123", "NEW001", "NEW002")] == [
        "anna@example.org",
        "emese@example.org",
        "e@example.org",
    ]
    assert "Kiss-Nagy Anna" in assistant.get("/people").text


def test_a_lecturers_roster_may(app: Flask, lecturer: Browser):
    assert lecturer.post("/people/import", {"text": THEFT, "apply": "1"}).status_code == 302
    assert email_of(app, "LEC001") == "thief@example.org"


def test_staff_who_stay_as_they_are_hold_up_no_roster(app: Flask, assistant: Browser):
    roster = "Neptun code;Name\nASS001;Tóth Béla\nNEW001;Új Emese\n"
    assert assistant.post("/people/import", {"text": roster, "apply": "1"}).status_code == 302
    assert email_of(app, "NEW001") == ""


def test_the_operator_reaches_everybody(app: Flask, person: People):
    person("LEC001", role=Role.LECTURER)
    row = RosterRow("LEC001", "Dr. Kovács Éva", "new@example.org")
    with services(app).database.write() as session:
        assert invite(session, COURSE, ["LEC001"], NOON, reach=EVERYBODY)
        service.apply_roster(session, COURSE, [row], NOON, seed=1, reach=EVERYBODY)
    assert email_of(app, "LEC001") == "new@example.org"
