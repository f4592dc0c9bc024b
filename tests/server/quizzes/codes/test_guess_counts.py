"""PINs, words and codes are guessed so often and no more, and nobody is kept out by who guesses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from server import create_app
from server.config import Config
from server.quizzes.codes.guess_limits import CODE, DEVICE, NETWORK, WINDOW, Budget, wait_for
from server.quizzes.codes.join_code import word_at
from server.quizzes.models import Room
from server.web import services
from tests.server.builders import NOON
from tests.server.conftest import Browser, Clock
from tests.server.quizzes.conftest import Phone, Remote

WRONG = "000000"
budgets = st.sampled_from([CODE, DEVICE, NETWORK])


@given(st.lists(st.integers(0, 1200), max_size=400), budgets)
def test_nobody_waits_longer_than_the_longest(ago_s: list[int], budget: Budget):
    wait = wait_for([NOON - timedelta(seconds=s) for s in ago_s], budget, NOON)
    assert timedelta() <= wait <= timedelta(seconds=budget.longest_s)
    assert not wait or len(ago_s) >= budget.tries


@given(budgets)
def test_whoever_never_tires_guesses_so_many_times_in_a_window(budget: Budget):
    wrong, now = [], NOON
    while now < NOON + 3 * WINDOW:
        wait = wait_for(wrong, budget, now)
        if wait:
            now += wait
        else:
            wrong.append(now)
            now += timedelta(milliseconds=100)
    most = max(sum(start <= one < start + WINDOW for one in wrong) for start in wrong)
    assert most <= budget.tries + WINDOW.total_seconds() / budget.longest_s + 8


def a_phone(app: Flask, pin: str, address: str = "10.0.0.1") -> Phone:
    """One that has opened the page of joining, as phones do."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    client.get("/live")
    return Phone(client, pin)


def too_many(answer: TestResponse) -> bool:
    if answer.status_code != 429:
        return False
    assert answer.get_json()["slug"] == "too-many-guesses"
    assert answer.headers["Retry-After"] in answer.get_json()["detail"]
    return True


def guess_pins(phone: Phone, times: int) -> None:
    for _ in range(times):
        assert phone.client.get(f"/live/{WRONG}").status_code == 404


def test_a_phone_that_guesses_pins_has_to_wait(
    app: Flask, remote: Remote, person: Callable[..., Any], clock: Clock
):
    person("ABC123")
    phone = a_phone(app, remote.pin)
    guess_pins(phone, DEVICE.tries)
    assert too_many(phone.join("ABC123"))
    assert phone.client.get(f"/live/{remote.pin}").status_code == 429
    assert phone.client.get(f"/live?pin={remote.pin}").status_code == 429
    clock.pass_by(seconds=DEVICE.first_s)
    assert phone.join("ABC123").status_code == 201


def test_who_guesses_learns_nothing_by_another_door(app: Flask, remote: Remote):
    phone = a_phone(app, remote.pin)
    guess_pins(phone, DEVICE.tries)
    token = {"Authorization": "Bearer play_x"}
    for pin in (remote.pin, WRONG):
        for door in ("state", "events"):
            assert too_many(phone.client.get(f"/api/v1/live/{pin}/{door}", headers=token))


@pytest.mark.slow
def test_one_phone_keeps_no_other_out(app: Flask, remote: Remote, person: Callable[..., Any]):
    person("ABC123")
    guesser, other = a_phone(app, remote.pin), a_phone(app, remote.pin)
    guess_pins(guesser, DEVICE.tries)
    bare = app.test_client()
    bare.environ_base["REMOTE_ADDR"] = "10.0.0.1"
    statuses = [
        bare.post(f"/api/v1/live/{WRONG}/join", json={}).status_code for _ in range(NETWORK.tries + 1)
    ]
    assert statuses == [404] * NETWORK.tries + [429]
    assert other.join("ABC123").status_code == 201


@pytest.fixture
def second_process(config: Config, clock: Clock) -> Iterator[Flask]:
    """Another web process on the same database."""
    app = create_app(config, clock=clock)
    yield app
    services(app).close()


def test_processes_count_together(app: Flask, second_process: Flask, remote: Remote):
    phone = a_phone(app, remote.pin)
    guess_pins(phone, DEVICE.tries)
    there = second_process.test_client()
    cookie = phone.client.get_cookie("hazi-device")
    assert cookie is not None
    there.set_cookie("hazi-device", cookie.value)
    assert too_many(there.post(f"/api/v1/live/{remote.pin}/join", json={"neptun": "ABC123"}))


@pytest.fixture
def hall(open_room: Callable[..., Remote], app: Flask, clock: Clock) -> tuple[Remote, Callable[[], str]]:
    """A room that asks for the word, and what the projector shows."""
    room = open_room(word=True)
    with services(app).database.read() as session:
        seed = session.query(Room.seed).filter(Room.pin == room.pin).scalar()
    return room, lambda: word_at(seed, clock())


def test_words_are_not_guessed_by_one_phone(
    hall: tuple[Remote, Callable[[], str]], app: Flask, person: Callable[..., Any], clock: Clock
):
    room, word = hall
    person("ABC123")
    phone, other = a_phone(app, room.pin), a_phone(app, room.pin)
    for number in range(DEVICE.tries):
        assert phone.join(f"AAA{number:03}", word="wrong").status_code == 403
    assert too_many(phone.join("ABC123", word=word()))
    assert other.join("ABC123", word=word()).status_code == 201


def test_words_are_not_guessed_for_one_code_by_many_phones(
    hall: tuple[Remote, Callable[[], str]], app: Flask, student: Browser
):
    room, word = hall
    for number in range(CODE.tries):
        assert a_phone(app, room.pin, f"10.6.6.{number}").join("ABC123", word="wrong").status_code == 403
    assert too_many(a_phone(app, room.pin).join(" abc123 ", word=word()))
    answer = student.client.post(
        f"/api/v1/live/{room.pin}/join", json={"word": word()}, headers={"X-CSRFToken": student.csrf_token()}
    )
    assert answer.status_code == 201, answer.text


def test_who_is_in_comes_back_whoever_guesses(
    hall: tuple[Remote, Callable[[], str]], app: Flask, person: Callable[..., Any]
):
    room, word = hall
    person("ABC123")
    phone = a_phone(app, room.pin)
    assert phone.join("ABC123", word=word()).status_code == 201
    for number in range(CODE.tries):
        a_phone(app, room.pin, f"10.6.6.{number}").join("ABC123", word="wrong")
    assert phone.join("ABC123").status_code == 201
