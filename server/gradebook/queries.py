"""What the gradebook reads from the database: standings beside the people they are of, by index."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from server.accounts.service import User, person_columns, person_of_row
from server.courses.service import Enrolment
from server.gradebook.ranking import Entry
from server.gradebook.students import students_of
from server.person import Person, Role
from server.standings.rules import StandingState
from server.standings.service import Standing
from server.submissions.service import Grading, InForce, Submission, is_current


@dataclass(frozen=True, slots=True)
class Counting:
    """A standing with a score, or a baseline, as far as a board cares."""

    person: Person | None  # None: a baseline
    baseline: str | None
    submission_id: str
    version_id: int
    received_at: datetime
    score: float
    points: Decimal
    tries: int
    public_score: float | None


_PRIVATE = (Standing.submission_id, Standing.version_id, Standing.arrival, Standing.score, Standing.points)
_PUBLIC = (
    *(Standing.public_submission_id, Standing.public_version_id, Standing.public_arrival),
    *(Standing.public_score, Standing.public_points),
)


def entries(session: Session, published: InForce, *, private: bool) -> list[Entry]:
    """What is ranked: of each student what counts on one share; of those that are excused nothing."""
    submission, _version, arrival, score, _points = columns = _columns(private=private)
    rows = select(submission, Standing.user_id, score, arrival).join(Enrolment, _enrolment())
    rows = rows.where(Standing.course_id == published.course_id, Standing.slug == published.spec.slug)
    rows = rows.where(Enrolment.role == Role.STUDENT, *_is_ranked(columns))
    found: Iterable[Any] = session.connection().execute(rows)
    return [Entry(*row) for row in found]


def counting(
    session: Session, published: InForce, users: Collection[int], *, private: bool
) -> list[Counting]:
    """The same of these students, with all that a board shows."""
    columns = _columns(private=private)
    rows = (
        students_of(published.course_id)
        .with_only_columns(
            *columns, Standing.hand_ins, Standing.public_score, *person_columns(), maintain_column_froms=True
        )
        .join(Standing, and_(Standing.user_id == User.id, Standing.course_id == Enrolment.course_id))
        .where(Standing.slug == published.spec.slug, User.id.in_(users))
        .where(*_is_ranked(columns))
    )
    found: Iterable[Any] = session.connection().execute(rows)
    return [Counting(person_of_row(row[7:]), None, *row[:7]) for row in found]


def _is_ranked(columns: Iterable[Any]) -> tuple[ColumnElement[bool], ...]:
    """Not who has a zero by decision, or is excused: their score is worth nothing."""
    return Standing.state == StandingState.SCORED, *(column.is_not(None) for column in columns)


def _columns(*, private: bool) -> tuple[Any, ...]:
    """Submission, version, arrival, score and points of a share."""
    return _PRIVATE if private else _PUBLIC


def baselines(session: Session, published: InForce, *, private: bool) -> list[Counting]:
    """What the course itself handed in for the version in force, where it has a score."""
    of_share = Grading.private_score if private else Grading.score
    worth = Grading.private_points if private else Grading.points
    rows = (
        select(Submission.baseline, Submission.id, Submission.received_at, of_share, worth, Grading.score)
        .join(Grading, is_current())
        .where(Submission.course_id == published.course_id, Submission.slug == published.spec.slug)
        .where(Submission.baseline.is_not(None), Submission.version_id == published.version_id)
        .where(of_share.is_not(None), worth.is_not(None))
    )
    version, found = published.version_id, cast("Iterable[Any]", session.execute(rows))
    return [
        Counting(None, name, submission_id, version, at, score, Decimal(str(points)), 1, public_score)
        for name, submission_id, at, score, points, public_score in found
    ]


def _enrolment() -> ColumnElement[bool]:
    return and_(Enrolment.course_id == Standing.course_id, Enrolment.user_id == Standing.user_id)
