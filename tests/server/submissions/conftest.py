"""A course with one assignment and two students, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from server.database import Database
from server.person import Person, Role
from tests.server.builders import a_person
from tests.server.submissions.builders import an_assignment


@dataclass(frozen=True, slots=True)
class Course:
    """Who is there."""

    database: Database
    anna: Person
    bela: Person
    lecturer: Person


@pytest.fixture
def course(database: Database) -> Course:
    with database.write() as session:
        an_assignment(session)
        return Course(
            database,
            a_person(session, "ABC123"),
            a_person(session, "XYZ789", "Nagy Béla"),
            a_person(session, "LEC001", "Dr. Kovács Éva", role=Role.LECTURER),
        )
