"""Pages of accounts, as a browser meets them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.accounts.invitations import invite
from server.person import Person
from server.web import services
from tests.server.builders import COURSE, PASSWORD, a_person
from tests.server.conftest import Browser, Clock

LINK = re.compile(r"http://localhost(/invitation/[\w-]{43})\b")
ROSTER = "Neptun kód;Név;E-mail\nNEW001;Új Emese;emese@example.org\nnonsense;x;\n"
NEW_PASSWORD = "another long password"


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """Nobody is signed in."""
    return Browser(app)


def name_of(browser: Browser) -> str | None:
    """Who is signed in."""
    answer = browser.get("/api/v1/me")
    return answer.get_json()["neptun"] if answer.status_code == 200 else None


def invitation(app: Flask, neptun: str) -> str:
    with services(app).database.write() as session:
        [slip] = invite(session, COURSE, [neptun], services(app).clock())
    return f"/invitation/{slip.key}"


def test_signing_in_leads_to_where_one_was_going(stranger: Browser, person: Callable[..., Person]):
    person("ABC123")
    answer = stranger.get("/account")
    assert answer.location == "/login?next=/account"
    answer = stranger.sign_in("abc123", next="/account")
    assert answer.location == "/account"
    assert name_of(stranger) == "ABC123"


def test_signing_in_never_leads_elsewhere(stranger: Browser, person: Callable[..., Person]):
    person("ABC123")
    assert stranger.sign_in("ABC123", next="https://evil.example").location == "/"


def test_a_wrong_password_keeps_the_code_and_says_so(stranger: Browser, person: Callable[..., Person]):
    person("ABC123")
    answer = stranger.sign_in("ABC123", "wrong")
    assert answer.status_code == 401
    assert 'value="ABC123"' in answer.text
    assert 'value="wrong"' not in answer.text
    assert name_of(stranger) is None


def test_the_sixth_wrong_password_must_wait(stranger: Browser, person: Callable[..., Person], clock: Clock):
    person("ABC123")
    for _ in range(5):
        stranger.sign_in("ABC123", "wrong")
    answer = stranger.sign_in("ABC123")
    assert answer.status_code == 429
    clock.pass_by(seconds=15)
    assert stranger.sign_in("ABC123").status_code == 302


def test_a_session_planted_before_signing_in_is_worth_nothing(app: Flask, person: Callable[..., Person]):
    """Whoever knows the cookie from before must not be the victim afterwards."""
    person("ABC123")
    victim, attacker = Browser(app), Browser(app)
    victim.csrf_token()
    planted = victim.client.get_cookie("hazi")
    assert planted is not None
    attacker.client.set_cookie("hazi", planted.value)
    victim.sign_in("ABC123")
    assert name_of(attacker) is None


def test_signing_out_ends_the_session_everywhere_it_was_copied(app: Flask, student: Browser):
    thief = Browser(app)
    cookie = student.client.get_cookie("hazi")
    assert cookie is not None
    thief.client.set_cookie("hazi", cookie.value)
    assert name_of(thief) == "ABC123"
    student.post("/logout")
    assert name_of(thief) is None
    assert name_of(student) is None


def test_a_visit_ends_after_eight_idle_hours(student: Browser, clock: Clock):
    clock.pass_by(hours=7)
    assert name_of(student) == "ABC123"
    clock.pass_by(hours=8)
    assert name_of(student) is None


def test_an_invitation_leads_into_the_course(app: Flask, stranger: Browser, person: Callable[..., Person]):
    person("NEW001", name="Új Emese", password=None)
    link = invitation(app, "NEW001")
    assert "Új Emese" in stranger.get(link).text
    answer = stranger.post(link, {"password": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 302
    assert name_of(stranger) == "NEW001"
    assert Browser(app).get(link).status_code == 404


@pytest.mark.parametrize(("password", "again"), [("short", "short"), (PASSWORD, PASSWORD + "x"), ("", "")])
def test_a_bad_password_leaves_the_invitation_open(
    app: Flask, stranger: Browser, person: Callable[..., Person], password: str, again: str
):
    person("NEW001", password=None)
    link = invitation(app, "NEW001")
    assert stranger.post(link, {"password": password, "again": again}).status_code == 422
    assert stranger.get(link).status_code == 200


def test_a_new_password_signs_out_everywhere_else(app: Flask, student: Browser):
    elsewhere = Browser(app)
    elsewhere.sign_in("ABC123")
    form = {"action": "password", "current": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert student.post("/account", form).status_code == 302
    assert (name_of(student), name_of(elsewhere)) == ("ABC123", None)
    assert elsewhere.sign_in("ABC123").status_code == 401
    assert elsewhere.sign_in("ABC123", NEW_PASSWORD).status_code == 302


def test_a_new_password_ends_every_program(
    student: Browser, client: FlaskClient, token: Callable[[str], dict[str, str]]
):
    headers = token("ABC123")
    form = {"action": "password", "current": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    answer = student.post("/account", form, follow_redirects=True)
    assert "your access tokens are revoked" in answer.text
    assert client.get("/api/v1/me", headers=headers).get_json()["slug"] == "token-invalid"


def test_changing_the_password_needs_the_current_one(app: Flask, student: Browser):
    form = {"action": "password", "current": "guess", "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert student.post("/account", form).status_code == 401
    assert Browser(app).sign_in("ABC123").status_code == 302


def test_a_new_token_is_shown_once(student: Browser):
    page = student.post("/account", {"action": "token", "name": "laptop"}).text
    [key] = set(re.findall(r"hazi_[\w-]{43}", page))
    again = student.get("/account").text
    assert key not in again
    assert "laptop" in again
    assert student.client.get("/api/v1/me", headers={"Authorization": f"Bearer {key}"}).status_code == 200


def test_a_token_is_revoked_by_its_owner(
    app: Flask, student: Browser, token: Callable[[str], dict[str, str]]
):
    headers = token("ABC123")
    [info] = app.test_client().get("/api/v1/tokens", headers=headers).get_json()["tokens"]
    student.post("/account", {"action": "revoke", "token": str(info["id"])})
    assert app.test_client().get("/api/v1/me", headers=headers).status_code == 401


@pytest.mark.parametrize("number", ["999", "x", "-1", "9" * 30])
def test_a_token_that_is_not_there_cannot_be_revoked(student: Browser, number: str):
    assert student.post("/account", {"action": "revoke", "token": number}).status_code == 404


def test_a_nickname_is_changed_or_refused(student: Browser):
    student.post("/account", {"action": "nickname", "nickname": "Gradiens Róka"})
    assert student.get("/api/v1/me").get_json()["nickname"] == "Gradiens Róka"
    answer = student.post("/account", {"action": "nickname", "nickname": "I am ABC123"})
    assert answer.status_code == 422
    assert "I am ABC123" in answer.text


def test_the_language_is_remembered(student: Browser):
    assert '<html lang="en"' in student.get("/account").text
    student.post("/language", {"language": "hu", "next": "/account"})
    assert student.get("/api/v1/me").get_json()["language"] == "hu"


def test_a_stranger_may_choose_a_language_too(stranger: Browser):
    assert stranger.post("/language", {"language": "hu", "next": "/login"}).location == "/login"
    with stranger.client.session_transaction() as visit:
        assert visit["language"] == "hu"


def test_a_language_can_be_chosen_after_the_visit_has_ended(student: Browser, clock: Clock):
    form = {"csrf_token": student.csrf_token(), "language": "hu", "next": "/login"}
    clock.pass_by(hours=9)
    answer = student.client.post("/language", data=form)
    assert (answer.status_code, answer.location) == (302, "/login")
    assert '<html lang="hu"' in student.get("/login").text


def test_an_unknown_language_is_refused(stranger: Browser):
    assert stranger.post("/language", {"language": "xx"}).status_code == 422


def test_a_roster_is_shown_before_it_is_taken(lecturer: Browser):
    file = (io.BytesIO(ROSTER.encode("cp1250")), "roster.csv")
    preview = lecturer.post("/people/import", {"file": file}).text
    assert "Új Emese" in preview
    assert "NONSENSE" in preview
    assert "NEW001" not in lecturer.get("/people").text
    found = re.search(r"<textarea[^>]*>([^<]*)</textarea>", preview)
    assert found is not None
    answer = lecturer.post("/people/import", {"text": found[1], "apply": "1"})
    assert answer.status_code == 302
    assert "NEW001" in lecturer.get("/people").text


def test_a_file_that_is_no_roster_is_refused(lecturer: Browser):
    file = (io.BytesIO(b"GIF89a"), "roster.csv")
    assert lecturer.post("/people/import", {"file": file}).status_code == 422
    assert lecturer.post("/people/import").status_code == 422


def test_printed_links_work(app: Flask, lecturer: Browser, person: Callable[..., Person]):
    person("NEW001", password=None)
    sheet = lecturer.post("/people/invitations", {"everybody": "1"}).text
    [link] = LINK.findall(sheet)
    assert Browser(app).get(link).status_code == 200


def test_somebody_who_lost_the_password_gets_a_link(lecturer: Browser, person: Callable[..., Person]):
    person("ABC123")
    assert len(LINK.findall(lecturer.post("/people/invitations", {"neptun": "ABC123"}).text)) == 1


def test_inviting_nobody_is_refused(lecturer: Browser):
    assert lecturer.post("/people/invitations").status_code == 422


def test_names_are_never_markup(app: Flask, lecturer: Browser):
    with services(app).database.write() as session:
        a_person(session, "EVIL01", "<script>alert(1)</script>")
    assert "<script>alert" not in lecturer.get("/people").text


def test_an_inactive_visit_is_only_touched_now_and_then(student: Browser, clock: Clock):
    """Twenty visits five hours apart keep a session alive although each is a rare write."""
    for _ in range(20):
        clock.pass_by(hours=5)
        assert name_of(student) == "ABC123"
    clock.moment += timedelta(days=7)
    assert name_of(student) is None
