"""People and settings for tests, one line each."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

import assignments
from assignments.spec import read_course
from grader.signing import new_signing_key, private_text
from server.accounts import people
from server.accounts.roster import RosterRow
from server.accounts.service import set_password
from server.config import Config
from server.courses.models import CourseState
from server.courses.service import Course, keep_course
from server.person import Person, Role

NOON = datetime(2026, 10, 1, 10, 0, tzinfo=UTC)  # 12:00 in Budapest
PASSWORD = "correct horse battery"
COURSE = 1  # the id of the course in every database that is newly made for a test
SECRET_KEY = "a secret that is long enough for tests"
RECEIPT_KEY = private_text(new_signing_key())


def a_config(folder: Path, database_url: str = "", **changes: object) -> Config:
    """Settings of a server that keeps everything below `folder`."""
    settings: dict[str, object] = {
        "secret_key": SECRET_KEY,
        "database_url": database_url or f"sqlite:///{folder / 'hazi.sqlite3'}",
        "broker_url": "redis://127.0.0.1:1/0",  # nobody listens there
        "store": str(folder / "store"),
        "assignments": Path(assignments.__file__).parent,
        "public_url": "http://localhost",
        "receipt_keys": (RECEIPT_KEY,),
    }
    return Config(**(settings | changes))  # type: ignore[arg-type]


def a_course(session: Session) -> int:
    """The row that `hazi-server sync` makes of the packaged course; its id."""
    described = read_course((assignments.ROOT / assignments.COURSE_FILE).read_text())
    return keep_course(session, described, NOON).id


def another_course(session: Session, slug: str = "statistics-2026-27-1") -> int:
    """A second course on the same server; its id."""
    facts = {"title_en": "Statistics", "title_hu": "Statisztika", "term": "2026/27/1"}
    course = Course(slug=slug, zone="Europe/Budapest", state=CourseState.OPEN, created_at=NOON, **facts)
    session.add(course)
    session.flush()
    return course.id


def a_person(
    session: Session,
    neptun: str = "ABC123",
    name: str = "Kiss Anna",
    *,
    role: Role = Role.STUDENT,
    password: str | None = None,
    email: str = "",
    course_id: int = COURSE,
) -> Person:
    """Somebody of the course; without a password they cannot sign in."""
    row = RosterRow(neptun, name, email)
    taken = people.nicknames(session, course_id)
    person = people.add_person(session, course_id, row, role, NOON, seed=len(taken), taken=taken)
    if password is not None:
        set_password(session, person, password)
    return person
