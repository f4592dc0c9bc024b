"""A whole Házi for a test: web, recorder, dispatcher and a grader, each a process of its own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from assignments.spec import Course
from grader.signing import new_signing_key, private_text, public_text
from server.database import Database
from server.demo.accounts import Account, provide_accounts
from server.demo.dates import copy_course
from tests import servers
from tests.server.pages.made_up_quiz import TOML

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
SLUG = "lenet-digits"  # the smallest homework with a real training
QUIZ = "week-5"  # one question of each type
UPLOAD_LIMIT = re.compile(r"upload_mib = \d+")
KEY = new_signing_key()
WORK = ("-m", "grader", "work")
GRADED_S = 240.0  # patience for one run on a machine that does much else


@dataclass(frozen=True, slots=True)
class Installation:
    """A running Házi, by the addresses and names under which its users know it."""

    url: str
    folder: Path
    accounts: tuple[Account, ...]
    environ: Mapping[str, str]

    def account(self, role: str, number: int = 0) -> Account:
        """One of the people in this role."""
        return [account for account in self.accounts if account.role == role][number]

    @contextmanager
    def api(self, account: Account) -> Iterator[httpx.Client]:
        """The JSON API as somebody who is signed in."""
        with httpx.Client(base_url=f"{self.url}/api/v1", timeout=30) as client:
            login = {"neptun": account.neptun, "password": account.password, "name": "test"}
            token = client.post("/tokens", json=login).raise_for_status().json()["token"]
            client.headers["Authorization"] = f"Bearer {token}"
            yield client

    @property
    def blobs_probe(self) -> str:
        """Where the blob server says that it can read the store."""
        return f"http://127.0.0.1:{self.environ['HAZI_BLOBS_PORT']}/probe"

    @contextmanager
    def paused(self, command: str) -> Iterator[None]:
        """One of its processes stands still until the block ends."""
        pid = int((self.folder / f"{command}.pid").read_text())
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    @contextmanager
    def further_web(self, port: int) -> Iterator[subprocess.Popen[bytes]]:
        """One more web server of the same installation."""
        environ = {**self.environ, "HAZI_PORT": str(port), "HAZI_PUBLIC_URL": self.url}
        log = self.folder / "further-web.log"
        with servers.process([BIN / "hazi-server", "web"], log, env=environ) as child:
            address = f"http://127.0.0.1:{port}/healthz"
            servers.wait_until(lambda: _answers(address), "the further web process answering", 60)
            yield child

    @contextmanager
    def further_blobs(self, store: Path) -> Iterator[str]:
        """One more blob server, for a store of its own; yields its URL."""
        port = servers.free_port()
        environ = {**self.environ, "HAZI_STORE": str(store), "HAZI_BLOBS_PORT": str(port)}
        log = self.folder / "further-blobs.log"
        with servers.process([BIN / "hazi-server", "blobs"], log, env=environ):
            url = f"http://127.0.0.1:{port}"
            servers.wait_until(lambda: _is_there(f"{url}/probe"), "the further blob server answering", 60)
            yield url

    def command(self, name: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
        """One of its programs, such as `web`: it runs until the block ends."""
        return servers.process(
            [BIN / "hazi-server", name], self.folder / f"{name}.log", env=dict(self.environ)
        )

    def await_ready(self) -> None:
        """Wait until blob server and web answer."""
        servers.wait_until(lambda: _answers(self.blobs_probe), "the blob server answering", 60)
        servers.wait_until(lambda: _answers(f"{self.url}/readyz"), "the web process answering", 60)

    @contextmanager
    def grader(self, name: str, program: Sequence[str] = WORK, **settings: str) -> Iterator[int]:
        """One more CPU grader, or another program in its place; yields its process id."""
        foreign = {key: value for key, value in self.environ.items() if not key.startswith("HAZI_")}
        shared = {key: self.environ[key] for key in ("HAZI_BROKER_URL", "HAZI_VERIFYING_KEY")}
        own = {
            "HAZI_GRADER_NAME": name,
            "HAZI_GRADER_DEVICE": "cpu",
            "HAZI_GRADER_CACHE": str(self.folder / f"cache-{name}"),
            "HAZI_BLOBS_URL": f"http://127.0.0.1:{self.environ['HAZI_BLOBS_PORT']}",
        }
        log = self.folder / f"{name}.log"
        with servers.process([sys.executable, *program], log, env=foreign | shared | own | settings) as child:
            yield child.pid

    def logs(self) -> str:
        """The last lines of every process, for the report of a failed test."""
        tails = (
            f"--- {log.name}\n{log.read_text(errors='replace')[-4000:]}"
            for log in sorted(self.folder.glob("*.log"))
        )
        return "\n".join(tails)


@contextmanager
def installation(
    folder: Path,
    database_url: str,
    redis: servers.RedisServer,
    further: Mapping[str, str] | None = None,
    *,
    dispatcher: Mapping[str, str] | None = None,
    write: Callable[[Path], None] | None = None,
) -> Iterator[Installation]:
    """Start everything but the graders, with the demo's people and the smallest homework.

    `further` are settings beside the usual ones, `dispatcher` what only its environment has, and `write`
    makes of the folder of the course what it shall be instead.
    """
    house = prepared(folder, database_url, redis, further, write)
    with (
        _started(house, "recorder"),
        _started(house, "dispatcher", **(dispatcher or {})),
        _started(house, "blobs"),
        _started(house, "web"),
    ):
        house.await_ready()
        yield house


def prepared(
    folder: Path,
    database_url: str,
    redis: servers.RedisServer,
    further: Mapping[str, str] | None = None,
    write: Callable[[Path], None] | None = None,
) -> Installation:
    """All that an installation needs, but for its processes: none of them runs."""
    port = servers.free_port()
    course = _one_homework(folder / "assignments")
    if write is not None:
        write(folder / "assignments")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HAZI_")} | {
        "HAZI_DATABASE_URL": database_url,
        "HAZI_BROKER_URL": redis.broker_url,
        "HAZI_STORE": str(folder / "store"),
        "HAZI_SECRET_KEY": "a test's key, which nobody else ever uses",
        "HAZI_SIGNING_KEY": private_text(KEY),
        "HAZI_VERIFYING_KEY": public_text(KEY),
        "HAZI_BLOBS_PORT": str(servers.free_port()),
        "HAZI_ASSIGNMENTS": str(folder / "assignments"),
        "HAZI_PORT": str(port),
        **(further or {}),
    }
    run_command(folder, environ, "migrate")
    accounts = _people(folder, database_url, course)
    run_command(folder, environ, "sync")
    return Installation(f"http://127.0.0.1:{port}", folder, accounts, environ)


def hand_in(client: httpx.Client, content: bytes, name: str = "submission.py") -> dict[str, Any]:
    """Hand a file in over the API; returns the submission. What waits already is run as well."""
    answer: dict[str, Any] = (
        client.post(
            f"/assignments/{SLUG}/submissions", files={"file": (name, content)}, params={"keep": "true"}
        )
        .raise_for_status()
        .json()
    )
    return answer


def submission(client: httpx.Client, number: str) -> dict[str, Any]:
    """A submission as the API shows it now."""
    answer: dict[str, Any] = client.get(f"/submissions/{number}").raise_for_status().json()
    return answer


def await_done(client: httpx.Client, number: str) -> dict[str, Any]:
    """Wait for the end of the run; returns the submission."""
    servers.wait_until(
        lambda: submission(client, number)["state"] == "done", f"the end of {number}", GRADED_S, pause_s=0.2
    )
    return submission(client, number)


def _one_homework(target: Path) -> Course:
    """The real course, reduced to one homework that is open today."""
    course = copy_course(ROOT / "assignments", target, datetime.now(UTC))
    for folder in target.iterdir():
        if folder.is_dir() and folder.name not in {SLUG, "quizzes"}:
            shutil.rmtree(folder)
    for quiz in (target / "quizzes").glob("*.toml"):
        quiz.unlink()
    (target / "quizzes" / f"{QUIZ}.toml").write_text(TOML)
    settings = target / SLUG / "assignment.toml"
    settings.write_text(UPLOAD_LIMIT.sub("upload_mib = 30", settings.read_text()))  # for large files
    return course


def _people(folder: Path, database_url: str, course: Course) -> tuple[Account, ...]:
    database = Database(database_url)
    try:
        return tuple(provide_accounts(database, folder / "accounts.json", course, datetime.now(UTC)))
    finally:
        database.dispose()


def run_command(folder: Path, environ: Mapping[str, str], command: str) -> None:
    """One of the programs that end by themselves. Raises AssertionError with what it said where it failed."""
    log = folder / f"{command}.log"
    with servers.process([BIN / "hazi-server", command], log, env=environ) as child:
        status = child.wait(timeout=60)
    assert status == 0, log.read_text()


@contextmanager
def _started(house: Installation, command: str, **environ: str) -> Iterator[None]:
    log = house.folder / f"{command}.log"
    # gunicorn waits for pages that are being watched live, unless it is told to quit
    stop = signal.SIGQUIT if command in {"web", "blobs"} else signal.SIGTERM
    program = [BIN / "hazi-server", command]
    with servers.process(program, log, env={**house.environ, **environ}, stop=stop) as child:
        (house.folder / f"{command}.pid").write_text(str(child.pid))
        yield


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=5).is_success
    except httpx.TransportError:
        return False


def _is_there(address: str) -> bool:
    """Whether anybody answers, be it that nothing works."""
    try:
        httpx.get(address, timeout=5)
    except httpx.TransportError:
        return False
    return True
