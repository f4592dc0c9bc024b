"""Answers: taken once, in time, and never lost or doubled."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from server import logs
from server.accounts.access import deactivate
from server.errors import Busy
from server.quizzes.models import Answer
from server.quizzes.room.answer_batches import AnswerBatches
from server.quizzes.room.answer_checks import SubmittedAnswer
from server.quizzes.room.answers import StoredAnswer
from server.web import services
from tests.logging_state import unchanged_logging
from tests.server.builders import COURSE, NOON
from tests.server.conftest import Clock
from tests.server.quizzes.conftest import Phone, Remote

Joined = Callable[..., Phone]
OpenRoom = Callable[..., Remote]


def problem(answer: Any) -> tuple[int, str]:  # noqa: ANN401
    return answer.status_code, answer.get_json()["slug"]


def stored(app: Flask) -> list[tuple[Any, int]]:
    with services(app).database.read() as session:
        return [(one.content, one.n) for one in session.scalars(select(Answer).order_by(Answer.id))]


def test_same_answer_again_changes_nothing(remote: Remote, phone: Joined, app: Flask):
    one = phone("ABC123")
    remote.ask()
    first, second = one.answer("relu", 1), one.answer("relu", 1)
    assert first.get_json() == second.get_json() == {"round": one.key("relu"), "n": 1, "saved": True}
    assert len(stored(app)) == 1


def test_later_answer_replaces_an_earlier_one(remote: Remote, phone: Joined, app: Flask):
    one = phone("ABC123")
    remote.ask()
    one.choose("relu", "-2", n=1)
    one.choose("relu", "0", n=2)
    assert stored(app) == [(0, 2)]


def test_answer_that_was_overtaken_is_told_so(remote: Remote, phone: Joined, app: Flask):
    one = phone("ABC123")
    remote.ask()
    one.choose("relu", "0", n=2)
    late = one.choose("relu", "-2", n=1)
    assert late.get_json() == {"round": one.key("relu"), "n": 2, "saved": False}
    assert stored(app) == [(0, 2)]


def test_first_answer_stands_where_none_may_be_changed(
    open_room: OpenRoom, person: Callable[..., Any], app: Flask
):
    room = open_room(change=False)
    person("ABC123")
    one = Phone(app.test_client(), room.pin)
    one.join("ABC123")
    room.ask()
    one.choose("relu", "-2", n=1)
    assert one.choose("relu", "0", n=2).get_json()["saved"] is False
    assert stored(app) == [(1, 1)]


def test_answer_in_flight_at_the_end_still_counts(remote: Remote, phone: Joined, clock: Clock):
    one = phone("ABC123")
    remote.ask()
    clock.pass_by(seconds=21.4)
    assert one.answer("relu", 0).status_code == 200


def test_answer_after_the_grace_is_told_by_how_much(remote: Remote, phone: Joined, clock: Clock, app: Flask):
    one = phone("ABC123")
    remote.ask()
    clock.pass_by(seconds=23)
    answer = one.answer("relu", 0)
    assert problem(answer) == (409, "too-late")
    assert answer.get_json()["late_by_ms"] == 3000
    assert stored(app) == []


def test_previous_question_takes_answers_in_flight_only(remote: Remote, phone: Joined, clock: Clock):
    one = phone("ABC123")
    remote.ask()
    remote.press("close")
    remote.press("question")
    assert one.answer("relu", 0).status_code == 200
    clock.pass_by(seconds=2)
    assert problem(one.answer("relu", 0, n=2)) == (409, "too-late")


@pytest.mark.parametrize(
    "question", ["shape", "relu.2", "no-such-question", "RELU", "%00", "relu%2F..", "💥"]
)
def test_question_that_is_not_asked_takes_nothing(remote: Remote, phone: Joined, question: str):
    one = phone("ABC123")
    remote.ask()
    answer = one.answer(question, 0)
    assert answer.status_code in {404, 409}


def test_nothing_is_taken_before_the_question_opens(remote: Remote, phone: Joined):
    one = phone("ABC123")
    remote.press("question")
    assert problem(one.answer("relu", 0)) == (409, "not-this-question")


def test_second_vote_is_a_round_of_its_own(remote: Remote, phone: Joined, clock: Clock, app: Flask):
    one = phone("ABC123")
    remote.ask()
    one.choose("relu", "-2")
    remote.press("close")
    clock.pass_by(seconds=2)
    remote.press("again")
    clock.pass_by(seconds=2)
    assert one.see()["round"] == one.key("relu.2")
    one.choose("relu.2", "0")
    remote.close()
    assert stored(app) == [(1, 1), (0, 1)]
    assert remote.results()["players"][0]["credit"] == 1, "the last vote counts"


@pytest.mark.parametrize(
    "body",
    [
        {"answer": "0"},
        {"answer": 99},
        {"answer": {"a": [1]}},
        {"answer": None},
    ],
)
def test_malformed_answer_is_refused(remote: Remote, phone: Joined, body: dict[str, Any]):
    one = phone("ABC123")
    remote.ask()
    assert problem(one.answer("relu", body["answer"])) == (422, "malformed-answer")


@pytest.mark.parametrize(
    "body", [{"n": 0}, {"n": "x"}, {"elapsed_ms": -1}, {"elapsed_ms": "nan"}, {"more": 1}, {"n": 10**9}]
)
def test_body_that_breaks_the_form_is_refused(remote: Remote, phone: Joined, body: dict[str, Any]):
    one = phone("ABC123")
    remote.ask()
    assert problem(one.answer("relu", 0, **body)) == (422, "bad-input")


def test_whoever_has_not_joined_answers_nothing(remote: Remote, app: Flask):
    remote.ask()
    assert problem(Phone(app.test_client(), remote.pin).answer("relu", 0)) == (401, "not-joined")


def test_machine_gun_is_slowed_down(remote: Remote, phone: Joined):
    one, other = phone("ABC123"), phone("XYZ789")
    remote.ask()
    assert any(one.answer("relu", 0, n=number + 1).status_code == 429 for number in range(300))
    assert other.answer("relu", 0).status_code == 200, "others at the same address are not slowed down"


def test_speed_is_counted_from_when_the_phone_drew_it(remote: Remote, phone: Joined, clock: Clock):
    slow_network, liar = phone("ABC123"), phone("XYZ789")
    remote.ask()
    clock.pass_by(seconds=10)
    slow_network.choose("relu", "0", elapsed_ms=9200, round_trip_ms=900)
    liar.choose("relu", "0", elapsed_ms=0, round_trip_ms=60_000)
    remote.close()
    assert slow_network.see()["me"]["earned"] == 770
    assert liar.see()["me"]["earned"] == 775, "a lie gains a second at most"


def test_hundred_phones_at_once_are_all_stored(remote: Remote, phone: Joined, app: Flask):
    phones = [phone(f"AAAA{number:02}") for number in range(40)]
    remote.ask()
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda one=one: statuses.append(one.answer("relu", 0).status_code))
        for one in phones
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with services(app).database.read() as session:
        players = session.scalar(select(func.count(func.distinct(Answer.player_id))))
    assert statuses == [200] * 40
    assert players == len(stored(app)) == 40


def submitted_answer(key: str = "k") -> SubmittedAnswer:
    return SubmittedAnswer("123456", key, "q", 0, 1, None, 0, NOON)


def test_nobody_is_told_saved_when_the_commit_fails():
    def broken(_submitted: object) -> list[StoredAnswer | Exception]:
        raise Busy(retry_after_s=1)

    with pytest.raises(Busy):
        AnswerBatches(broken).submit(submitted_answer())


def test_one_that_cannot_be_written_does_not_spoil_the_others():
    first, gate = threading.Event(), threading.Event()

    def write(submitted: Any) -> list[StoredAnswer | Exception]:  # noqa: ANN401
        first.set()
        assert gate.wait(10)
        if any(one.key_hash == "poison" for one in submitted):
            raise ValueError("cannot be written")
        return [StoredAnswer(1, one.n, 0, fresh=True) for one in submitted]

    answer_batches, outcomes = AnswerBatches(write), dict[str, object]()

    def send(key: str) -> None:
        try:
            outcomes[key] = answer_batches.submit(submitted_answer(key))
        except ValueError as error:
            outcomes[key] = error

    threads = [threading.Thread(target=send, args=(key,)) for key in ("first", "a", "poison", "b")]
    threads[0].start()
    assert first.wait(10)
    for thread in threads[1:]:
        thread.start()
    while answer_batches.waiting < 3:
        threading.Event().wait(0.001)
    gate.set()
    for thread in threads:
        thread.join()
    assert [type(outcomes[key]) for key in ("a", "poison", "b")] == [StoredAnswer, ValueError, StoredAnswer]


def test_a_hall_waits_for_a_database_that_is_away_once_and_not_each_for_itself():
    gate, batches = threading.Event(), list[int]()

    def write(submitted: Any) -> list[StoredAnswer | Exception]:  # noqa: ANN401
        batches.append(len(submitted))
        assert gate.wait(10)
        raise OperationalError("", {}, psycopg.OperationalError("the database does not answer"))

    answer_batches, outcomes = AnswerBatches(write), list[type[Exception]]()

    def send() -> None:
        try:
            answer_batches.submit(submitted_answer())
        except OperationalError as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=send) for _ in range(10)]
    threads[0].start()
    while not batches:
        threading.Event().wait(0.001)
    for thread in threads[1:]:
        thread.start()
    while answer_batches.waiting < 9:
        threading.Event().wait(0.001)
    gate.set()
    for thread in threads:
        thread.join()
    assert (batches, len(outcomes)) == ([1, 9], 10)


def test_answers_that_come_together_are_written_together():
    first, gate = threading.Event(), threading.Event()
    batches: list[int] = []

    def write(submitted: Any) -> list[StoredAnswer | Exception]:  # noqa: ANN401
        batches.append(len(submitted))
        first.set()
        assert gate.wait(10)
        return [StoredAnswer(1, one.n, 0, fresh=True) for one in submitted]

    answer_batches = AnswerBatches(write)
    threads = [threading.Thread(target=answer_batches.submit, args=(submitted_answer(),))]
    threads[0].start()
    assert first.wait(10)
    threads += [
        threading.Thread(target=answer_batches.submit, args=(submitted_answer(),)) for _number in range(9)
    ]
    for thread in threads[1:]:
        thread.start()
    while answer_batches.waiting < 9:
        threading.Event().wait(0.001)
    gate.set()
    for thread in threads:
        thread.join()
    assert batches == [1, 9]


def test_phone_of_whoever_is_let_in_no_more_is_out(remote: Remote, phone: Joined, app: Flask):
    remote.ask()
    anna = phone("ABC123")
    with services(app).database.write() as session:
        deactivate(session, COURSE, "ABC123", NOON)
    assert anna.answer("relu", 0).status_code == 401
    remote.clock.pass_by(seconds=30)
    assert anna.state().status_code == 401


@pytest.mark.parametrize("change", [True, False])
def test_two_tabs_are_not_both_told_that_theirs_is_saved(
    open_room: OpenRoom, person: Callable[..., Any], app: Flask, change: bool
):
    """They share a key and count alike: what is stored is the first's, and the second is told so."""
    remote = open_room(change=change)
    person("ABC123", password=None)
    one = Phone(app.test_client(), remote.pin)
    one.join("ABC123")
    remote.ask()
    first, second = (one.answer("relu", option, n=1).get_json() for option in (0, 1))
    assert (first["saved"], second["saved"]) == (True, False)
    assert one.see()["me"]["answer"] == 0
    assert one.answer("relu", 0, n=1).get_json()["saved"], "sent again, it is the same"


def test_a_tab_that_was_told_so_has_its_next_choice_stored(remote: Remote, phone: Any):  # noqa: ANN401
    one = phone("ABC123")
    remote.ask()
    one.answer("relu", 0, n=1)
    stored = one.answer("relu", 1, n=1).get_json()
    assert one.answer("relu", 1, n=stored["n"] + 1).get_json()["saved"]
    assert one.see()["me"]["answer"] == 1


def test_log_tells_of_stored_answers_together_and_of_each_refused_one(
    remote: Remote, phone: Joined, capsys: pytest.CaptureFixture[str]
):
    one = phone("ABC123")
    remote.ask()
    capsys.readouterr()
    with unchanged_logging():
        logs.configure()
        one.answer("relu", 0)
        one.answer("relu", "no index", n=2)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    said = {line["event"]: line.get("count") or line.get("status") for line in lines}
    assert (said["answers stored"], said["request"]) == (1, 422)
    assert [line["event"] for line in lines].count("request") == 1
