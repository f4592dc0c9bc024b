"""Playing a room's questions again: when, by whom, in which order, and what it is worth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from server.accounts.service import find_person
from server.quizzes.room.replay_policy import MOST_ATTEMPTS, Progress, capped
from server.quizzes.room.rooms import opaque_key
from server.quizzes.service import quiz_credits
from server.web import read, services
from tests.server.builders import COURSE
from tests.server.conftest import Browser, Clock
from tests.server.quizzes.conftest import Phone, Remote, seed_of

RIGHT = {"relu": "0", "shape": "64x1x28x28", "nonlinear": False}
WRONG = {"relu": "-2", "shape": "1", "nonlinear": True}
NAMES = {"single": "relu", "shape": "shape", "true-false": "nonlinear"}
UNTIL = "2027-01-31T22:00:00Z"
PLACES = st.lists(st.integers(0, 30), unique=True, min_size=1, max_size=6).map(sorted)


class Again:
    """A student's page of a replay."""

    def __init__(self, client: FlaskClient, pin: str, headers: dict[str, str]) -> None:
        self.client, self.path, self.headers = client, f"/api/v1/live/{pin}/replay", headers
        self.pin = pin

    def see(self, query: str = "") -> dict[str, Any]:
        answer = self.client.get(self.path + query, headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    def answer(self, answers: dict[str, Any], question: str = "", attempt: int = 1) -> TestResponse:
        """Answer the question whose turn it is, or the one named."""
        seen = self.see(f"?attempt={attempt}")
        current = NAMES[seen["question"]["type"]] if seen["question"] else ""
        asked = question or current
        wish = answers[asked]
        if asked == current == "relu":
            wish = seen["question"]["options"].index(wish)
        body = {"answer": wish, "attempt": attempt}
        path = f"{self.path}/{self.key(asked, attempt)}"
        return self.client.put(path, json=body, headers=self.headers)

    def key(self, question: str, attempt: int = 1) -> str:
        """What the page calls a question in an attempt."""
        app, neptun = (
            self.client.application,
            self.client.get("/api/v1/me", headers=self.headers).get_json()["neptun"],
        )
        with services(app).database.read() as session:
            who = find_person(session, COURSE, neptun)
        assert who is not None
        return opaque_key(seed_of(app, self.pin), "replay", who.id, attempt, question)

    def play(self, answers: dict[str, Any], attempt: int = 1) -> dict[str, Any]:
        """All questions; where the student stands then."""
        for _question in range(3):
            answered = self.answer(answers, attempt=attempt)
            assert answered.status_code == 200, answered.text
        return self.see()


@pytest.fixture
def over(open_room: Callable[..., Remote]) -> Callable[..., Remote]:
    """A room that was played to its end: `over(replay_cap=0.5)`."""

    def played(**policy: Any) -> Remote:  # noqa: ANN401
        remote = open_room(replay_until=UNTIL, **policy)
        for _question in range(3):
            remote.ask()
            remote.close()
        assert remote.press("end").status_code == 200
        return remote

    return played


@pytest.fixture
def again(
    app: Flask, person: Callable[..., Any], token: Callable[[str], dict[str, str]]
) -> Callable[..., Again]:
    """A student's page: `again(remote)`."""

    def opened(remote: Remote, neptun: str = "ABC123", *, known: bool = False) -> Again:
        if not known:
            person(neptun)
        return Again(app.test_client(), remote.pin, token(neptun))

    return opened


def credit_of(app: Flask) -> float | None:
    """What the gradebook has for the one student of the test."""
    with app.test_request_context(), read() as session:
        (quiz,) = quiz_credits(session, COURSE)
    return next(iter(quiz.credits.values()), None)


@given(asked=PLACES, done=st.sets(st.integers(0, 30)))
def test_next_question_is_the_first_without_an_answer(asked: list[int], done: set[int]):
    left = [place for place in asked if place not in done]
    assert Progress(asked, {1: frozenset(done)}).next_index(1) == (left[0] if left else None)


@given(asked=PLACES, attempts=st.integers(1, MOST_ATTEMPTS))
def test_only_a_whole_attempt_is_followed_by_another(asked: list[int], attempts: int):
    whole = Progress(asked, dict.fromkeys(range(1, attempts + 1), frozenset(asked)))
    begun = Progress(asked, {**whole.answered, attempts: frozenset(asked[1:])})
    assert whole.may_begin(attempts + 1) == (attempts < MOST_ATTEMPTS)
    assert not begun.may_begin(attempts + 1)


@given(share=st.floats(0, 1), cap=st.floats(0, 1))
def test_replay_never_gives_more_than_its_cap(share: float, cap: float):
    assert capped(share, cap) == min(share, cap)


def test_replay_brings_at_most_its_cap(app: Flask, over: Callable[..., Remote], again: Callable[..., Again]):
    seen = again(over(replay_cap=0.4)).play(RIGHT)
    assert (seen["credit"], seen["earned"], credit_of(app)) == (1, 0.4, 0.4)


def test_replay_takes_no_credit_away(
    app: Flask, open_room: Callable[..., Remote], person: Callable[..., Any], again: Callable[..., Again]
):
    remote = open_room(replay_until=UNTIL)
    person("ABC123")
    knows = Phone(app.test_client(), remote.pin)
    knows.join("ABC123")
    for _question in range(3):
        remote.ask()
        name = NAMES[knows.see()["question"]["type"]]
        answer = knows.choose(name, "0") if name == "relu" else knows.answer(name, RIGHT[name])
        assert answer.status_code == 200, answer.text
        remote.close()
    remote.press("end")
    assert credit_of(app) == 1
    assert again(remote, known=True).play(WRONG)["credit"] == 0
    assert credit_of(app) == 1


def test_second_attempt_is_practice(app: Flask, over: Callable[..., Remote], again: Callable[..., Again]):
    mine = again(over(replay_cap=0.4))
    assert mine.play(WRONG)["credit"] == 0
    assert mine.play(RIGHT, attempt=2)["credit"] == 1
    assert credit_of(app) == 0


def test_first_answer_stays_and_is_told_again(over: Callable[..., Remote], again: Callable[..., Again]):
    mine = again(over())
    first = mine.answer(RIGHT)
    repeated = mine.answer(WRONG, question="relu")
    assert first.get_json()["credit"] == repeated.get_json()["credit"] == 1
    assert mine.see()["number"] == 2


def test_only_the_question_whose_turn_it_is_is_taken(
    over: Callable[..., Remote], again: Callable[..., Again]
):
    answer = again(over()).answer(RIGHT, question="shape")
    assert (answer.status_code, answer.get_json()["slug"]) == (409, "not-this-question")


def test_right_answers_are_told_only_after_one_s_own(
    over: Callable[..., Remote], again: Callable[..., Again]
):
    mine = again(over())
    seen = mine.see()
    assert seen["review"] == []
    assert seen["question"].keys() == {"type", "text", "seconds", "options"}
    assert "explanation" in mine.answer(RIGHT).get_json()["answered"]


def test_nothing_is_replayed_before_the_room_is_over(
    open_room: Callable[..., Remote], again: Callable[..., Again]
):
    mine = again(open_room(replay_until=UNTIL))
    answer = mine.client.get(mine.path, headers=mine.headers)
    assert (answer.status_code, answer.get_json()["slug"]) == (404, "no-replay")


def test_replay_without_a_date_is_refused(open_room: Callable[..., Remote], again: Callable[..., Again]):
    remote = open_room()
    remote.press("end")
    mine = again(remote)
    assert mine.client.get(mine.path, headers=mine.headers).status_code == 404


def test_answer_after_the_date_is_too_late(
    clock: Clock, over: Callable[..., Remote], again: Callable[..., Again]
):
    mine = again(over())
    clock.moment = clock.moment.replace(
        year=2027, month=1, day=31, hour=22, minute=0, second=1, microsecond=0
    )
    answer = mine.answer(RIGHT, question="relu")
    assert (answer.status_code, answer.get_json()["late_by_ms"]) == (409, 1000)
    assert not mine.see()["open"]


def test_answer_of_the_wrong_kind_is_refused_and_not_kept(
    over: Callable[..., Remote], again: Callable[..., Again]
):
    mine = again(over())
    body = {"answer": "a shoe"}
    answer = mine.client.put(f"{mine.path}/{mine.key('relu')}", json=body, headers=mine.headers)
    assert answer.get_json()["slug"] == "malformed-answer"
    assert mine.see()["number"] == 1


def test_ruling_marks_replays_anew(app: Flask, over: Callable[..., Remote], again: Callable[..., Again]):
    remote = over(replay_cap=1)
    again(remote).play({**RIGHT, "shape": "(64, 28, 28)"})
    assert credit_of(app) == 0.75, "weights are 1, 1 and 2"
    remote.post("rulings", {"question": "shape", "kind": "accept", "value": "(64, 28, 28)"})
    assert credit_of(app) == 1


def test_replay_gives_nothing_where_nobody_s_credit_counts(
    app: Flask, over: Callable[..., Remote], again: Callable[..., Again]
):
    assert again(over(counts="nobody")).play(RIGHT)["earned"] is None
    assert credit_of(app) is None


def test_who_was_sent_out_may_not_play_again(
    open_room: Callable[..., Remote], app: Flask, person: Callable[..., Any], again: Callable[..., Again]
):
    remote = open_room(replay_until=UNTIL)
    person("ABC123")
    one = Phone(app.test_client(), remote.pin)
    one.join("ABC123")
    (player,) = remote.browser.client.get(f"/api/v1/live/{remote.pin}/desk").get_json()["people"]["players"]
    remote.post(f"players/{player['id']}", {"kicked": True})
    remote.press("end")
    mine = again(remote, known=True)
    assert mine.client.get(mine.path, headers=mine.headers).get_json()["slug"] == "kicked"


def test_lecturer_allows_a_replay_afterwards(remote: Remote, lecturer: Browser, student: Browser):
    remote.press("end")
    answer = lecturer.post(
        f"/live/{remote.pin}/replay", {"replay_until": "2027-01-31T23:59", "replay_cap": "60"}
    )
    assert answer.status_code == 302
    assert "Play it again" in student.get("/live").text
    assert "at most 60" in student.get(f"/live/{remote.pin}/replay").text


@pytest.mark.parametrize(
    "fields",
    [
        {"replay_until": "tomorrow", "replay_cap": "50"},
        {"replay_until": "9999-12-31T23:59", "replay_cap": "50"},
        {"replay_until": "2027-01-31T23:59", "replay_cap": "nan"},
        {"replay_until": "2027-01-31T23:59", "replay_cap": "101"},
    ],
)
def test_wrong_date_or_share_is_refused(remote: Remote, lecturer: Browser, fields: dict[str, str]):
    assert lecturer.post(f"/live/{remote.pin}/replay", fields).status_code == 422


def test_room_is_opened_as_the_form_says(published: str, lecturer: Browser):
    form = {"counts": "signed-in", "game": "none", "word": "1", "replay_until": "", "replay_cap": "50"}
    answer = lecturer.post(f"/quizzes/{published}/open", form)
    pin = answer.headers["Location"].split("/")[-2]
    page = lecturer.client.get(f"/live/{pin}").text
    assert "The word on the projector" in page


def test_results_name_who_played_again(over: Callable[..., Remote], again: Callable[..., Again]):
    remote = over()
    again(remote).play(RIGHT)
    assert "ABC123" in remote.browser.get(f"/live/{remote.pin}/results").text
    assert "ABC123" in remote.browser.get(f"/live/{remote.pin}/results.csv").text
