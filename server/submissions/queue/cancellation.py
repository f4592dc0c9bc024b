"""Runs that are ended before their end: by their student while they wait, by staff at any time."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.errors import BadInput, NotFound
from server.grading.service import (
    UNDER_WAY,
    FilesRemoved,
    Grading,
    Regrade,
    RegradeState,
    State,
    Submission,
    current,
)
from server.standings.rules import DecisionKind
from server.standings.service import Decision, DecisionAuthor, record, subject_of, take_turn
from server.submissions.queue.outcomes import put_back, touch_owner
from server.submissions.refusals import RunBegun, RunOver, RunShared


def cancel(
    session: Session, submission: Submission, author: DecisionAuthor, run_id: int | None = None
) -> Decision | None:
    """End a run: what a grader still tells of it counts no more, and it costs no try.

    Without `run_id` it is the one in force, or where that is over the newest that is not. A baseline is
    nobody's: of its run no decision is written. Raises NotFound for a run of others, RunOver for one that has
    ended, RunBegun and RunShared for a student whose run does not wait or is for several hand-ins, and for
    staff NoReason and Overtaken.
    """
    grading = _under_way(session, submission, run_id)
    if not _is_staff(author):
        _refuse_to_students(session, submission, grading)
    _take_turn(session, submission, author)
    grading.state, grading.finished_at = State.CANCELLED, author.now
    grading.attempt_id = grading.lease_until = grading.not_before = None
    return _record(session, submission, grading, author, cancelled=True)


def resume(
    session: Session, submission: Submission, author: DecisionAuthor, run_id: int | None = None
) -> Decision | None:
    """Let a cancelled run go on after all: it waits again. By staff alone.

    Raises NotFound where nothing is cancelled, FilesRemoved, BadInput for a run of a regrade that is over,
    NoReason and Overtaken.
    """
    grading = _cancelled(session, submission, run_id)
    if submission.files_removed_at is not None:
        raise FilesRemoved
    regrade = session.get(Regrade, grading.regrade_id) if grading.regrade_id is not None else None
    if regrade is not None and regrade.state != RegradeState.OPEN:
        raise BadInput(_("The regrade of this run is over."))
    if grading.final and _has_final(session, submission):
        raise BadInput(_("Another final run of this student has taken its place."))
    _take_turn(session, submission, author)
    grading.finished_at = None
    put_back(session, grading, author.now)
    return _record(session, submission, grading, author, cancelled=False)


def may_cancel(session: Session, submission: Submission) -> bool:
    """Whether its student would not be refused just now."""
    return current(submission).state == State.WAITING and not _is_shared(session, submission)


def open_runs(session: Session, submission: Submission) -> list[Grading]:
    """The runs of a hand-in that have not ended, the one in force first."""
    rows = select(Grading).where(Grading.submission_id == submission.run_of, Grading.state.in_(UNDER_WAY))
    return list(session.scalars(rows.order_by(Grading.in_force.desc(), Grading.id.desc())))


def _has_final(session: Session, submission: Submission) -> bool:
    """Whether a final run of the same student is there that is not cancelled."""
    rows = (
        select(Grading.id)
        .join(Submission, Submission.id == Grading.submission_id)
        .where(Submission.course_id == submission.course_id, Submission.slug == submission.slug)
        .where(Submission.user_id == submission.user_id, Grading.final, Grading.regrade_id.is_(None))
        .where(Grading.state != State.CANCELLED)
    )
    return session.scalar(rows.limit(1)) is not None


def _is_staff(author: DecisionAuthor) -> bool:
    return author.person is None or author.person.is_staff


def _refuse_to_students(session: Session, submission: Submission, grading: Grading) -> None:
    if not grading.in_force or grading.state != State.WAITING:
        raise RunBegun
    if _is_shared(session, submission):
        raise RunShared


def _is_shared(session: Session, submission: Submission) -> bool:
    """Whether another hand-in has the same run."""
    others = select(Submission.id).where(
        Submission.run_of == submission.run_of, Submission.id != submission.id
    )
    return session.scalar(others.limit(1)) is not None


def _under_way(session: Session, submission: Submission, run_id: int | None) -> Grading:
    """The run to end, held until the block ends: graders and dispatchers wait, and find it ended."""
    of_it = [grading.id for grading in open_runs(session, submission)]
    wanted = of_it[0] if of_it and run_id is None else run_id
    if wanted is None:
        raise RunOver
    grading = _locked(session, submission, wanted)
    if grading.state not in UNDER_WAY:
        raise RunOver
    return grading


def _cancelled(session: Session, submission: Submission, run_id: int | None) -> Grading:
    rows = select(Grading.id).where(
        Grading.submission_id == submission.run_of, Grading.state == State.CANCELLED
    )
    wanted = run_id or session.scalar(rows.order_by(Grading.in_force.desc(), Grading.id.desc()).limit(1))
    if wanted is None:
        raise NotFound
    grading = _locked(session, submission, wanted)
    if grading.state != State.CANCELLED:
        raise BadInput(_("This run is not cancelled."))
    return grading


def _locked(session: Session, submission: Submission, run_id: int) -> Grading:
    rows = select(Grading).where(Grading.id == run_id, Grading.submission_id == submission.run_of)
    grading = session.scalar(rows.with_for_update(), execution_options={"populate_existing": True})
    if grading is None:
        raise NotFound
    return grading


def _take_turn(session: Session, submission: Submission, author: DecisionAuthor) -> None:
    if submission.user_id is not None:
        take_turn(session, subject_of(submission), author)


def _record(
    session: Session, submission: Submission, grading: Grading, author: DecisionAuthor, *, cancelled: bool
) -> Decision | None:
    touch_owner(session, submission)
    if submission.user_id is None:
        return None
    new = {"cancelled": cancelled, "run": grading.id, "in_force": grading.in_force}
    return record(
        session, DecisionKind.CANCEL, subject_of(submission), author, new, submission_id=submission.id
    )
