"""The request that hands in, against a bare Flask view that only stores the file, on the same web server."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import httpx

import assignments
from bench.measure import Comparison, compare
from server import create_app
from server.accounts.tokens import create_token
from server.config import Config
from server.courses.service import keep_course
from server.migrate import migrate
from server.submissions.publishing import sync
from server.web import services
from tests import servers
from tests.grader import blobs
from tests.server.builders import a_config, a_person

ROOT = Path(__file__).parent.parent


def hand_in_request(runs: int) -> Comparison:
    """Each request brings other bytes over an open connection to one gevent worker of gunicorn."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        broker = stack.enter_context(servers.redis_server())
        config = replace(a_config(folder), broker_url=broker.broker_url, assignments=_course(folder))
        token = _prepare(config)
        ours = stack.enter_context(_server("server.wsgi:application()", _environment(config)))
        bare = stack.enter_context(_server("bench.bare_view:application()", {"BARE_FOLDER": str(folder)}))
        headers = {"Authorization": f"Bearer {token}"}
        address = "/api/v1/assignments/blobs/submissions"
        return compare(
            "hand-in request",
            lambda number: _post(ours, address, number, headers),
            lambda number: _post(bare, "/hand-in", number, {}),
            runs=runs,
        )


def _post(client: httpx.Client, address: str, number: int, headers: dict[str, str]) -> None:
    source = blobs.HONEST.encode() + f"# {number}\n".encode()
    answer = client.post(address, files={"file": ("submission.py", source)}, headers=headers)
    assert answer.status_code == 201, answer.text


def _course(folder: Path) -> Path:
    """A course of one assignment that may be handed in often."""
    course = folder / "course"
    course.mkdir()
    shutil.copy(assignments.ROOT / assignments.COURSE_FILE, course)
    blobs.write_assignment(course)
    return course


def _prepare(config: Config) -> str:
    """A database with the assignment and a student in it; returns the student's token."""
    app = create_app(config)
    those = services(app)
    migrate(those.database)
    with those.database.write() as session:
        course_id = keep_course(session, those.course, those.clock()).id
    outcomes = sync(
        those.database, those.store, config.assignments, those.course.zone, those.clock(), course_id=course_id
    )
    assert not any(outcome.problem for outcome in outcomes), outcomes
    with those.database.write() as session:
        person = a_person(session)
        token = create_token(session, person.id, "bench", those.clock()).key
    those.close()
    return token


def _environment(config: Config) -> dict[str, str]:
    return {
        "HAZI_SECRET_KEY": config.secret_key,
        "HAZI_DATABASE_URL": config.database_url,
        "HAZI_BROKER_URL": config.broker_url,
        "HAZI_STORE": config.store,
        "HAZI_ASSIGNMENTS": str(config.assignments),
    }


@contextmanager
def _server(application: str, environment: dict[str, str]) -> Iterator[httpx.Client]:
    """One gunicorn with one gevent worker, and a client of it."""
    port = servers.free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--worker-class=gevent",
        "--workers=1",
        "--log-level=warning",
    ]
    command += [f"--bind=127.0.0.1:{port}", application]
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    with tempfile.TemporaryFile() as log:  # both write one, as they would in service
        child = subprocess.Popen(command, env=kept | environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            servers.wait_until(lambda: _answers(client), application)
            yield client
    finally:
        servers.end(child, signal.SIGTERM)


def _answers(client: httpx.Client) -> bool:
    try:
        client.get("/healthz")
    except httpx.TransportError:
        return False
    return True
