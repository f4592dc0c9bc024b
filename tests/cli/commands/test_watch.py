"""Watching a run: live, broken off and taken up again, or by asking."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal
from tests.cli.contract_server import RUN_ID, ContractServer, Fault, answering, dropped

EVENTS = f"GET /api/v1/submissions/{RUN_ID}/events"
RUN = [
    ("phase", {"text": "train", "values": None}),
    ("log", {"text": "epoch 1\u2028done", "values": None}),
    ("point", {"text": None, "values": {"epoch": 1, "loss": 1.5, "accuracy": 0.4}}),
    ("log", {"text": "epoch 2\nalmost", "values": None}),
    ("point", {"text": None, "values": {"epoch": 2, "loss": None, "accuracy": 0.8}}),
    ("phase", {"text": "score", "values": None}),
]
RUN_LINES = [
    "== running: done in about 1 min 30 s",
    "== training",
    "epoch 1\\u2028done",
    "epoch 1  loss 1.5  accuracy 0.4",
    "epoch 2",
    "almost",
    "epoch 2  accuracy 0.8",
    "== scoring",
    "== scored",
]


@pytest.fixture
def running(server: ContractServer) -> ContractServer:
    server.events = list(RUN)
    server.ended = False
    return server


def run_lines(output: str) -> list[str]:
    """The lines of the run, without those of a state that comes again with each connection."""
    lines = output.splitlines()
    start, end = lines.index(RUN_LINES[0]), lines.index(RUN_LINES[-1])
    return [RUN_LINES[0]] + [line for line in lines[start : end + 1] if line != RUN_LINES[0]]


def test_a_run_is_told_line_by_line_on_a_pipe(student: Terminal, running: ContractServer):
    result = student.types("watch", RUN_ID)
    assert result.exit_code == 0, result.output
    assert run_lines(result.stdout) == RUN_LINES
    assert "Confusion matrix" in result.stdout


@pytest.mark.parametrize("mid_chunk", [False, True])
def test_a_broken_stream_goes_on_behind_the_last_event(
    student: Terminal, running: ContractServer, mid_chunk: bool
):
    running.cuts.extend([2, 1, 1])
    running.mid_chunk = mid_chunk
    result = student.types("watch", RUN_ID)
    assert run_lines(result.stdout) == RUN_LINES
    resumed = [headers.get("Last-Event-Id") for headers in running.headers_of(EVENTS)]
    assert resumed == [None, "2", "3", "4"]


def test_a_stream_that_is_cut_at_its_birth_is_tried_again(student: Terminal, running: ContractServer):
    running.fail(EVENTS, dropped)
    assert run_lines(student.types("watch", RUN_ID).stdout) == RUN_LINES


@pytest.mark.parametrize("fault", [dropped, answering(502), answering(200), answering(429)])
def test_without_streams_it_asks_again_and_again(student: Terminal, running: ContractServer, fault: Fault):
    running.fail(EVENTS, fault, fault)
    result = student.types("watch", RUN_ID)
    assert run_lines(result.stdout) == RUN_LINES
    assert running.headers_of(EVENTS)[-1]["Accept"] == "application/json"


def test_polling_survives_a_restart_of_the_server(student: Terminal, running: ContractServer):
    running.streams = False
    running.fail(EVENTS, answering(200), answering(200), dropped, answering(503))
    assert run_lines(student.types("watch", RUN_ID).stdout) == RUN_LINES


def test_losing_the_server_says_how_to_come_back(student: Terminal, running: ContractServer):
    running.fail(EVENTS, *[dropped] * 20)
    result = student.types("watch", RUN_ID)
    assert result.exit_code == 4
    assert f"hazi watch {RUN_ID}" in result.stderr.replace("\n", " ")


def test_a_refused_stream_is_a_refusal(student: Terminal, running: ContractServer):
    student.variables["HAZI_TOKEN"] = "hazi_old"
    assert student.types("watch", RUN_ID).exit_code == 3


def test_submit_and_watch_ends_with_the_report(student: Terminal, running: ContractServer, homework: Path):
    result = student.types("submit", "lenet-digits", str(homework), "--watch")
    assert result.exit_code == 0
    assert "7.5 / 10" in result.stdout
    assert "▲ 0.5 more than your best so far (7)" in result.stdout


def test_watching_in_json_prints_one_document(student: Terminal, running: ContractServer, homework: Path):
    result = student.types("submit", "lenet-digits", str(homework), "--watch", "--json")
    document = json.loads(result.stdout)
    assert document["submission"]["state"] == "done"
    assert document["report"]["points"] == 7.5
    assert "== training" in result.stderr


@pytest.mark.parametrize("verdict", ["failed", "timed_out", "grader_error", "rejected"])
def test_no_score_is_exit_code_1(student: Terminal, running: ContractServer, homework: Path, verdict: str):
    running.verdict = verdict
    running.report |= {"verdict": verdict, "points": None, "metrics": None, "per_class": None}
    running.report |= {"confusion_matrix": None, "detail": 'Traceback:\n  File "submission.py", line 3'}
    result = student.types("submit", "lenet-digits", str(homework), "--watch")
    assert result.exit_code == 1
    assert "line 3" in result.stdout
    assert student.types("status", RUN_ID).exit_code == 1
    assert student.types("report", RUN_ID).exit_code == 1


def test_a_cancelled_run_has_no_report(student: Terminal, running: ContractServer):
    running.end_state = "cancelled"
    result = student.types("watch", RUN_ID, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["report"] is None


def test_log_follows_to_the_end(student: Terminal, running: ContractServer):
    running.cuts.append(3)
    result = student.types("log", "-f", RUN_ID)
    assert result.stdout.splitlines() == ["epoch 1\\u2028done", "epoch 2", "almost"]


def test_log_in_json_is_one_document(student: Terminal, running: ContractServer):
    for words in (["log", RUN_ID], ["log", "-f", RUN_ID]):
        assert student.json(*words)["log"].splitlines()[-1] == "almost"


def test_a_run_that_is_over_is_not_watched_again(student: Terminal, running: ContractServer):
    running.ended = True
    assert "Confusion matrix" in student.types("watch", RUN_ID).stdout
    assert running.headers_of(EVENTS) == []


def test_an_empty_log_is_told_on_the_side(student: Terminal):
    result = student.types("log", RUN_ID)
    assert result.stdout == ""
    assert "printed nothing" in result.stderr
