"""`hazi-server demo`: one command up, one signal down, and nothing left of it."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.installation import BIN
from tests.servers import end, free_port, wait_until

pytestmark = pytest.mark.slow

START_S = 150.0


class Demo:
    """A demo in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / "demo.log"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HAZI_")}
        self.environ = clean | {"HAZI_PORT": str(self.port)}

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """Started, and ended if the test did not."""
        with self.log.open("wb") as output:
            child = subprocess.Popen(
                [BIN / "hazi-server", "demo"],
                cwd=self.folder,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            yield child
        finally:
            end(child)

    def await_line(self, text: str) -> None:
        """Wait until the demo has printed something."""
        wait_until(lambda: text in self.printed(), f"{text!r} on the screen:\n{self.printed()}", START_S)

    def printed(self) -> str:
        """Everything on the screen so far."""
        return self.log.read_text(errors="replace")


@pytest.fixture
def demo(tmp_path: Path) -> Demo:
    return Demo(tmp_path)


def descendants(pid: int) -> set[Path]:
    """The /proc folders of a process's children and theirs."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents[int(entry.parent.name)] = int(fields[1])
    found, young = set(), {pid}
    while young:
        young = {child for child, parent in parents.items() if parent in young}
        found |= young
    return {Path(f"/proc/{child}") for child in found}


def lives(process: Path) -> bool:
    try:
        return (process / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


# What everybody may have: published assignments, with modes of their own for the box to read.
PUBLISHED = ("demo/assignments", "grader", "demo/practice")


def open_to_others(var: Path) -> list[str]:
    """What another account could read if it got past the folder itself, which it cannot."""
    names = {path: str(path.relative_to(var)) for path in [var, *var.rglob("*")]}
    wide = [path for path in names if not path.is_symlink() and path.stat().st_mode & 0o077]
    return sorted(
        names[path]
        for path in wide
        if not names[path].startswith(PUBLISHED) and not (path.is_file() and "store" in path.parts)
    )


@pytest.mark.timeout(400)
def test_the_demo_starts_grades_and_stops_without_a_trace(demo: Demo):
    with demo.running() as running:
        demo.await_line("the sample submission is graded: scored, 10 points")
        accounts = demo.folder / "var/demo/accounts.json"
        assert stat.S_IMODE(accounts.stat().st_mode) == 0o600
        people = json.loads(accounts.read_text())
        assert {person["role"] for person in people} == {"student", "assistant", "lecturer"}
        assert not any(person["password"] in demo.printed() for person in people)  # it is printed to a file
        assert all(person.keys() == {"neptun", "name", "role", "password"} for person in people)
        login = {"neptun": people[-1]["neptun"], "password": people[-1]["password"], "name": "test"}
        assert (
            httpx.post(f"http://127.0.0.1:{demo.port}/api/v1/tokens", json=login, timeout=30).status_code
            == 201
        )

        second = subprocess.run(  # noqa: PLW1510 - its status is looked at
            [BIN / "hazi-server", "demo"],
            cwd=demo.folder,
            env=demo.environ,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert second.returncode == 1
        assert "already runs from this folder" in second.stderr

        assert open_to_others(demo.folder / "var") == []
        processes = descendants(running.pid)
        assert len(processes) >= 5
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=60) == 0
        assert not [process for process in processes if lives(process)]


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_demo_killed_the_hard_way_takes_its_children_along(demo: Demo):
    with demo.running() as running:
        demo.await_line("Ctrl-C stops everything")
        processes = descendants(running.pid)
        assert len(processes) >= 5
        running.kill()
        running.wait(timeout=30)
        wait_until(lambda: not any(map(lives, processes)), "the end of all processes", 60)
