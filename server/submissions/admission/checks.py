"""Whether a hand-in may come in at this moment: by the clock, and by what its student has used up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from assignments.spec import Assignment
from server.courses.service import Course, know_course
from server.deadlines.rules import DeadlinePhase
from server.deadlines.service import are_of_file
from server.errors import Closed, NotOpen, Text, TriesUsedUp, UnknownAssignment, Unpublished
from server.grading.service import AssignmentVersion, InForce, PublishedAssignment, in_force_as
from server.person import Person
from server.standings.service import MakeupBar, OwnWindow, makeup_bar, own_window, window_of_file
from server.submissions.admission.allowance import allowances, count_of_day
from server.submissions.admission.refusals import refuse_trial, refuse_without_tries
from server.submissions.admission.tries import (
    Excess,
    day_of,
    excess,
    most_bytes,
    most_bytes_of_all,
    most_hand_ins,
)
from server.submissions.refusals import DayUsedUp, MakeupNotNeeded, MakeupsUsedUp


@dataclass(frozen=True, slots=True)
class Judged:
    """What a hand-in was let in with: the same is let in as long as nothing else comes in."""

    size: int
    trial: bool
    of_day: int  # that were there already


@dataclass(frozen=True, slots=True)
class Admission:
    """By what a hand-in is judged: the version in force, and the student's own line."""

    published: InForce
    window: OwnWindow
    course: Course
    judged: Judged | None = None

    @property
    def spec(self) -> Assignment:
        """What the version says."""
        return self.published.spec


def admission_of(session: Session, person: Person, slug: str, *, zone: ZoneInfo) -> Admission:
    """By what a hand-in of this person would be judged. Raises UnknownAssignment."""
    if not slug.isprintable():
        raise UnknownAssignment  # PostgreSQL would stumble over a NUL
    found = session.execute(_LINE, {"course": person.course_id, "slug": slug}).one_or_none()
    if found is None:
        raise UnknownAssignment
    version, unpublished_at, course, is_of_file = found
    know_course(session, course)
    published = in_force_as(version, unpublished_at, zone)
    window = window_of_file(published.spec, course) if is_of_file else None
    if window is None:
        window = own_window(session, course.id, person.id, published.spec)
    return Admission(published, window, course)


# Built once: this is asked with every hand-in, and building costs more than asking.
_LINE = (
    select(
        AssignmentVersion,
        PublishedAssignment.unpublished_at,
        Course,
        are_of_file(bindparam("course"), bindparam("slug")),
    )
    .select_from(PublishedAssignment)
    .join(AssignmentVersion, AssignmentVersion.id == PublishedAssignment.version_id)
    .join(Course, Course.id == PublishedAssignment.course_id)
    .where(Course.id == bindparam("course"), PublishedAssignment.slug == bindparam("slug"))
)


def admit(
    session: Session,
    person: Person,
    slug: str,
    size: int,
    *,
    now: datetime,
    zone: ZoneInfo,
    trial: bool = False,
) -> Admission:
    """By what a hand-in of so many bytes is taken. Staff may hand in at any time.

    Raises UnknownAssignment, Unpublished, NotOpen, Closed, TriesUsedUp or DayUsedUp, or why not as a make-up.
    """
    found = admit_by_the_clock(session, person, slug, now=now, zone=zone, trial=trial)
    refuse_over_limits(session, person, found.spec, size, now=now, zone=zone, trial=trial)
    return found


def admit_by_the_clock(
    session: Session, person: Person, slug: str, *, now: datetime, zone: ZoneInfo, trial: bool = False
) -> Admission:
    """As `admit`, whatever was handed in before."""
    found = admission_of(session, person, slug, zone=zone)
    if trial:
        refuse_trial(found.spec)
    if not person.is_staff:
        _refuse_by_the_clock(session, person, found, now)
    return found


def refuse_over_limits(
    session: Session,
    person: Person,
    spec: Assignment,
    size: int,
    *,
    now: datetime,
    zone: ZoneInfo,
    trial: bool = False,
) -> Judged | None:
    """Raise TriesUsedUp or DayUsedUp for somebody who has handed in enough. Staff may at any time."""
    if person.is_staff:
        return None
    midnight_s = max(1, int((day_of(now, zone).ends - now).total_seconds()))
    limits = spec.limits
    found = allowances(session, person, [spec], now=now, zone=zone, at_least=True)[spec.slug]
    if over := excess(limits, found.used, size, trial=trial):
        raise DayUsedUp(_enough(over, spec), retry_after_s=midnight_s)
    try:
        refuse_without_tries(found, spec, now, midnight_s, trial=trial)
    except TriesUsedUp:  # unless some were given back
        found = allowances(session, person, [spec], now=now, zone=zone)[spec.slug]
        refuse_without_tries(found, spec, now, midnight_s, trial=trial)
    return Judged(size, trial, found.used.count_of_all)


def refuse_over_limits_now(
    session: Session,
    person: Person,
    admission: Admission,
    size: int,
    *,
    now: datetime,
    zone: ZoneInfo,
    trial: bool,
) -> None:
    """The same once more, while nothing else of this person comes in: mostly nothing has meanwhile."""
    judged = admission.judged
    is_same = judged is not None and (judged.size, judged.trial) == (size, trial)
    if judged is None or not is_same or count_of_day(session, person, now, zone) != judged.of_day:
        refuse_over_limits(session, person, admission.spec, size, now=now, zone=zone, trial=trial)


def _refuse_by_the_clock(session: Session, person: Person, found: Admission, now: datetime) -> None:
    if found.published.unpublished_at is not None:
        raise Unpublished
    where = found.window.at(now)
    if where.phase is DeadlinePhase.NOT_OPEN:
        raise NotOpen
    if where.phase is DeadlinePhase.MAKEUP:
        _refuse_makeup(makeup_bar(session, person.course_id, person.id, found.spec, now))
    elif not where.takes:
        raise Closed


def _refuse_makeup(bar: MakeupBar | None) -> None:
    if bar is MakeupBar.NONE_THERE:
        raise Closed
    if bar is MakeupBar.NOT_FAILED:
        raise MakeupNotNeeded
    if bar is MakeupBar.TOO_MANY:
        raise MakeupsUsedUp


def _enough(found: Excess, spec: Assignment) -> Text:
    """Why not, and what to do."""
    limits = spec.limits
    if found is Excess.HAND_INS:
        return _(
            "You have handed in %(n)s times today, and more is not taken on one day, whatever became of it. "
            "Try your files at home with `hazi check`, and hand in again after midnight.",
            n=most_hand_ins(limits.per_day),
        )
    most = most_bytes if found is Excess.SIZE else most_bytes_of_all
    return _(
        "With this you would have handed in more than %(mib)s MiB today, and no more is kept of one day. "
        "Hand in smaller files, or again after midnight.",
        mib=most(limits) >> 20,
    )
