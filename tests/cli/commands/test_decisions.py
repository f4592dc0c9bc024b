"""Deciding from the terminal: what is asked of the server, and what is shown."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Terminal
from tests.cli.contract_server import RUN_ID, STUDENT, ContractServer, answering, problem

PLACE = ("lenet-digits", "ABC123")


def test_points_are_set_with_what_was_seen(student: Terminal, server: ContractServer):
    result = student.types("decide", "override", *PLACE, "--points", "7", "--reason", "the test was wrong")
    assert result.exit_code == 0, result.output
    [body] = server.bodies
    assert (body["kind"], body["points"], body["reason"]) == ("override", "7", "the test was wrong")
    assert body["seen"] == 7
    assert "set to 7 points" in result.stdout


def test_decision_is_taken_back(student: Terminal, server: ContractServer):
    student.types("decide", "excuse", *PLACE, "--back", "--reason", "he came")
    student.types("decide", "note", *PLACE, "--withdraw", "9", "--reason", "not his")
    assert [(body["back"], body["withdraws"]) for body in server.bodies] == [(True, None), (False, 9)]


def test_who_was_overtaken_reads_what_the_first_did(student: Terminal, server: ContractServer):
    server.fail(
        f"POST {STUDENT}/decisions",
        lambda _request: problem(409, "overtaken", "Somebody was faster", "Éva has decided: excused."),
    )
    result = student.types("decide", "zero", *PLACE, "--reason", "x")
    assert result.exit_code == 3
    assert "Éva has decided: excused." in result.stderr


def test_decision_whose_answer_is_lost_is_made_once(student: Terminal, server: ContractServer):
    """It is sent again with the same `seen`, so that the server refuses the second one."""
    server.fail(f"POST {STUDENT}/decisions", answering(503))
    student.types("decide", "comment", *PLACE, "--reason", "well done")
    assert [body["seen"] for body in server.bodies] == [7, 7]


def test_own_decisions_are_listed(student: Terminal):
    shown = student.types("decisions", "lenet-digits").stdout
    assert "override: set to 7 points (before: 5 points)" in shown
    assert "the test was wrong" in shown


def test_notices_are_listed_and_marked_once_they_were_shown(student: Terminal, server: ContractServer):
    result = student.types("notices")
    assert "* LeNet: your hand-in is graded" in result.stdout
    assert server.bodies == []
    student.types("notices", "--read")
    assert server.bodies == [{"up_to": 42}]


def test_run_is_cancelled(student: Terminal, server: ContractServer):
    result = student.types("cancel", RUN_ID)
    assert result.exit_code == 0
    assert "cancelled" in result.stdout
    assert server.bodies == [{"reason": "", "back": False}]


def test_hand_in_is_chosen_or_left_to_the_rule(student: Terminal, server: ContractServer):
    assert student.types("choose", "lenet-digits", RUN_ID).exit_code == 0
    assert student.types("choose", "lenet-digits", "--rule").exit_code == 0
    assert server.bodies == [{"submission": RUN_ID}, {"submission": None}]


@pytest.mark.parametrize("words", [[], [RUN_ID, "--rule"]])
def test_choice_has_to_say_what(student: Terminal, server: ContractServer, words: list[str]):
    assert student.types("choose", "lenet-digits", *words).exit_code == 2
    assert server.bodies == []
