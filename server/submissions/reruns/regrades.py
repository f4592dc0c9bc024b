"""Regrades: what was handed in runs again beside the results in force, until that is applied or dropped."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from grader.contract import Verdict
from server.database import hold
from server.errors import BadInput, NotFound
from server.grading.service import (
    UNDER_WAY,
    AssignmentVersion,
    Grading,
    InForce,
    Priority,
    PublishedAssignment,
    Regrade,
    RegradeState,
    State,
    Submission,
    alike_versions,
    all_in_force,
    is_applied_by,
    is_current,
)
from server.person import Person
from server.standings.service import Standing
from server.submissions.models import Outbox
from server.touched_standings import touch

REASON_LENGTH = 2000
LATEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class RegradeAuthor:
    """Who regrades, when and why."""

    person: Person | None  # None: by a command of the server
    now: datetime
    reason: str = ""

    @property
    def id(self) -> int | None:
        """Of the account."""
        return self.person.id if self.person else None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a regrade is, in runs."""

    runs: int
    waiting: int  # for a grader
    running: int
    graded: int  # with a result that can be applied
    without: int  # cancelled, or ended by our fault: the old result stays

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.waiting + self.running == 0


def start_regrade(
    session: Session, published: InForce, users: Collection[int] | None, author: RegradeAuthor
) -> Regrade:
    """Let what was handed in run again with the version in force: of these students, or of all.

    Raises BadInput where another regrade of the assignment is open, where there is nothing to run, or where
    the reason is missing.
    """
    reason = author.reason.strip()
    if not reason:
        raise BadInput(_("Write why it is graded again: the students read it."))
    if len(reason) > REASON_LENGTH:
        raise BadInput(_("A reason has at most %(n)s characters.", n=REASON_LENGTH))
    slug, course_id = published.spec.slug, published.course_id
    session.get_one(PublishedAssignment, (course_id, slug), with_for_update=True)  # one of two waits
    if open_regrade(session, course_id, slug) is not None:
        raise BadInput(_("A regrade of this assignment is open: apply or drop it first."))
    if _final_under_way(session, course_id, slug):
        raise BadInput(_("Final runs of this assignment have not ended yet: grade again when they have."))
    regrade = Regrade(
        course_id=course_id,
        slug=slug,
        version_id=published.version_id,
        reason=reason,
        started_by=author.id,
        started_at=author.now,
    )
    session.add(regrade)
    session.flush()
    if not _add_runs(session, published, regrade, users, author.now):
        raise BadInput(
            _("There is nothing to grade again: nobody of these has handed in files that are kept.")
        )
    return regrade


def open_regrade(session: Session, course_id: int, slug: str) -> Regrade | None:
    """The regrade of an assignment that is neither applied nor dropped."""
    rows = select(Regrade).where(
        Regrade.course_id == course_id, Regrade.slug == slug, Regrade.state == RegradeState.OPEN
    )
    return session.scalar(rows)


def regrade_of(session: Session, course_id: int, regrade_id: int, *, lock: bool = False) -> Regrade:
    """A regrade of this course. Raises NotFound."""
    if regrade_id > LATEST_ID:  # more than the database can be asked for
        raise NotFound
    rows = select(Regrade).where(Regrade.id == regrade_id, Regrade.course_id == course_id)
    found = session.scalar(rows.with_for_update() if lock else rows)
    if found is None:
        raise NotFound
    return found


def progress(session: Session, regrade: Regrade) -> Progress:
    """How far its runs are."""
    rows = select(Grading.state, Grading.verdict, func.count()).where(Grading.regrade_id == regrade.id)
    counts = {
        (state, verdict): number
        for state, verdict, number in session.execute(rows.group_by(Grading.state, Grading.verdict))
    }
    runs = sum(counts.values())
    graded = sum(
        number
        for (state, verdict), number in counts.items()
        if state == State.DONE and verdict != Verdict.GRADER_ERROR
    )
    waiting = sum(
        number for (state, _v), number in counts.items() if state in {State.WAITING, State.RELEASED}
    )
    running = sum(number for (state, _v), number in counts.items() if state == State.RUNNING)
    return Progress(runs, waiting, running, graded, runs - graded - waiting - running)


def apply_regrade(session: Session, regrade: Regrade, author: RegradeAuthor) -> None:
    """From now on the new results count. Raises BadInput before all runs have ended, or after an end."""
    _refuse_unless_open(regrade)
    if not progress(session, regrade).ended:
        raise BadInput(_("Not all runs have ended: wait for them, or cancel those that hang."))
    session.flush()
    ran_again = select(Grading.submission_id).where(Grading.regrade_id == regrade.id)
    hold(session, select(Grading.id).where(Grading.submission_id.in_(ran_again), Grading.in_force))
    again = select(Grading.submission_id).where(is_applied_by(regrade.id))
    before = (Grading.submission_id.in_(again), Grading.in_force)
    session.execute(update(Grading).where(*before).values(in_force=False), execution_options=_FETCHED)
    session.execute(
        update(Grading).where(is_applied_by(regrade.id)).values(in_force=True), execution_options=_FETCHED
    )
    _end(session, regrade, RegradeState.APPLIED, author)
    touch(session, regrade.course_id, regrade.slug, None)


def drop_regrade(session: Session, regrade: Regrade, author: RegradeAuthor) -> None:
    """The old results stay, and what has not run yet never will. Raises BadInput after an end."""
    _refuse_unless_open(regrade)
    session.flush()
    unfinished = (Grading.regrade_id == regrade.id, Grading.state.in_(UNDER_WAY))
    session.execute(
        update(Grading)
        .where(*unfinished)
        .values(state=State.CANCELLED, attempt_id=None, lease_until=None, finished_at=author.now),
        execution_options=_FETCHED,
    )
    _end(session, regrade, RegradeState.DROPPED, author)


def outdated(session: Session, published: InForce) -> int:
    """How many results of students in force are not comparable with those of the version in force."""
    versions = select(AssignmentVersion.id).where(
        AssignmentVersion.course_id == published.course_id, AssignmentVersion.slug == published.spec.slug
    )
    others = set(session.scalars(versions)) - alike_versions(session, published)
    if not others:  # mostly: no hand-in need be looked at
        return 0
    rows = select(func.count()).select_from(Submission).join(Grading, is_current())
    return session.scalar(rows.where(*_students_of(published), Grading.version_id.in_(others))) or 0


def outdated_by_slug(session: Session, course_id: int, zone: ZoneInfo) -> dict[str, int]:
    """The same for each assignment that has any."""
    found = {one.spec.slug: outdated(session, one) for one in all_in_force(session, course_id, zone)}
    return {slug: number for slug, number in found.items() if number}


_FETCHED = {"synchronize_session": "fetch"}


def _add_runs(
    session: Session, published: InForce, regrade: Regrade, users: Collection[int] | None, now: datetime
) -> int:
    """A run for each hand-in whose files are kept; those that count now go first. How many."""
    rows = (
        select(Submission.id, Grading.final, Grading.seed, Standing.user_id.is_not(None))
        .join(Grading, is_current())
        .outerjoin(Standing, _counts())
        .where(*_students_of(published), Submission.run_of == Submission.id)
        .where(Submission.files_removed_at.is_(None), Grading.state != State.CANCELLED)
        .order_by(Submission.received_at, Submission.id)
    )
    if users is not None:
        rows = rows.where(Submission.user_id.in_(users))
    found = session.execute(rows).all()
    for submission_id, final, seed, is_counting in found:
        grading = Grading(
            submission_id=submission_id,
            version_id=published.version_id,
            queue=published.queue,
            in_force=False,
            final=final,
            regrade_id=regrade.id,
            seed=seed,  # so that only what was corrected makes a difference
            priority=Priority.REGRADE_COUNTING if is_counting else Priority.REGRADE,
            state=State.WAITING,
            created_at=now,
        )
        session.add(grading)
        session.add(Outbox(grading=grading, created_at=now))
    session.flush()
    return len(found)


def _final_under_way(session: Session, course_id: int, slug: str) -> bool:
    rows = (
        select(Grading.id)
        .join(Submission, Submission.id == Grading.submission_id)
        .where(Submission.course_id == course_id, Submission.slug == slug)
        .where(Grading.final, Grading.regrade_id.is_(None), Grading.state.in_(UNDER_WAY))
    )
    return session.scalar(rows.limit(1)) is not None


def _counts() -> ColumnElement[bool]:
    """A standing to which a submission gives its points, on either share."""
    return and_(
        Standing.course_id == Submission.course_id,
        Standing.slug == Submission.slug,
        Standing.user_id == Submission.user_id,
        or_(Standing.submission_id == Submission.id, Standing.public_submission_id == Submission.id),
    )


def _students_of(published: InForce) -> tuple[ColumnElement[bool], ...]:
    return (
        Submission.course_id == published.course_id,
        Submission.slug == published.spec.slug,
        Submission.user_id.is_not(None),
        Submission.trial.is_(False),
    )


def _refuse_unless_open(regrade: Regrade) -> None:
    if regrade.state == RegradeState.APPLIED:
        raise BadInput(_("This regrade has been applied already."))
    if regrade.state == RegradeState.DROPPED:
        raise BadInput(_("This regrade has been dropped already."))


def _end(session: Session, regrade: Regrade, state: RegradeState, author: RegradeAuthor) -> None:
    regrade.state, regrade.ended_by, regrade.ended_at = state, author.id, author.now
    session.flush()
