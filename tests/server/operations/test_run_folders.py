"""A run folder stays as long as somebody who works in it lives, and not until a tidy end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from server.operations.run_folders import PREFIX, new_run_folder, remove_orphans, run_folder

HOLDS = """\
import os, subprocess, sys, time
from server.operations.run_folders import new_run_folder
folder = new_run_folder("test")
(folder.path / "work").mkdir()
if sys.argv[1:] == ["pass on"]:
    folder.pass_on()
    os.execv(sys.executable, [sys.executable, "-c", "import time; print(flush=True); time.sleep(600)"])
print(flush=True)
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files are."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


@contextmanager
def holder(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program that has a run folder and dies as hard as can be."""
    with subprocess.Popen([sys.executable, "-c", HOLDS, *words], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"\n"
        yield child
        child.kill()


def test_a_folder_is_closed_to_others_and_goes_with_its_block(place: Path):
    with run_folder("test") as folder:
        assert folder.parent == place
        assert folder.name.startswith(f"{PREFIX}test-")
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "file").write_text("")
    assert list(place.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("words", [(), ("pass on",)])
def test_what_a_killed_program_left_goes_when_the_next_one_starts(place: Path, words: tuple[str, ...]):
    with holder(*words):
        (left,) = place.iterdir()
        with run_folder("other"):
            assert (left / "work").is_dir()  # it lives
    assert left.is_dir()
    with run_folder("other") as mine:
        assert list(place.iterdir()) == [mine]


def test_nothing_else_is_removed(place: Path):
    (place / f"{PREFIX}file").write_text("not a folder")
    (place / "hazi-spool").mkdir()
    (place / "elsewhere").mkdir()
    (place / f"{PREFIX}link").symlink_to(place / "elsewhere")
    before = sorted(place.iterdir())
    remove_orphans()
    assert sorted(place.iterdir()) == before


def test_many_at_once_lose_no_folder(place: Path):
    """Between making a folder and locking it there is a moment in which others take it for an orphan."""
    missing: list[Path] = []

    def work() -> None:
        for _ in range(40):
            folder = new_run_folder("test")
            if not folder.path.is_dir():
                missing.append(folder.path)
            folder.remove()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert missing == []
    assert list(place.iterdir()) == []


def test_a_folder_that_vanishes_before_its_lock_is_made_anew(place: Path, monkeypatch: pytest.MonkeyPatch):
    """The same moment, hit for certain."""
    flock, hits = __import__("fcntl").flock, []

    def late(lock: int, how: int) -> None:
        if not hits:
            hits.append(lock)
            (made,) = place.iterdir()
            made.rmdir()
        flock(lock, how)

    monkeypatch.setattr("fcntl.flock", late)
    with run_folder("test") as folder:
        assert folder.is_dir()
        assert hits


@pytest.mark.slow
def test_a_signal_to_end_is_a_tidy_end_of_a_load_test(tmp_path: Path):
    """`quiz-loadtest` has a server and a Redis of its own to take along."""
    command = [Path(sys.executable).with_name("hazi-server"), "quiz-loadtest", "--players", "2"]
    with subprocess.Popen(
        command, env=os.environ | {"TMPDIR": str(tmp_path)}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as child:
        while not list(tmp_path.glob(f"{PREFIX}load-*/redis.log")):
            assert child.poll() is None
        child.send_signal(signal.SIGTERM)
        _out, said = child.communicate(timeout=60)
    assert (child.returncode, said) == (128 + signal.SIGTERM, b"")
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(f"{PREFIX}metrics")] == []
