"""The newest hand-in that waits takes the place of the older ones that do, where that can cost nothing."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from server.grading.service import Grading, State, Submission
from server.standings.rules import DecisionKind
from server.standings.service import Choice, Decision, DecisionAuthor, OwnWindow, Subject, record, subject_of

REPLACED = "replaced by a newer hand-in"

# Built once: this is asked with every hand-in, and building costs more than asking.
_WAITING = (
    select(Grading)
    .join(Submission, Submission.id == Grading.submission_id)
    .where(Submission.course_id == bindparam("course"), Submission.user_id == bindparam("user"))
    .where(Submission.slug == bindparam("slug"), Submission.id != bindparam("newer"))
    .where(Submission.trial.is_(False), Grading.regrade_id.is_(None), Grading.final.is_(False))
    .where(Grading.state == State.WAITING, Grading.in_force)
    .with_for_update(skip_locked=True, of=Grading)
)


def replace_waiting(session: Session, newer: Submission, window: OwnWindow, author: DecisionAuthor) -> bool:
    """What this student has waiting for the assignment is not run: the newer one is what they mean.

    It runs all the same where it came in better time, where staff wanted it to run, and where the student
    chose it to count. Whether anything was replaced.
    """
    subject = subject_of(newer)
    asked = {"course": newer.course_id, "user": newer.user_id, "slug": newer.slug, "newer": newer.id}
    waiting = session.scalars(_WAITING, asked).all()
    if not waiting:  # mostly
        return False
    kept = _kept(session, subject, {one.submission_id for one in waiting}, newer, window)
    replaced = [one for one in waiting if one.submission_id not in kept]
    for grading in replaced:
        grading.state, grading.finished_at = State.CANCELLED, author.now
        grading.attempt_id = grading.not_before = None
        new = {"cancelled": True, "run": grading.id, "replaced_by": newer.id}
        record(session, DecisionKind.CANCEL, subject, author, new, submission_id=grading.submission_id)
    return bool(replaced)


def _kept(
    session: Session, subject: Subject, owners: Collection[str], newer: Submission, window: OwnWindow
) -> set[str]:
    """Those whose run is worth something of its own; a run is for all hand-ins with its content."""
    rows = select(Submission).where(Submission.run_of.in_(owners), Submission.id != newer.id)
    sharing = session.scalars(rows).all()
    wanted = _wanted(session, subject, {one.id for one in sharing})
    return {
        one.run_of
        for one in sharing
        if one.id in wanted or not window.makes_no_difference(one.received_at, newer.received_at)
    }


def _wanted(session: Session, subject: Subject, submissions: Collection[str]) -> set[str]:
    """Those that staff have handed in or let go on after all, and the one that is chosen."""
    kinds = (DecisionKind.HAND_IN, DecisionKind.CANCEL)
    rows = select(Decision).where(Decision.submission_id.in_(submissions), Decision.kind.in_(kinds))
    wanted = {one.submission_id for one in session.scalars(rows) if one.submission_id and _is_wish(one)}
    choice = session.get(Choice, (subject.course_id, subject.slug, subject.user_id))
    return wanted | ({choice.submission_id} if choice else set())


def _is_wish(decision: Decision) -> bool:
    return decision.kind == DecisionKind.HAND_IN or decision.new.get("cancelled") is False
