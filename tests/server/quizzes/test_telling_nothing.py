"""Whoever types a code learns nothing about whose it is, and no screen tells the key before the reveal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from server.quizzes.models import DoorRequest, Player
from server.web import services
from tests.server.conftest import Browser, Clock
from tests.server.quizzes.conftest import Phone, Remote

Joined = Callable[..., Phone]
# Of nobody, one edit away from nobody's and from somebody's, playing, sent out, and staff's that plays.
CODES = ["QQQQQQ", "ABC124", "ABC123", "XYZ789", "LEC001"]
HEADERS = ("Set-Cookie", "Content-Length", "X-Request-Id", "Date")  # what differs each time, or as much


@pytest.fixture
def busy(remote: Remote, phone: Joined, app: Flask) -> Remote:
    """A room with a player, one who was sent out, and the lecturer on a phone."""
    phone("ABC123")
    phone("XYZ789")
    phone("LEC001", known=True)
    with services(app).database.read() as session:
        out = session.scalar(select(func.max(Player.id)).where(Player.id == 2))
    assert remote.post(f"players/{out}", {"kicked": True}).status_code == 204
    return remote


def told(phone: Phone, typed: str, **body: Any) -> Iterator[object]:  # noqa: ANN401
    """All that a phone can find out: the answer, its shape, and what its key is good for."""
    joined = phone.join(typed, **body)
    yield _shape(joined)
    headers = {"Authorization": f"Bearer {phone.token}"}
    for door in ("state", "events", "replay"):
        yield _shape(phone.client.get(f"/api/v1/live/{phone.pin}/{door}", headers=headers))
    yield _shape(phone.answer("relu", 0))
    yield _shape(phone.join(typed, **body))


def _shape(answer: TestResponse) -> object:
    found = answer.get_json()
    if "token" in found:
        found["token"] = [len(part) for part in found["token"].split(".")]
    kept = sorted((name, value) for name, value in answer.headers if name not in HEADERS)
    return answer.status_code, found, kept


def learnt(app: Flask, pin: str, **body: Any) -> list[list[object]]:  # noqa: ANN401
    return [list(told(Phone(app.test_client(), pin), code, **body)) for code in CODES]


def test_every_code_that_cannot_come_in_looks_the_same(busy: Remote, app: Flask):
    first, *others = learnt(app, busy.pin)
    assert others == [first] * len(others)
    assert first[0][:2] == (202, {"token": [48, 10, 43], "nickname": None, "waiting": True})  # type: ignore[index]


def test_a_locked_room_answers_everybody_alike(busy: Remote, app: Flask, person: Callable[..., Any]):
    person("FREE01")
    busy.post("lock", {"locked": True})
    codes = [*CODES, "FREE01"]
    answers = [_shape(Phone(app.test_client(), busy.pin).join(code)) for code in codes]
    assert answers == [answers[0]] * len(codes)
    assert answers[0][0] == 403  # type: ignore[index]


def test_a_room_that_is_over_answers_everybody_alike(busy: Remote, app: Flask, person: Callable[..., Any]):
    person("FREE01")
    busy.press("end")
    busy.clock.pass_by(seconds=5)
    codes = [*CODES, "FREE01"]
    answers = [_shape(Phone(app.test_client(), busy.pin).join(code)) for code in codes]
    assert answers == [answers[0]] * len(codes)
    assert answers[0][0] == 404  # type: ignore[index]


def test_who_guesses_codes_waits_alike(busy: Remote, app: Flask):
    statuses = []
    for code in CODES:
        phone = Phone(app.test_client(), busy.pin)
        phone.client.get("/live")
        statuses.append([phone.join(code).status_code for _ in range(12)])
    assert statuses == [statuses[0]] * len(CODES)
    assert 429 in statuses[0]


def test_a_word_is_asked_for_whatever_the_code(
    open_room: Callable[..., Remote], app: Flask, person: Callable[..., Any]
):
    room = open_room(word=True)
    person("ABC123")
    for _ in range(2):
        first, *others = learnt(app, room.pin, word="wrong")
        assert others == [first] * len(others)


def test_only_a_player_is_knocked_for(busy: Remote, app: Flask):
    learnt(app, busy.pin)
    with services(app).database.read() as session:
        kinds = [
            (one.kind, one.typed) for one in session.scalars(select(DoorRequest).order_by(DoorRequest.typed))
        ]
    assert kinds == [("device", "ABC123"), ("near", "ABC124"), ("device", "LEC001")]


def test_a_key_that_waits_is_good_for_its_room_and_a_while(
    open_room: Callable[..., Remote], app: Flask, clock: Clock
):
    here, there = open_room(), open_room()
    phone = Phone(app.test_client(), here.pin)
    phone.join("QQQQQQ")
    headers = {"Authorization": f"Bearer {phone.token}"}
    doors = [f"/api/v1/live/{pin}/state" for pin in (here.pin, there.pin)]
    assert [app.test_client().get(door, headers=headers).status_code for door in doors] == [409, 401]
    clock.pass_by(minutes=16)
    assert app.test_client().get(doors[0], headers=headers).status_code == 401


@pytest.mark.parametrize("made_up", ["x", "a.1.b", "a.b.c", "\u0301" * 50, "x" * 300, "..", "1.9999999999.x"])
def test_made_up_keys_wait_for_nothing(remote: Remote, app: Flask, made_up: str):
    headers = {"Authorization": f"Bearer play_{made_up}".encode().decode("latin-1")}
    answer = app.test_client().get(f"/api/v1/live/{remote.pin}/state", headers=headers)
    assert (answer.status_code, answer.get_json()["slug"]) == (401, "not-joined")


def test_who_signs_in_comes_in_whatever_others_did(remote: Remote, app: Flask, student: Browser):
    assert Phone(app.test_client(), remote.pin).join("ABC123").status_code == 201
    learnt(app, remote.pin)
    answer = student.client.post(
        f"/api/v1/live/{remote.pin}/join", json={}, headers={"X-CSRFToken": student.csrf_token()}
    )
    assert answer.status_code == 201
