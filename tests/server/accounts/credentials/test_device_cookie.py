"""The cookie that says where somebody has signed in before: what it is good for, and what it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.http import parse_cookie

from server import create_app
from server.accounts.models import LoginFailure
from server.accounts.throttle import STRANGERS_TRIES, State
from server.config import Config
from server.web import services
from tests.server.builders import NOON, PASSWORD
from tests.server.conftest import Browser, Clock

People = Callable[..., Any]


def attack(app: Flask, neptun: str = "ABC123") -> None:
    """Many networks have guessed this password all day long."""
    with services(app).database.write() as session:
        for number in range(STRANGERS_TRIES):
            place = f"10.6.6.{number}"
            session.add(LoginFailure(neptun=neptun, network=place, at=NOON, state=State.WRONG))


def device_of(browser: Browser) -> str:
    cookie = browser.client.get_cookie("hazi-device")
    return cookie.value if cookie else ""


@pytest.fixture
def student(app: Flask, person: People) -> Browser:
    """ABC123's browser, in which the form was used."""
    person("ABC123")
    browser = Browser(app)
    assert browser.sign_in("ABC123").status_code == 302
    return browser


def test_the_owner_gets_in_where_strangers_have_to_wait(app: Flask, student: Browser):
    attack(app)
    student.post("/logout")
    assert Browser(app).sign_in("ABC123").status_code == 429
    assert student.sign_in("ABC123").status_code == 302


def test_the_refusal_says_how_long_and_what_else_helps(app: Flask, student: Browser):
    attack(app)
    answer = Browser(app).sign_in("ABC123")
    assert "900" in answer.text
    assert "used" in answer.text


def test_setting_the_first_password_makes_the_browser_known(app: Flask, person: People, lecturer: Browser):
    person("NEW001", password=None)
    lecturer.post("/people/invitations", {"neptun": "NEW001"})
    made = lecturer.post("/people/invitations", {"neptun": "NEW001"}).text
    link = made[made.index("/invitation/") :].split('"')[0].split("<")[0].strip()
    browser = Browser(app)
    browser.post(link, {"password": PASSWORD, "again": PASSWORD})
    attack(app, "NEW001")
    browser.post("/logout")
    assert browser.sign_in("NEW001").status_code == 302


def test_the_cookie_lets_nobody_in(app: Flask, student: Browser):
    thief = Browser(app)
    thief.client.set_cookie("hazi-device", device_of(student))
    assert thief.get("/account").status_code == 302
    assert thief.client.get("/api/v1/me").status_code == 401


def test_a_browser_keeps_its_device(app: Flask, student: Browser):
    before = device_of(student)
    assert before
    student.post("/logout")
    student.sign_in("ABC123")
    assert device_of(student) == before


@pytest.mark.parametrize("made_up", ["x" * 43, "x.y", ""])
def test_a_made_up_device_is_replaced(app: Flask, person: People, made_up: str):
    person("ABC123")
    browser = Browser(app)
    browser.client.set_cookie("hazi-device", made_up)
    browser.sign_in("ABC123")
    assert device_of(browser) not in {"", made_up}


@pytest.fixture
def behind_tls(config: Config, clock: Clock) -> Iterator[Flask]:
    app = create_app(replace(config, public_url="https://localhost"), clock=clock)
    yield app
    services(app).close()


def test_scripts_and_other_sites_do_not_see_it(app: Flask, behind_tls: Flask):
    for one, name, secure in ((app, "hazi-device", False), (behind_tls, "__Host-hazi-device", True)):
        written = one.test_client().get("/live", base_url="https://localhost").headers.getlist("Set-Cookie")
        mine = next(cookie for cookie in written if cookie.startswith(f"{name}="))
        attributes = parse_cookie(mine)
        assert "HttpOnly" in mine
        assert attributes["SameSite"] == "Lax"
        assert attributes["Path"] == "/"
        assert int(attributes["Max-Age"]) == 400 * 24 * 3600
        assert ("Secure" in mine) is secure


def test_a_program_shows_the_device_that_it_was_given(app: Flask, person: People):
    person("ABC123")
    client = app.test_client()
    request = {"neptun": "ABC123", "password": PASSWORD}
    given = client.post("/api/v1/tokens", json=request).get_json()["device"]
    attack(app)
    assert client.post("/api/v1/tokens", json=request).status_code == 429
    again = client.post("/api/v1/tokens", json=request | {"device": given})
    assert again.status_code == 201
    assert again.get_json()["device"] == given
