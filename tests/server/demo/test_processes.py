"""The demo's processes are watched, restarted, and leave nothing behind."""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from server.demo.console import Console
from server.demo.processes import Program, Supervisor
from tests.servers import wait_until

# Starts a child of its own, writes both ids down, and waits for ever.
PARENT = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with open(sys.argv[1], "a") as file: file.write(f"{os.getpid()} {child.pid}\\n")
time.sleep(600)
"""


# Leaves a file behind when it is killed, and is deaf to everything milder.
DEAF = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1]).touch()
time.sleep(600)
"""
REMOVE = "import os, sys, time; time.sleep(0.3); os.remove(sys.argv[1])"


@pytest.fixture
def stop() -> Iterator[Event]:
    event = Event()
    yield event
    event.set()


def program(name: str, code: str, *arguments: str) -> Program:
    return Program(name, (sys.executable, "-c", code, *arguments), dict(os.environ))


def alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def written(file: Path) -> list[list[int]]:
    return (
        [[int(pid) for pid in line.split()] for line in file.read_text().splitlines()]
        if file.exists()
        else []
    )


def test_leaving_the_block_stops_children_and_grandchildren(tmp_path: Path, stop: Event):
    file = tmp_path / "pids"
    with Supervisor(Console(stop), stop) as programs:
        programs.start(program("parent", PARENT, str(file)), until=lambda: bool(written(file)))
    wait_until(lambda: not any(alive(pid) for pid in written(file)[0]), "the end of both processes")


def test_a_program_that_ends_at_once_stops_everything(stop: Event, capsys: pytest.CaptureFixture[str]):
    with Supervisor(Console(stop), stop) as programs:
        programs.start(program("broken", "raise SystemExit(3)"))
        assert programs.follow() == 1
    assert "broken ended right after its start (status 3)" in capsys.readouterr().out


def test_a_program_that_dies_later_is_started_again(
    tmp_path: Path, stop: Event, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("server.demo.processes.AT_ONCE_S", 0.0)
    file = tmp_path / "pids"

    def kill_then_stop() -> None:
        wait_until(lambda: len(written(file)) == 1, "the first start")
        os.kill(written(file)[0][0], signal.SIGKILL)
        wait_until(lambda: len(written(file)) == 2, "the second start")
        stop.set()

    with Supervisor(Console(stop), stop) as programs:
        programs.start(program("parent", PARENT, str(file)))
        killer = Thread(target=kill_then_stop)
        killer.start()
        assert programs.follow() == 0
        killer.join()
    assert "parent ended unexpectedly (status -9): starting it again" in capsys.readouterr().out


def test_a_step_tells_whether_it_ended_well(stop: Event):
    with Supervisor(Console(stop), stop) as programs:
        assert programs.run(program("migrate", "print('done')"))
        assert not programs.run(program("migrate", "raise SystemExit(1)"))


def test_giving_up_says_why_and_stops(stop: Event, capsys: pytest.CaptureFixture[str]):
    with Supervisor(Console(stop), stop) as programs:
        programs.give_up("the disk is full")
        assert programs.follow() == 1
    assert "the disk is full" in capsys.readouterr().out


@pytest.fixture
def deaf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """A program that has to be killed, and what removes its file then."""
    monkeypatch.setattr("server.demo.processes.STOP_PATIENCE_S", 0.2)
    file = str(tmp_path / "left")
    remove = (sys.executable, "-c", REMOVE, file)
    return dataclasses.replace(program("deaf", DEAF, file), tidied_by=remove)


def test_what_a_killed_program_leaves_is_removed(deaf: Program, tmp_path: Path, stop: Event):
    with Supervisor(Console(stop), stop) as programs:
        programs.start(deaf, until=(tmp_path / "left").exists)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_step_in_the_background_leaves_is_removed(deaf: Program, tmp_path: Path, stop: Event):
    with Supervisor(Console(stop), stop) as programs:
        Thread(target=programs.run, args=(deaf,), daemon=True).start()
        wait_until((tmp_path / "left").exists, "its file")
    assert list(tmp_path.iterdir()) == []


def test_what_a_program_leaves_that_ended_well_is_its_own(tmp_path: Path, stop: Event):
    (tmp_path / "left").touch()
    remove = (sys.executable, "-c", REMOVE, str(tmp_path / "left"))
    with Supervisor(Console(stop), stop) as programs:
        assert programs.run(dataclasses.replace(program("step", "pass"), tidied_by=remove))
    assert (tmp_path / "left").exists()
