"""A published quiz, a room for it, and the people who play."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.quizzes.models import Room
from server.quizzes.room.rooms import KEY_LENGTH, opaque_key
from server.quizzes.service import sync_quizzes
from server.web import services
from tests.server.builders import COURSE, NOON
from tests.server.conftest import Browser, Clock

QUIZ = """\
slug = "week-1"
title = { en = "Week 1", hu = "1. hét" }

[[question]]
id = "relu"
type = "single"
text = { en = "What is ReLU(-2)?", hu = "Mennyi ReLU(-2)?" }
seconds = 20
options = [{ text = "0", correct = true }, "-2", "2", "0.2"]
explanation = { en = "Negative inputs become 0.", hu = "A negatív bemenetből 0 lesz." }

[[question]]
id = "shape"
type = "shape"
text = "Shape?"
shape = [64, 1, 28, 28]

[[question]]
id = "nonlinear"
type = "true-false"
text = "ReLU is linear."
correct = false
weight = 2
"""


def seed_of(app: Flask, pin: str) -> str:
    """The secret of a room, which no screen is sent."""
    with services(app).database.read() as session:
        seed: str = session.query(Room.seed).filter(Room.pin == pin).scalar()
        return seed


@dataclass
class Phone:
    """What a player's phone does."""

    client: FlaskClient
    pin: str
    token: str = ""

    def join(self, neptun: str = "", **body: Any) -> TestResponse:  # noqa: ANN401
        answer = self.client.post(f"/api/v1/live/{self.pin}/join", json={"neptun": neptun} | body)
        if answer.status_code < 300:
            self.token = answer.get_json()["token"]
        return answer

    def state(self, **options: Any) -> TestResponse:  # noqa: ANN401
        return self.client.get(f"/api/v1/live/{self.pin}/state", **options)

    def see(self) -> dict[str, Any]:
        answer = self.state()
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    def key(self, question: str) -> str:
        """What phones call a question: `relu`, or `relu.2` in its second vote."""
        name, _dot, vote = question.partition(".")
        return opaque_key(seed_of(self.client.application, self.pin), "round", name, int(vote or 1))

    def answer(self, question: str, answer: object, **body: Any) -> TestResponse:  # noqa: ANN401
        known = re.fullmatch(r"[a-z0-9-]+(\.\d)?", question) and len(question) != KEY_LENGTH
        path = f"/api/v1/live/{self.pin}/answers/{self.key(question) if known else question}"
        return self.client.put(path, json={"answer": answer} | body)

    def choose(self, question: str, text: str, **body: Any) -> TestResponse:  # noqa: ANN401
        """Tap the option that reads so."""
        options = self.see()["question"]["options"]
        return self.answer(question, options.index(text), **body)


@dataclass
class Remote:
    """What the lecturer's remote does."""

    browser: Browser
    clock: Clock
    pin: str
    token: str = ""

    def press(self, to: str, **body: Any) -> TestResponse:  # noqa: ANN401
        return self.post("advance", {"to": to} | body)

    def post(self, what: str, body: dict[str, Any]) -> TestResponse:
        self.token = self.token or self.browser.csrf_token()
        path = f"/api/v1/live/{self.pin}/{what}"
        return self.browser.client.post(path, json=body, headers={"X-CSRFToken": self.token})

    def ask(self) -> None:
        """Open the next question and wait until it is open."""
        answer = self.press("question")
        assert answer.status_code == 200, answer.text
        self.clock.pass_by(seconds=1.5)

    def close(self, then: str = "reveal") -> None:
        """Close the question, and go on when the last answer in flight has landed."""
        assert self.press("close").status_code == 200
        answer = self.press(then)
        assert answer.status_code == 200, answer.text
        self.clock.pass_by(seconds=2)

    def results(self) -> dict[str, Any]:
        answer = self.browser.client.get(f"/api/v1/live/{self.pin}/results")
        found: dict[str, Any] = answer.get_json()
        return found


@pytest.fixture
def quiz_folder(tmp_path: Path) -> Path:
    """A course's folder with one quiz."""
    folder = tmp_path / "course" / "quizzes"
    folder.mkdir(parents=True)
    (folder / "week-1.toml").write_text(QUIZ)
    return folder.parent


@pytest.fixture
def published(app: Flask, quiz_folder: Path) -> str:
    """The slug of a published quiz."""
    app_services = services(app)
    outcomes = sync_quizzes(
        app_services.database,
        app_services.store,
        quiz_folder,
        app_services.course.zone,
        NOON,
        course_id=COURSE,
    )
    assert [outcome.problem for outcome in outcomes] == [""]
    return outcomes[0].slug


@pytest.fixture
def open_room(lecturer: Browser, clock: Clock, published: str) -> Callable[..., Remote]:
    """Opens a room: `open_room(game="flat")`."""

    def opened(**policy: Any) -> Remote:  # noqa: ANN401
        path = f"/api/v1/quizzes/{published}/sessions"
        answer = lecturer.client.post(path, json=policy, headers={"X-CSRFToken": lecturer.csrf_token()})
        assert answer.status_code == 201, answer.text
        return Remote(lecturer, clock, answer.get_json()["pin"])

    return opened


@pytest.fixture
def remote(open_room: Callable[..., Remote]) -> Remote:
    """The remote of a room that is played as the quiz says."""
    return open_room()


@pytest.fixture
def phone(app: Flask, person: Callable[..., Any], remote: Remote) -> Callable[..., Phone]:
    """A phone that has joined: `phone("ABC123")` adds the student, too."""

    def joined(neptun: str, *, known: bool = False) -> Phone:
        if not known:
            person(neptun, password=None)
        one = Phone(app.test_client(), remote.pin)
        answer = one.join(neptun)
        assert answer.status_code == 201, answer.text
        return one

    return joined
