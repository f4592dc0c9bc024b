"""Afterwards: results, statistics, and decisions with which everything is marked anew."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest

from tests.server.conftest import Browser, Clock
from tests.server.quizzes.conftest import Phone, Remote

Joined = Callable[..., Phone]


@pytest.fixture
def played(remote: Remote, phone: Joined, clock: Clock) -> Remote:
    """Three players; the first knows everything, the second nothing, the third joins and is silent."""
    knows, guesses, _silent = phone("ABC123"), phone("XYZ789"), phone("QWE456")
    for right, wrong in (("0", "-2"), ("(64, 1, 28, 28)", "(64, 28, 28)"), (False, True)):
        remote.ask()
        question = knows.see()["round"]
        if question == knows.key("relu"):
            knows.choose(question, str(right), elapsed_ms=100)
            guesses.choose(question, str(wrong))
        else:
            knows.answer(question, right, elapsed_ms=100)
            guesses.answer(question, wrong)
        remote.close()
    remote.press("end")
    return remote


def credits_of(remote: Remote) -> dict[str, float]:
    return {one["neptun"]: round(one["credit"], 3) for one in remote.results()["players"]}


def decide(remote: Remote, kind: str, question: str = "relu", **facts: Any) -> dict[str, Any]:  # noqa: ANN401
    answer = remote.post("rulings", {"question": question, "kind": kind} | facts)
    assert answer.status_code == 200, answer.text
    changed: dict[str, Any] = answer.get_json()
    return changed


def test_credit_is_weighted_and_silence_earns_nothing(played: Remote):
    assert credits_of(played) == {"ABC123": 1, "XYZ789": 0, "QWE456": 0}


def test_void_question_counts_for_nobody(played: Remote):
    decide(played, "void", "nonlinear")
    results = played.results()
    assert [one["asked"] for one in results["questions"]] == [True, True, False]
    assert results["players"][0]["credits"] == [1, 1, None]


def test_accepted_answer_earns_everything_and_is_told(played: Remote):
    assert decide(played, "accept", "shape", value="(64, 28, 28)") == {"up": 1, "down": 0}
    assert credits_of(played)["XYZ789"] == 0.25, "weights are 1, 1 and 2"


def test_void_option_costs_nobody_anything(played: Remote, lecturer: Browser):
    page = lecturer.get(f"/live/{played.pin}/results").text
    assert page.count("<option") >= 4
    for place in range(4):
        decide(played, "void-option", value=place)
    assert credits_of(played)["XYZ789"] == 0.25


def test_decisions_can_be_taken_back(played: Remote):
    before = credits_of(played)
    decide(played, "accept", "shape", value="(64, 28, 28)")
    decide(played, "void", "relu")
    decide(played, "undo", "shape")
    decide(played, "undo", "relu")
    assert credits_of(played) == before


def test_points_of_the_game_follow_the_decision(played: Remote):
    before = {one["neptun"]: one["points"] for one in played.results()["players"]}
    decide(played, "void", "relu")
    after = {one["neptun"]: one["points"] for one in played.results()["players"]}
    assert before["ABC123"] - after["ABC123"] == 1000


@pytest.mark.parametrize(
    ("question", "kind", "value"),
    [("no-such", "void", None), ("shape", "void-option", 0), ("shape", "accept", "x"), ("relu", "accept", 9)],
)
def test_decision_that_makes_no_sense_is_refused(played: Remote, question: str, kind: str, value: object):
    answer = played.post("rulings", {"question": question, "kind": kind, "value": value})
    assert answer.status_code == 422


def test_player_who_was_sent_out_counts_for_nothing(played: Remote):
    played.post("players/1", {"kicked": True})
    kicked = next(one for one in played.results()["players"] if one["kicked"])
    assert (kicked["counts"], kicked["place"]) == (False, None)


def test_page_shows_who_took_part_by_the_rule_of_the_query(played: Remote, lecturer: Browser):
    page = lecturer.get(f"/live/{played.pin}/results?least_correct=1&least_share=").text
    assert page.count("badge good") == 1
    generous = lecturer.get(f"/live/{played.pin}/results?least_correct=&least_share=").text
    assert generous.count("badge good") == 2, "whoever answered something"


@pytest.mark.parametrize(
    "query", ["least_correct=many", "least_share=nan", "least_share=inf", "least_share=-1"]
)
def test_rule_that_is_no_number_is_refused(remote: Remote, lecturer: Browser, query: str):
    assert lecturer.get(f"/live/{remote.pin}/results?{query}").status_code == 422


def test_form_decides_as_the_api_does_and_leaves_a_trail(played: Remote, lecturer: Browser):
    facts = {"question": "shape", "kind": "accept", "value": "64x28x28", "reason": "also right"}
    answer = lecturer.post(f"/live/{played.pin}/decide", facts)
    assert answer.status_code == 302
    assert credits_of(played)["XYZ789"] == 0.25
    trail = lecturer.get(f"/live/{played.pin}/results").text
    assert "accept" in trail
    assert "Dr. Kovács Éva" in trail


def test_results_go_into_a_spreadsheet(played: Remote, lecturer: Browser):
    text = lecturer.get(f"/live/{played.pin}/results.csv").data.decode("utf-8-sig")
    head, first, *_others = csv.reader(StringIO(text))
    assert head[-3:] == ["relu", "shape", "nonlinear"]
    assert (first[0], first[4], first[-3:]) == ("ABC123", "100.0", ["100.0"] * 3)
    assert lecturer.get(f"/live/{played.pin}/results.xlsx").data.startswith(b"PK")
    assert lecturer.get(f"/live/{played.pin}/results.pdf").status_code == 404


def test_true_false_can_be_decided_by_the_form(played: Remote, lecturer: Browser):
    lecturer.post(f"/live/{played.pin}/decide", {"question": "nonlinear", "kind": "accept", "value": "0"})
    assert credits_of(played)["XYZ789"] == 0.5


def test_decision_holds_for_answers_that_come_later(remote: Remote, phone: Joined):
    early, late = phone("ABC123"), phone("XYZ789")
    for _question in range(2):
        remote.ask()
        if early.see()["round"] != early.key("shape"):
            remote.close()
    early.answer("shape", "(64, 28, 28)")
    decide(remote, "accept", "shape", value="(64, 28, 28)")
    late.answer("shape", "(64, 28, 28)")
    remote.close()
    assert [one["credits"][1] for one in remote.results()["players"]] == [1, 1]


def test_question_that_counts_for_nobody_does_not_count_after_a_second_vote(
    remote: Remote, phone: Joined, clock: Clock
):
    one = phone("ABC123")
    remote.ask()
    decide(remote, "void", "relu")
    remote.press("close")
    assert remote.press("again").status_code == 200
    clock.pass_by(seconds=1.5)
    one.choose("relu.2", "0")
    remote.close()
    assert [question["asked"] for question in remote.results()["questions"]] == [False, False, False]
