"""Which of the gradings of a submission counts: the last, but a final run only once it has an end."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from grader.contract import Verdict
from server.submissions.models import Grading, State, Submission


def current(submission: Submission) -> Grading:
    """The grading that counts. While a final run waits or runs, what was there before is still to be seen."""
    return next(grading for grading in reversed(submission.gradings) if _may_count(grading))


def current_grading_id() -> object:
    """In a query over submissions: the id of the grading that counts."""
    inner = Grading.__table__.alias("of_submission")
    of_submission = select(func.max(inner.c.id)).where(
        inner.c.submission_id == Submission.id, may_count(inner)
    )
    return of_submission.correlate(Submission).scalar_subquery()


def may_count(gradings: Any) -> ColumnElement[bool]:  # noqa: ANN401 - the table, or an alias of it
    """In a query: whether a grading may be the one that counts. A fault of ours is no final result."""
    ended = and_(gradings.c.state == State.DONE, gradings.c.verdict != Verdict.GRADER_ERROR)
    return or_(gradings.c.final.is_(False), ended)


def _may_count(grading: Grading) -> bool:
    return not grading.final or (grading.state == State.DONE and grading.verdict != Verdict.GRADER_ERROR)
