"""What the gradebook reads from the database: as little as it needs, whatever was handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session

from server.gradebook.ranking import SHOWN_DIGITS, Better
from server.submissions.service import Grading, Submission, may_count

Columns = TypeVarTuple("Columns")
NEAR = 2 * 10**-SHOWN_DIGITS  # scores that look equal differ by less


@dataclass(frozen=True, slots=True)
class Run:
    """A submission and the grading that counts, as far as the overview cares."""

    id: str
    user_id: int | None
    received_at: datetime
    late_by_s: int
    state: str
    verdict: str | None
    points: float | None
    final: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A submission that may be its student's best, or a baseline; `tries` are all of that student."""

    id: str
    user_id: int | None
    baseline: str | None
    version_id: int
    received_at: datetime
    score: float
    points: float
    tries: int


def runs_of_students(session: Session, course_id: int, slug: str) -> list[Run]:
    """Everything that students handed in for one assignment, in the order in which it came."""
    columns = (Submission.id, Submission.user_id, Submission.received_at, Submission.late_by_s)
    wanted = select(*columns, Grading.state, Grading.verdict, Grading.points, Grading.final)
    rows = _counting(wanted, course_id, slug)
    rows = rows.where(Submission.user_id.is_not(None)).order_by(Submission.received_at, Submission.id)
    return [Run(**row) for row in session.execute(rows).mappings()]


def candidates(session: Session, course_id: int, slug: str, better: Better) -> Sequence[Candidate]:
    """The baselines, and of each student the runs that look as good as the best one, mostly just that."""
    owner, highest = Submission.user_id, better is Better.HIGHER
    columns = (Submission.id, Submission.user_id, Submission.baseline, Submission.version_id)
    is_final = case((Grading.final, 1), else_=0)
    every = _counting(
        select(
            *(*columns, Submission.received_at, Grading.score, Grading.points),
            is_final.label("final"),
            func.count().over(partition_by=owner).label("tries"),
            func.max(is_final).over(partition_by=owner).label("settled"),
        ),
        course_id,
        slug,
    ).subquery()
    best = (func.max if highest else func.min)(every.c.score).over(partition_by=every.c.user_id).label("best")
    # Where a student has a final run, it alone counts.
    counting = or_(every.c.user_id.is_(None), every.c.final == every.c.settled)
    found = select(*every.c, best).where(counting).subquery()
    near = found.c.score >= found.c.best - NEAR if highest else found.c.score <= found.c.best + NEAR
    wanted = [column for column in found.c if column.name not in {"best", "final", "settled"}]
    rows = select(*wanted).where(found.c.score.is_not(None), or_(found.c.user_id.is_(None), near))
    return [Candidate(**row) for row in session.execute(rows).mappings()]


def _counting(columns: Select[*Columns], course_id: int, slug: str) -> Select[*Columns]:
    """Each submission for an assignment beside the grading that counts."""
    of_assignment = (Submission.course_id == course_id, Submission.slug == slug)
    last = (
        select(func.max(Grading.id).label("id"))
        .join(Submission, Submission.id == Grading.submission_id)
        .where(*of_assignment, may_count(Grading.__table__))
        .group_by(Grading.submission_id)
        .subquery()
    )
    whole = columns.join(Grading, Grading.submission_id == Submission.id)
    return whole.join(last, last.c.id == Grading.id).where(*of_assignment)
