"""A hand-in that has just come in: it waits, and changes no more of a standing than its tallies.

Written down like that, a hand-in need not read all that its standing follows from. Whatever is more than
this is left to `keeping`, which computes everything anew.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from assignments.spec import Assignment
from server.changes import before_settling, touch
from server.courses.models import Enrolment
from server.db import hold
from server.deadlines.line import place
from server.standings.computing import Run, compute
from server.standings.deciding import Subject
from server.standings.keeping import seconds_of, values_of
from server.standings.models import Standing
from server.standings.states import StandingState
from server.standings.windows import OwnWindow, nothing_yet


def add_waiting(session: Session, subject: Subject, spec: Assignment, window: OwnWindow, run: Run) -> None:
    """Count a run that waits, of a new hand-in for the assignment as it is in force, and not of a trial."""
    before_settling(session, lambda session: _add(session, subject, spec, window, run))


def _add(session: Session, subject: Subject, spec: Assignment, window: OwnWindow, run: Run) -> None:
    enrolments = select(Enrolment.id).where(Enrolment.course_id == subject.course_id)
    hold(session, enrolments.where(Enrolment.user_id == subject.user_id))
    if _counted(session, subject, window, run):
        return
    if session.get(Standing, (subject.course_id, subject.slug, subject.user_id)) is not None:
        touch(session, subject.course_id, subject.slug, subject.user_id)  # something has arrived after it
        return
    work = replace(nothing_yet(spec, window, None), runs=(run,))
    values = values_of(compute([work], 0, window.day)[spec.slug])
    session.add(
        Standing(
            course_id=subject.course_id, slug=subject.slug, user_id=subject.user_id or 0, serial=1, **values
        )
    )


def _counted(session: Session, subject: Subject, window: OwnWindow, run: Run) -> bool:
    """Whether there is a standing and this run is its newest one."""
    missing = Standing.state == StandingState.MISSING
    rows = update(Standing).where(
        Standing.course_id == subject.course_id,
        Standing.slug == subject.slug,
        Standing.user_id == subject.user_id,
        or_(Standing.latest_at.is_(None), Standing.latest_at < run.arrival),
    )
    counted = rows.values(
        state=case((missing, str(StandingState.UNGRADED)), else_=Standing.state),
        hand_ins=Standing.hand_ins + 1,
        under_way=Standing.under_way + 1,
        latest_id=run.id,
        latest_at=run.arrival,
        latest_late_by_s=seconds_of(place(window.rules, window.own.due, run.arrival).late_by),
        serial=Standing.serial + 1,
    )
    options = {"synchronize_session": False}
    return session.scalar(counted.returning(Standing.serial), execution_options=options) is not None
