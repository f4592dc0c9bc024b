"""Killed as by a power cut, started again and stopped well: nothing is left in the temporary folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import redis

from grader.signing import private_text, public_text
from server.notifications import redis_url
from tests import servers
from tests.deployment.test_demo import descendants, lives
from tests.installation import BIN, KEY, WORK

PATIENCE_S = 120.0
LONG = "a-folder-whose-name-leaves-no-room-for-the-name-of-a-socket-" + "x" * 60


@dataclass(frozen=True, slots=True)
class Program:
    """What is started, and how one sees that it works."""

    command: tuple[str | Path, ...]
    works: Callable[[Mapping[str, str], str], bool]  # given its settings and what it has said
    stop: signal.Signals = signal.SIGTERM


def _answers(setting: str, path: str) -> Callable[[Mapping[str, str], str], bool]:
    def works(environ: Mapping[str, str], _said: str) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{environ[setting]}{path}", timeout=5).status_code < 500
        except httpx.TransportError:
            return False

    return works


def _says(*words: str) -> Callable[[Mapping[str, str], str], bool]:
    return lambda _environ, said: all(one in said for one in words)


def _asks_for_messages(environ: Mapping[str, str], _said: str) -> bool:
    with redis.Redis.from_url(redis_url(environ["HAZI_BROKER_URL"])) as client:
        return any(other["cmd"] == "brpop" for other in client.client_list())


def _has(pattern: str) -> Callable[[Mapping[str, str], str], bool]:
    """Something that an earlier start has not left."""
    return lambda environ, _said: any(
        path.stat().st_mtime_ns > int(environ["STARTED"]) for path in Path(environ["TMPDIR"]).glob(pattern)
    )


SERVER = BIN / "hazi-server"
PROGRAMS = {
    "web": Program(
        (SERVER, "web"), _answers("HAZI_PORT", "/readyz"), signal.SIGQUIT
    ),  # it does not wait then
    "blobs": Program((SERVER, "blobs"), _answers("HAZI_BLOBS_PORT", "/nothing")),
    "dispatcher": Program((SERVER, "dispatcher"), _says("dispatcher")),
    "recorder": Program((SERVER, "recorder"), _asks_for_messages),
    "grader": Program((sys.executable, *WORK), _says("worker_unfit")),  # there is no blob server
    "quiz-loadtest": Program(
        (SERVER, "quiz-loadtest", "--players", "300"), _has("hazi-run-load-*/hazi-run-metrics-*")
    ),
    # Its grader clears away what the last one left before it says that it starts.
    "demo": Program((SERVER, "demo"), _says("Ctrl-C stops everything", "worker_starts")),
}
QUICK = ("web",)
SERVERS_OWN = ("HAZI_SECRET_KEY", "HAZI_DATABASE_URL", "HAZI_SIGNING_KEY", "HAZI_STORE")
each_program = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in QUICK else pytest.mark.slow) for name in PROGRAMS]
)


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A temporary folder of the test's own; the account of the box gets through to what it may see."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def environ(tmp_path: Path, temporary: Path, redis_server: servers.RedisServer) -> dict[str, str]:
    """The settings of all programs."""
    own = {
        "TMPDIR": str(temporary),
        "HOME": str(tmp_path),
        "HAZI_SECRET_KEY": "a test's key, which nobody else ever uses",
        "HAZI_SIGNING_KEY": private_text(KEY),
        "HAZI_VERIFYING_KEY": public_text(KEY),
        "HAZI_DATABASE_URL": f"sqlite:///{tmp_path / 'hazi.sqlite3'}",
        "HAZI_BROKER_URL": redis_server.broker_url,
        "HAZI_STORE": str(tmp_path / "store"),
        "HAZI_PORT": str(servers.free_port()),
        "HAZI_BLOBS_PORT": str(servers.free_port()),
    }
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HAZI_")} | own
    subprocess.run([SERVER, "migrate"], env=environ, check=True, capture_output=True)
    return environ


def settings_of(name: str, environ: dict[str, str]) -> dict[str, str]:
    """A grader wants no secret, and its own cache."""
    if name != "grader":
        return environ
    blobs = {"HAZI_BLOBS_URL": f"http://127.0.0.1:{environ['HAZI_BLOBS_PORT']}"}
    own = {"HAZI_GRADER_CACHE": f"{environ['HOME']}/cache", "HAZI_GRADER_DEVICE": "cpu"}
    return {key: value for key, value in environ.items() if key not in SERVERS_OWN} | blobs | own


@pytest.mark.slow
@each_program
@pytest.mark.timeout(600)
def test_a_program_that_was_killed_leaves_nothing_after_its_next_run(
    name: str, environ: dict[str, str], temporary: Path, tmp_path: Path
):
    program = PROGRAMS[name]
    settings = settings_of(name, environ)
    (tmp_path / LONG).mkdir()  # where the demo makes its folder
    for attempt, stop in enumerate((signal.SIGKILL, program.stop)):
        log = tmp_path / f"{attempt}.log"
        settings["STARTED"] = str(time.time_ns())
        child = start(program, settings, log, tmp_path / LONG)
        try:
            await_work(program, settings, log)
            children = descendants(child.pid)
            if stop == signal.SIGKILL:
                os.killpg(child.pid, stop)
            else:
                child.send_signal(stop)
            child.wait(timeout=PATIENCE_S)
            # They see within a second or two that it is gone; what starts it again waits for that too.
            servers.wait_until(lambda c=children: not any(map(lives, c)), "the end of its children", 20)  # type: ignore[misc]
        finally:
            servers.end(child)
    servers.wait_until(lambda: list(temporary.iterdir()) == [], f"{list(temporary.iterdir())}", 10)


def await_work(program: Program, settings: Mapping[str, str], log: Path) -> None:
    """Raises TimeoutError with what it has said."""
    try:
        servers.wait_until(
            lambda: program.works(settings, log.read_text(errors="replace")), "work", PATIENCE_S
        )
    except TimeoutError as error:
        raise TimeoutError(log.read_text(errors="replace")[-3000:]) from error


def start(program: Program, settings: Mapping[str, str], log: Path, folder: Path) -> subprocess.Popen[bytes]:
    """In a session of its own, of which `servers.end` leaves nothing."""
    with log.open("wb") as output:
        return subprocess.Popen(
            program.command,
            cwd=folder,
            env=settings,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
