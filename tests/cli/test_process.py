"""The tool as a process of its own: its imports, its signals, its terminal."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from werkzeug.wrappers import Request, Response

from tests.cli.contract_server import RUN_ID, TOKEN, ContractServer, problem

HAZI = [sys.executable, "-m", "cli"]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(server: ContractServer, tmp_path: Path) -> dict[str, str]:
    """Nothing but what a terminal has."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLUMNS": "80",
        "HAZI_URL": server.url,
        "HAZI_TOKEN": TOKEN,
    }


@pytest.fixture
def endless(server: ContractServer) -> Iterator[ContractServer]:
    """A run that has said one line and goes on until the test is over."""
    server.events = [("point", {"values": {"epoch": n, "loss": 1 / n}}) for n in range(1, 9)]
    server.events.append(("log", {"text": "here I am"}))
    server.hold = threading.Event()
    server.ended = False
    yield server
    server.hold.set()


@contextmanager
def started(environment: dict[str, str], *words: str) -> Iterator[subprocess.Popen[str]]:
    """The tool, listening to Ctrl-C even where this test run was put in the background and does not."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        ["env", "--default-signal=INT", *HAZI, *words],
        env=environment,
        stdout=pipe,
        stderr=pipe,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()  # a failed test must not wait for a tool that goes on


def test_starts_without_torch_and_flask(environment: dict[str, str]):
    code = "import sys, cli.main; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert {"torch", "flask", "numpy", "sqlalchemy", "celery", "server", "grader"}.isdisjoint(
        loaded.stdout.split()
    )


def test_ctrl_c_while_watching_says_how_to_come_back(environment: dict[str, str], endless: ContractServer):
    with started(environment, "watch", RUN_ID) as process:
        assert process.stdout is not None
        while process.stdout.readline() != "here I am\n":
            pass
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate()
    assert process.returncode == 130
    assert f"hazi watch {RUN_ID}" in err.replace("\n", " ")


def test_ctrl_c_while_sending_names_the_key(
    environment: dict[str, str], server: ContractServer, homework: Path
):
    arrived, over = threading.Event(), threading.Event()

    def never_answered(_request: Request) -> Response:
        arrived.set()
        over.wait()
        return problem(503, "x", "x")

    server.fail("POST /api/v1/assignments/lenet-digits/submissions", never_answered)
    with started(environment, "submit", "lenet-digits", str(homework)) as process:
        arrived.wait()
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate()
        over.set()
    assert process.returncode == 130
    key = re.search(r"--key (\S+)", err)
    assert key is not None
    assert key[1] in server.handed_in


def test_a_terminal_is_redrawn_in_place(environment: dict[str, str], endless: ContractServer):
    """The curve is a line of bars, and the cursor goes back up to draw it again."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([*HAZI, "watch", RUN_ID], env=environment, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        seen = ""
        while "here I am" not in seen:
            seen += os.read(ours, 4096).decode(errors="replace")
        assert endless.hold is not None
        endless.hold.set()
        seen += drained(ours)
    os.close(ours)
    assert process.returncode == 0
    assert "█▄▂▂▁▁▁▁" in seen
    assert "\x1b[1A" in seen
    assert "\x1b[?25h" in seen  # the cursor is back
    assert re.search(r"\x1b\[[\d;]*48;", seen)  # the confusion matrix is coloured


def drained(terminal: int) -> str:
    """All that still comes until the other side hangs up."""
    seen = b""
    while True:
        try:
            chunk = os.read(terminal, 4096)
        except OSError:  # Linux says so when the last writer is gone
            return seen.decode(errors="replace")
        seen += chunk


def test_output_may_be_cut_by_a_reader_that_left(environment: dict[str, str]):
    line = f"{sys.executable} -m cli report {RUN_ID} | head -n 1"
    result = subprocess.run(
        ["/bin/sh", "-c", line], env=environment, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in result.stderr


def test_an_ascii_terminal_gets_question_marks(environment: dict[str, str]):
    environment |= {"PYTHONIOENCODING": "ascii", "LANG": "C"}
    result = subprocess.run(
        [*HAZI, "report", RUN_ID], env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "?rocket" in result.stdout
