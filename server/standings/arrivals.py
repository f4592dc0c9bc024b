"""A hand-in that has just come in: it waits, and changes no more of a standing than its tallies.

Written down like that, a hand-in need not read all that its standing follows from. Whatever is more than
this is left to `updates`, which computes everything anew.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import bindparam, case, func, or_, select, update
from sqlalchemy.orm import Session

from assignments.spec import Assignment
from server.courses.service import Enrolment
from server.database import Table, hold
from server.deadlines.rules import timing_at
from server.deadlines.service import DateEdit
from server.grading.service import PublishedAssignment
from server.standings.computation import Run, compute
from server.standings.decisions.deciding import Subject
from server.standings.models import Standing
from server.standings.states import StandingState
from server.standings.updates import seconds_of, values_of
from server.standings.windows import OwnWindow, nothing_yet
from server.touched_standings import before_settling, touch


def add_waiting(session: Session, subject: Subject, spec: Assignment, window: OwnWindow, run: Run) -> None:
    """Count a run that waits, of a new hand-in for the assignment as it is in force, and not of a trial."""
    before_settling(session, lambda session: _add(session, subject, spec, window, run))


def _add(session: Session, subject: Subject, spec: Assignment, window: OwnWindow, run: Run) -> None:
    hold(session, _ENROLMENT, {"course": subject.course_id, "user": subject.user_id})
    if _counted(session, subject, window, run):
        return
    if not _is_first(session, subject, window, run):
        touch(session, subject.course_id, subject.slug, subject.user_id)
        return
    work = replace(nothing_yet(spec, window, None), runs=(run,))
    values = values_of(compute([work], 0, window.day)[spec.slug])
    session.add(
        Standing(
            course_id=subject.course_id, slug=subject.slug, user_id=subject.user_id or 0, serial=1, **values
        )
    )


def _counted(session: Session, subject: Subject, window: OwnWindow, run: Run) -> bool:
    """Whether there is a standing whose newest run this is, and nothing changed since `window` was read."""
    values = _known(subject, window, run) | {
        "student": subject.user_id,
        "own_due": window.own.due,
        "run": run.id,
        "arrived": run.arrival,
        "late": seconds_of(timing_at(window.rules, window.own.due, run.arrival).late_by),
    }
    return session.connection().scalar(_COUNT, values) is not None


def _is_first(session: Session, subject: Subject, window: OwnWindow, run: Run) -> bool:
    """Whether there is no standing yet, and nothing was changed since `window` was read.

    Who has an extension has a standing.
    """
    if session.get(Standing, (subject.course_id, subject.slug, subject.user_id)) is not None:
        return False
    unchanged = session.connection().scalar(_UNCHANGED, _known(subject, window, run)) is not None
    return unchanged and window.own.because is None


def _known(subject: Subject, window: OwnWindow, run: Run) -> dict[str, object]:
    """By what a hand-in was let in: the version in force, and the dates of staff."""
    return {
        "course": subject.course_id,
        "assignment": subject.slug,
        "version": run.version_id,
        "edit": window.edit,
    }


# Built once: this is done with every hand-in, and building costs more than doing.
_ENROLMENT = select(Enrolment.id).where(
    Enrolment.course_id == bindparam("course"), Enrolment.user_id == bindparam("user")
)
_TABLE = Table.metadata.tables["standing"]
_ROWS = _TABLE.c
_VERSION = (
    select(PublishedAssignment.version_id)
    .where(PublishedAssignment.course_id == bindparam("course"))
    .where(PublishedAssignment.slug == bindparam("assignment"))
    .scalar_subquery()
)
_EDIT = (
    select(func.coalesce(func.max(DateEdit.id), 0))
    .where(DateEdit.course_id == bindparam("course"), DateEdit.slug == bindparam("assignment"))
    .scalar_subquery()
)
_SAME = (bindparam("version") == _VERSION, bindparam("edit") == _EDIT)
_UNCHANGED = select(_VERSION).where(*_SAME)
_COUNT = (
    update(_TABLE)
    .where(_ROWS.course_id == bindparam("course"), _ROWS.user_id == bindparam("student"))
    .where(_ROWS.slug == bindparam("assignment"))
    .where(or_(_ROWS.latest_at.is_(None), _ROWS.latest_at < bindparam("arrived")))
    .where(_ROWS.due == bindparam("own_due"), *_SAME)
    .values(
        state=case(
            (_ROWS.state == str(StandingState.MISSING), str(StandingState.UNGRADED)), else_=_ROWS.state
        ),
        hand_ins=_ROWS.hand_ins + 1,
        under_way=_ROWS.under_way + 1,
        latest_id=bindparam("run"),
        latest_at=bindparam("arrived"),
        latest_late_by_s=bindparam("late"),
        serial=_ROWS.serial + 1,
    )
    .returning(_ROWS.serial)
)
