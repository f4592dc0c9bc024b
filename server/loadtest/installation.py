"""An installation for one load test: a server on loopback with its own Redis, in a folder that goes away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from assignments.spec import read_course
from server.accounts import service as accounts
from server.courses.service import keep_course
from server.database import Database
from server.operations.ports import free_port
from server.operations.programs import ends_with_us, redis_answers, redis_server, web_answers
from server.operations.run_folders import run_folder
from server.operations.schema_version import migrate
from server.quizzes.service import sync_quizzes
from server.store.folder import FolderStore

START_S = 60.0
LOOK_S = 0.05
QUIZ = """\
slug = "load"
title = { en = "Load test", hu = "Terhelési próba" }
"""
QUESTION = """
[[question]]
id = "question-{number}"
type = "single"
text = {{ en = "Which one is question {number} about?", hu = "Miről szól a(z) {number}. kérdés?" }}
seconds = 60
options = [
  {{ text = {{ en = "Precision", hu = "Precizitás" }}, correct = true }},
  {{ text = {{ en = "Recall", hu = "Felidézés" }} }},
  {{ text = {{ en = "Accuracy", hu = "Pontosság" }} }},
  {{ text = {{ en = "None of them", hu = "Egyik sem" }} }},
]
"""
COURSE = 'title = { en = "Load", hu = "Terhelés" }\nterm = "test"\n'
LECTURER = "LECT01"


@dataclass(slots=True)
class Installation:
    """The programs and files of one load test."""

    folder: Path
    environ: Mapping[str, str]
    port: int
    token: str = field(repr=False)  # the lecturer's
    codes: tuple[str, ...]  # the players'
    redis_port: int
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def database_url(self) -> str:
        """Where the answers are."""
        return self.environ["HAZI_DATABASE_URL"]

    @property
    def group(self) -> int:
        """The process group of the web server."""
        return self.children["web"].pid

    def start_redis(self) -> None:
        """Start the Redis, and wait until it answers."""
        where = ("--port", str(self.redis_port), "--bind", "127.0.0.1", "--dir", str(self.folder))
        self._start("redis", [redis_server() or "redis-server", *where, "--save", ""])
        _await(lambda: redis_answers(port=self.redis_port), "Redis")

    def start_web(self) -> None:
        """Start the web server, and wait until it answers."""
        self._start("web", [sys.executable, "-m", "server.commands", "web"])
        _await(lambda: web_answers(f"http://127.0.0.1:{self.port}/readyz"), "the web server")

    def kill(self, name: str) -> None:
        """End a process and all its children as a power cut would."""
        child = self.children.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def _start(self, name: str, command: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.children[name] = subprocess.Popen(
                ends_with_us(command),
                env=dict(self.environ),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


@contextmanager
def installation(players: int, questions: int, database_url: str = "") -> Iterator[Installation]:
    """A running server with so many students on its class list and one quiz. Ends with the block."""
    with run_folder("load") as folder:
        port, redis_port = free_port(), free_port()
        environ = _environ(folder, port, redis_port, database_url or f"sqlite:///{folder / 'hazi.sqlite3'}")
        token, codes = _prepare(folder, environ["HAZI_DATABASE_URL"], players, questions)
        here = Installation(folder, environ, port, token, codes, redis_port)
        try:
            here.start_redis()
            here.start_web()
            yield here
        finally:
            for running in list(here.children):
                here.kill(running)


def _environ(folder: Path, port: int, redis_port: int, database_url: str) -> dict[str, str]:
    foreign = {name: value for name, value in os.environ.items() if not name.startswith("HAZI_")}
    return foreign | {
        "HAZI_DATABASE_URL": database_url,
        "HAZI_BROKER_URL": f"redis://127.0.0.1:{redis_port}/0",
        "HAZI_STORE": str(folder / "store"),
        "HAZI_SECRET_KEY": os.urandom(32).hex(),
        "HAZI_ASSIGNMENTS": str(folder / "course"),
        "HAZI_PORT": str(port),
        "TMPDIR": str(folder),  # these programs are killed, and then their own folders go with ours
    }


def _prepare(folder: Path, database_url: str, players: int, questions: int) -> tuple[str, tuple[str, ...]]:
    course = folder / "course"
    (course / "quizzes").mkdir(parents=True)
    (course / "course.toml").write_text(COURSE)
    asked = "".join(QUESTION.format(number=number) for number in range(1, questions + 1))
    (course / "quizzes" / "load.toml").write_text(QUIZ + asked)
    now, codes = datetime.now(UTC), tuple(f"P{number:05d}" for number in range(players))
    database = Database(database_url)
    migrate(database)
    described = read_course(COURSE)
    with database.write() as session:
        course_id = keep_course(session, described, now).id
    sync_quizzes(database, FolderStore(folder / "store"), course, described.zone, now, course_id=course_id)
    rows = [accounts.RosterRow(code, f"Player {code}") for code in codes]
    with database.write() as session:
        accounts.apply_roster(session, course_id, rows, now, seed=1, reach=accounts.EVERYBODY)
        row = accounts.RosterRow(LECTURER, "Lecturer")
        accounts.make_staff(session, course_id, row, accounts.Role.LECTURER, now, seed=2)
        lecturer = accounts.find_person(session, course_id, LECTURER)
        assert lecturer is not None  # noqa: S101 - made just above
        token = accounts.add_token(session, lecturer.id, "load test", now).key
    database.dispose()
    return token, codes


def _await(condition: Callable[[], bool], what: str) -> None:
    patience_ends = time.monotonic() + START_S
    while not condition():
        if time.monotonic() > patience_ends:
            raise TimeoutError(f"{what} does not answer")
        time.sleep(LOOK_S)
