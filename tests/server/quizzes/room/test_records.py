"""What of a game counts: changed afterwards, discarded, or ended by itself where nobody did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.quizzes.models import Room, RoomEvent, Round
from server.quizzes.room.records import RoomEnder
from server.quizzes.service import quiz_credits
from server.web import services
from tests.server.builders import COURSE
from tests.server.conftest import Browser, Clock
from tests.server.quizzes.conftest import Phone, Remote

Joined = Callable[..., Phone]


@pytest.fixture
def played(remote: Remote, phone: Joined) -> Remote:
    """One of its questions was asked, and answered right."""
    one = phone("ABC123")
    remote.ask()
    assert one.choose("relu", "0").status_code == 200
    remote.close()
    return remote


def credits_in(app: Flask) -> list[tuple[str, list[float]]]:
    with app.app_context(), services(app).database.read() as session:
        return _credits(session)


def _credits(session: Session) -> list[tuple[str, list[float]]]:
    return [(one.slug, list(one.credits.values())) for one in quiz_credits(session, COURSE)]


def traces(app: Flask, lecturer: Browser, pin: str) -> list[bool]:
    """Whether a room is in the gradebook, in participation and in its quiz's history."""
    weeks = lecturer.get("/quizzes/participation.csv").data.decode("utf-8-sig").splitlines()[0]
    history = lecturer.get("/quizzes/week-1/history").text
    return [bool(credits_in(app)), "Week 1" in weeks or "1. hét" in weeks, f"/live/{pin}/" in history]


def test_a_game_leaves_its_traces(app: Flask, played: Remote, lecturer: Browser):
    played.press("end")
    assert traces(app, lecturer, played.pin) == [True, True, True]


@pytest.mark.dialects
@pytest.mark.parametrize("is_over", [True, False])
def test_a_rehearsal_that_is_discarded_leaves_none(
    app: Flask, played: Remote, lecturer: Browser, is_over: bool
):
    if is_over:
        played.press("end")
    assert played.post("counts", {"counts": "discarded"}).status_code == 204
    assert traces(app, lecturer, played.pin) == [False, False, False]
    assert "Discarded" in lecturer.get("/quizzes", headers={"Accept-Language": "en"}).text


def test_a_question_that_is_open_is_no_hindrance(remote: Remote, phone: Joined):
    one = phone("ABC123")
    remote.ask()
    assert remote.post("counts", {"counts": "discarded"}).status_code == 204
    assert one.see()["phase"] == "podium"


def test_a_question_that_is_open_is_closed_and_takes_no_answer(
    app: Flask, remote: Remote, phone: Joined, clock: Clock
):
    one, before = phone("ABC123"), phone("DEF456").see()["v"]
    remote.ask()
    remote.post("counts", {"counts": "discarded"})
    clock.pass_by(seconds=2)
    assert one.answer("relu", 0).status_code == 409
    assert one.see()["v"] > before
    with services(app).database.read() as session:
        [asked] = session.scalars(select(Round)).all()
        [room] = session.scalars(select(Room)).all()
        assert asked.closes_at == room.closes_at < clock()
        assert [one.verb for one in session.scalars(select(RoomEvent).order_by(RoomEvent.id))] == [
            "open", "question", "counts",
        ]  # fmt: skip


def test_what_was_discarded_is_taken_back_with_all_that_was_answered(
    app: Flask, played: Remote, lecturer: Browser
):
    played.press("end")
    before = credits_in(app)
    played.post("counts", {"counts": "discarded"})
    answer = lecturer.post(f"/live/{played.pin}/count", {"counts": "all"})
    assert answer.status_code == 302
    assert credits_in(app) == before


@pytest.mark.parametrize(
    ("counts", "earned"), [("signed-in", []), ("nobody", []), ("all", [pytest.approx(1)])]
)
def test_what_counts_is_changed_afterwards(app: Flask, played: Remote, counts: str, earned: list[float]):
    played.press("end")
    played.post("counts", {"counts": counts})
    assert credits_in(app) == [("week-1", earned)]


@pytest.mark.parametrize("counts", ["", "some", None, 1])
def test_what_can_count_is_one_of_four(played: Remote, counts: object):
    assert played.post("counts", {"counts": counts}).status_code == 422


def test_nobody_plays_a_discarded_game_again(app: Flask, open_room: Callable[..., Remote], student: Browser):
    remote = open_room(replay_until="2030-01-01T00:00:00Z")
    remote.ask()
    remote.close()
    remote.press("end")
    assert student.get(f"/live/{remote.pin}/replay").status_code == 200
    remote.post("counts", {"counts": "discarded"})
    assert student.get(f"/live/{remote.pin}/replay").status_code == 404
    remote.post("counts", {"counts": "all"})
    assert student.get(f"/live/{remote.pin}/replay").status_code == 200


def test_a_room_is_ended_from_the_lobby_and_was_no_game(app: Flask, remote: Remote, lecturer: Browser):
    assert remote.press("end").status_code == 200
    assert traces(app, lecturer, remote.pin) == [False, False, False]


@pytest.mark.dialects
def test_a_room_that_was_never_ended_is_ended_after_a_day(
    app: Flask, played: Remote, lecturer: Browser, clock: Clock
):
    ender = RoomEnder(services(app).database, clock)
    clock.pass_by(seconds=5 * 3600)
    assert "Still open" in lecturer.get("/quizzes", headers={"Accept-Language": "en"}).text
    clock.pass_by(seconds=18 * 3600)
    assert ender.look() == 0
    clock.pass_by(seconds=2 * 3600)
    assert ender.look() == 1
    assert ender.look() == 0
    assert credits_in(app) == [("week-1", [pytest.approx(1)])]


def test_a_room_in_use_is_not_ended(app: Flask, remote: Remote, phone: Joined, clock: Clock):
    phone("ABC123")
    clock.pass_by(seconds=timedelta(hours=6).total_seconds())
    remote.ask()
    clock.pass_by(seconds=timedelta(hours=20).total_seconds())
    assert RoomEnder(services(app).database, clock).look() == 0


def test_an_empty_room_that_was_forgotten_is_no_game(
    app: Flask, remote: Remote, lecturer: Browser, clock: Clock
):
    clock.pass_by(seconds=25 * 3600)
    assert RoomEnder(services(app).database, clock).look() == 1
    assert traces(app, lecturer, remote.pin) == [False, False, False]
