"""A course with many students and tries, written straight into the tables."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import insert, select

from server import create_app
from server.accounts.credentials.tokens import add_token
from server.database import Database, Table
from server.grading.models import AssignmentVersion, State
from server.operations.schema_version import migrate
from server.person import Role
from server.standings.updates import recompute
from server.web import services
from tests import servers
from tests.server.builders import COURSE, NOON, PASSWORD, a_config, a_course, a_person
from tests.server.submissions.builders import SLUG, an_assignment

ROOT = Path(__file__).parent.parent
CHUNK = 5000
REPORT: dict[str, Any] = {  # as large as one of the course's own
    "verdict": "scored",
    "message": "Your model was trained and scored.",
    "message_hu": "A modell betanult, és pontot kapott.",
    "public": {"accuracy": 0.91, "macro_f1": 0.9, "confusion": [[90, 10] * 5] * 10},
    "checks": [{"name": f"check {number}", "passed": True, "points": 0.5} for number in range(8)],
    "curves": {"loss": [1 / (1 + epoch) for epoch in range(60)]},
}


@contextmanager
def serving(kind: str, folder: Path, broker_url: str = "redis://127.0.0.1:1/0") -> Iterator[Flask]:
    """The application on a new database of a kind, on this disk."""
    with ExitStack() as stack:
        url = ""
        if kind == "postgresql":
            cluster = stack.enter_context(servers.postgres_server(port=servers.free_port(), hasty=False))
            url = stack.enter_context(servers.fresh_database(cluster))
        folder.mkdir(parents=True, exist_ok=True)
        app = create_app(
            a_config(folder, url, broker_url=broker_url), clock=lambda: NOON + timedelta(days=20)
        )
        migrate(services(app).database)
        with services(app).database.write() as session:
            a_course(session)
        stack.callback(services(app).close)
        yield app


@contextmanager
def crowded(kind: str, students: int, tries: int) -> Iterator[tuple[Flask, dict[str, str]]]:
    """The application with so many students who have handed in so often, and the tokens of `enrol`."""
    with (
        tempfile.TemporaryDirectory(dir=ROOT / "build") as folder,
        serving(kind, Path(folder) / "server") as app,
    ):
        tokens = enrol(services(app).database, students)
        hand_in_all(services(app).database, tries)
        yield app, tokens


def enrol(database: Database, students: int) -> dict[str, str]:
    """The lecturer LEC001 and so many students; an API token of the lecturer and of the first of them."""
    with database.write() as session:
        lecturer = a_person(session, "LEC001", "Dr. Kovács Éva", role=Role.LECTURER, password=PASSWORD)
        people = [a_person(session, code_of(n), f"Diák {n:04}") for n in range(students)]
        now = NOON + timedelta(days=20)
        return {
            "lecturer": add_token(session, lecturer.id, "bench", now).key,
            "student": add_token(session, people[0].id, "bench", now).key,
        }


def code_of(number: int) -> str:
    """The Neptun code of a student."""
    return f"AA{number:04}"


def hand_in_all(database: Database, tries: int, *, seed: int = 1) -> None:
    """Every student hands in so often, everything is graded, and the standings are computed."""
    with database.write() as session:
        version = session.scalar(select(AssignmentVersion)) or an_assignment(session, per_day=1000)
        users = Table.metadata.tables["user"].c
        ids = list(session.scalars(select(users.id).where(users.neptun.like("AA%"))))
        for rows in _chunks(_hand_ins(ids, tries, version.id, random.Random(seed))):
            for table in ("submission", "submission_file", "grading"):
                session.execute(insert(Table.metadata.tables[table]), [row[table] for row in rows])
    with database.write() as session:
        recompute(session, COURSE)
    analyse(database)


def analyse(database: Database) -> None:
    """Let the database count its rows, as it does by itself in service."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


Rows = dict[str, dict[str, Any]]


def _hand_ins(ids: list[int], tries: int, version_id: int, chance: random.Random) -> Iterator[Rows]:
    for number in range(tries):
        for user_id in ids:
            at = NOON + timedelta(hours=number * 5, seconds=chance.randrange(3600))
            yield _hand_in(user_id, version_id, at, chance)


def _hand_in(user_id: int, version_id: int, at: datetime, chance: random.Random) -> Rows:
    name, digest = str(UUID(int=chance.getrandbits(128))), f"{chance.getrandbits(256):064x}"
    public, private = round(chance.random(), 4), round(chance.random(), 4)
    return {
        "submission": {
            "id": name,
            "run_of": name,
            "course_id": COURSE,
            "user_id": user_id,
            "slug": SLUG,
            "version_id": version_id,
            "received_at": at,
            "sha256": digest,
            "content_sha256": digest,
        },
        "submission_file": {
            "submission_id": name,
            "position": 0,
            "name": "submission.py",
            "sha256": digest,
            "size": 900,
        },
        "grading": {
            "submission_id": name,
            "version_id": version_id,
            "queue": "grade.cpu",
            "in_force": True,
            "final": False,
            "priority": 0,
            "seed": 1,
            "state": State.DONE,
            "created_at": at,
            "attempt": 1,
            "losses": 0,
            "returns": 0,
            "started_at": at,
            "finished_at": at + timedelta(seconds=9),
            "verdict": "scored",
            "score": public,
            "points": round(10 * public, 2),
            "private_score": private,
            "private_points": round(10 * private, 2),
            "report": REPORT,
        },
    }


def _chunks(rows: Iterator[Rows]) -> Iterator[list[Rows]]:
    chunk: list[Rows] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
