"""A course with one assignment, some students and staff, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from assignments.spec import Assignment
from server.accounts.labels import LabelChange, change_labels
from server.database import Database
from server.deadline_pages.extensions import ExtensionRequest, Granted, extend
from server.deadline_pages.typed_moments import read_due
from server.deadlines.changes import DateAuthor
from server.grading.models import FinalDraw
from server.grading.published import in_force
from server.person import Person, Role
from tests.server.builders import COURSE, NOON, a_person
from tests.server.submissions.builders import SLUG, ZONE, an_assignment


@dataclass(frozen=True, slots=True)
class Course:
    """Who is there, and what may be asked."""

    database: Database
    anna: Person
    bela: Person
    assistant: Person
    lecturer: Person

    def author(self, **later: float) -> DateAuthor:
        """The assistant, so much after noon."""
        return DateAuthor(self.assistant, NOON + timedelta(**later))

    def spec(self, session: Session, slug: str = SLUG) -> Assignment:
        return in_force(session, COURSE, slug, ZONE).spec

    def extend(self, due: str, *codes: str, **facts: object) -> list[Granted]:
        """What comes of asking for an extension in a transaction of its own."""
        told: dict[str, object] = {"reason": "ill", "neptuns": codes}
        later = facts.pop("later", {})
        assert isinstance(later, dict)
        with self.database.write() as session:
            request = ExtensionRequest(read_due(due, ZONE), **(told | facts))  # type: ignore[arg-type]
            return extend(session, COURSE, self.spec(session), request, self.author(**later))

    def draw_final(self) -> None:
        """The final data of the assignment are drawn."""
        with self.database.write() as session:
            session.add(FinalDraw(course_id=COURSE, slug=SLUG, nonce="0" * 32, drawn_at=NOON))

    def give_label(self, label: str, *codes: str) -> None:
        with self.database.write() as session:
            change_labels(session, COURSE, codes, [label], LabelChange.ADD)


@pytest.fixture
def course(database: Database) -> Course:
    with database.write() as session:
        an_assignment(session)
        return Course(
            database,
            a_person(session, "ABC123"),
            a_person(session, "XYZ789", "Nagy Béla"),
            a_person(session, "ASS001", "Tóth Béla", role=Role.ASSISTANT),
            a_person(session, "LEC001", "Dr. Kovács Éva", role=Role.LECTURER),
        )


def local(text: str) -> datetime:
    """A moment by the wall clock of the course."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)
