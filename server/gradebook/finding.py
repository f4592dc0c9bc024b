"""What the gradebook reads from the database: standings beside the people they are of, by index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from server.accounts.service import Role
from server.courses.models import Enrolment
from server.standings.service import Standing
from server.submissions.service import Grading, InForce, Submission, is_current


@dataclass(frozen=True, slots=True)
class Counting:
    """A standing with a score, or a baseline, as far as a board cares."""

    user_id: int | None  # None: a baseline
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


def counting(session: Session, published: InForce, *, private: bool) -> list[Counting]:
    """Of each student what counts on one share; of those that are excused nothing."""
    columns = _PRIVATE if private else _PUBLIC
    rows = (
        select(Standing.user_id, *columns, Standing.hand_ins, Standing.public_score)
        .join(Enrolment, _enrolment())
        .where(Standing.course_id == published.course_id, Standing.slug == published.spec.slug)
        .where(Enrolment.role == Role.STUDENT, *(column.is_not(None) for column in columns))
    )
    found: Iterable[Any] = session.execute(rows)
    return [Counting(row[0], None, *row[1:]) for row in found]


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


@dataclass(frozen=True, slots=True)
class LatestRun:
    """The newest hand-in of a student with the run in force."""

    submission_id: str
    received_at: datetime
    state: str
    verdict: str | None


def latest_runs(session: Session, course_id: int, slug: str) -> dict[int, LatestRun]:
    """By user."""
    rows = (
        select(Standing.user_id, Submission.id, Submission.received_at, Grading.state, Grading.verdict)
        .join(Submission, Submission.id == Standing.latest_id)
        .join(Grading, is_current())
        .where(Standing.course_id == course_id, Standing.slug == slug)
    )
    return {row[0]: LatestRun(*row[1:]) for row in session.execute(rows)}


def _enrolment() -> ColumnElement[bool]:
    return and_(Enrolment.course_id == Standing.course_id, Enrolment.user_id == Standing.user_id)
