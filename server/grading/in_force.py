"""Which of the gradings of a submission counts: the one in force, and how another one comes into force."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session, aliased

from grader.contract import Verdict
from server.grading.models import Grading, State, Submission

_InForce = aliased(Grading)


def current(submission: Submission) -> Grading:
    """The grading that counts. While a final run or a regrade goes on, it is the one of before."""
    return next(grading for grading in submission.gradings if grading.in_force)


def is_current() -> ColumnElement[bool]:
    """In a query: the grading that counts of a submission, to join the two."""
    return and_(Grading.submission_id == Submission.run_of, Grading.in_force)


def is_applied_by(regrade_id: int) -> ColumnElement[bool]:
    """In a query: the results that a regrade puts in force.

    Where a run has none the old result stays; and what was cancelled meanwhile stays cancelled.
    """
    cancelled = select(_InForce.submission_id).where(_InForce.in_force, _InForce.state == State.CANCELLED)
    ended = and_(Grading.state == State.DONE, Grading.verdict != Verdict.GRADER_ERROR)
    return and_(Grading.regrade_id == regrade_id, ended, Grading.submission_id.not_in(cancelled))


def put_in_force(session: Session, grading: Grading) -> None:
    """From now on this grading counts in place of the one of before."""
    session.flush()
    before = (Grading.submission_id == grading.submission_id, Grading.in_force, Grading.id != grading.id)
    session.execute(update(Grading).where(*before).values(in_force=False))
    grading.in_force = True
