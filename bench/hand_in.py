"""The request that hands in, against bare Flask views on the same web server."""

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
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

import assignments
from bench.measure import Comparison, compare
from grader.contract import BundleFile
from server import create_app
from server.accounts.credentials.tokens import add_token
from server.accounts.models import ApiToken
from server.config import Config
from server.courses.service import keep_course
from server.grading.models import Grading, State
from server.operations.schema_version import migrate
from server.person import Person
from server.standings.updates import recompute
from server.submissions.hand_in import HandIn, hand_in
from server.submissions.models import Outbox
from server.submissions.publishing import sync
from server.web import services
from tests import servers
from tests.grader import blobs
from tests.server.builders import a_config, a_person

ROOT = Path(__file__).parent.parent
BEFORE = 3  # hand-ins of each student that are graded already


def hand_in_request(runs: int) -> Comparison:
    """Against a view that writes the file and no more."""
    return _compared("hand-in request, to one that only writes the file", "/hand-in", runs, promised=5)


def durable_hand_in(runs: int) -> Comparison:
    """Against a view that does the same durable work: the file synced to disk and one row committed."""
    return _compared(
        "hand-in request, to one that syncs the file and commits a row", "/hand-in-durable", runs, promised=2
    )


def _compared(what: str, bare_address: str, runs: int, *, promised: float) -> Comparison:
    """Each request brings other bytes over an open connection to one gevent worker of gunicorn."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=ROOT / "build")))
        broker = stack.enter_context(servers.redis_server())
        config = replace(a_config(folder), broker_url=broker.broker_url, assignments=course_folder(folder))
        tokens = prepare(config, runs + 1)
        ours = stack.enter_context(server("server.wsgi:application()", environment(config)))
        bare = stack.enter_context(server("bench.bare_view:application()", _bare(folder)))
        address = "/api/v1/assignments/blobs/submissions"
        return compare(
            what,
            lambda number: _post(ours, address, number, {"Authorization": f"Bearer {tokens[number]}"}),
            lambda number: _post(bare, bare_address, number, {}),
            runs=runs,
            promised=promised,
        )


def _bare(folder: Path) -> dict[str, str]:
    """The bare views keep their files and rows on the same disk."""
    files = folder / "bare"
    files.mkdir()
    return {"BARE_FOLDER": str(files), "BARE_DATABASE_URL": f"sqlite:///{folder / 'bare.sqlite3'}"}


def _post(client: httpx.Client, address: str, number: int, headers: dict[str, str]) -> None:
    source = blobs.HONEST.encode() + f"# {number}\n".encode()
    answer = client.post(address, files={"file": ("submission.py", source)}, headers=headers)
    assert answer.status_code == 201, answer.text


def course_folder(folder: Path) -> Path:
    """A course of one assignment that may be handed in often."""
    course = folder / "course"
    course.mkdir()
    shutil.copy(assignments.ROOT / assignments.COURSE_FILE, course)
    blobs.write_assignment(course)
    return course


def prepare(config: Config, students: int) -> list[str]:
    """A database with the assignment and students in it who have results; returns their tokens."""
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
        people = [a_person(session, f"AA{number:04}") for number in range(students)]
        tokens = [add_token(session, one.id, "bench", those.clock()).key for one in people]
        for one in people:
            _hand_in_before(session, one, those.clock() - timedelta(days=2), those.course.zone)
    with those.database.write() as session:
        session.execute(update(ApiToken).values(last_used_at=those.clock()))  # they looked at the page before
        session.execute(delete(Outbox))
        session.execute(update(Grading).values(state=State.DONE, verdict="scored", score=0.5, points=5.0))
        recompute(session, course_id)
    those.close()
    return tokens


def _hand_in_before(session: Session, person: Person, at: datetime, zone: ZoneInfo) -> None:
    for number in range(BEFORE):
        digest = sha256(f"{person.neptun} {number}".encode()).hexdigest()
        request = HandIn("blobs", (BundleFile("submission.py", digest, 900),), content=digest, keep=True)
        hand_in(session, person, request, now=at + timedelta(hours=number), zone=zone)


def environment(config: Config) -> dict[str, str]:
    """The settings for a server of its own."""
    return {
        "HAZI_SECRET_KEY": config.secret_key,
        "HAZI_DATABASE_URL": config.database_url,
        "HAZI_BROKER_URL": config.broker_url,
        "HAZI_STORE": config.store,
        "HAZI_ASSIGNMENTS": str(config.assignments),
        "HAZI_RECEIPT_KEYS": " ".join(config.receipt_keys),
    }


@contextmanager
def server(application: str, settings: dict[str, str], *, workers: int = 1) -> Iterator[httpx.Client]:
    """A gunicorn with gevent workers, and a client of it."""
    port = servers.free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--worker-class=gevent",
        f"--workers={workers}",
        "--log-level=warning",
    ]
    command += [f"--bind=127.0.0.1:{port}", application]
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    with tempfile.TemporaryFile() as log:  # both write one, as they would in service
        child = subprocess.Popen(command, env=kept | settings, cwd=ROOT, stdout=log, stderr=log)
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
