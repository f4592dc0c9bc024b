"""What is left to somebody of an assignment's tries, read from the database in few questions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from assignments.spec import Assignment
from server.grading.service import Grading, State, Submission, SubmissionFile, is_current
from server.person import Person
from server.standings.service import returned_tries
from server.submissions.admission.tries import Left, Past, Used, day_of, left


def allowances(
    session: Session,
    person: Person,
    specs: Collection[Assignment],
    *,
    now: datetime,
    zone: ZoneInfo,
    at_least: bool = False,
) -> dict[str, Left]:
    """What is left of each of these assignments, by slug.

    With `at_least` it is what is left in any case: tries that staff have given back are not asked for.
    """
    today = _handed_in(session, person, now, zone, at_least=at_least)
    charged = _charged(session, person, [spec.slug for spec in specs if spec.limits.total])
    pausing = [spec.slug for spec in specs if spec.limits.cooldown]
    latest = _latest(session, person, pausing, at_least=at_least)
    return {
        spec.slug: left(
            spec.limits,
            [past for past in today if past.slug == spec.slug],
            Used(
                hand_ins=sum(past.slug == spec.slug and not past.trial for past in today),
                size=sum(past.size for past in today if past.slug == spec.slug),
                size_of_all=sum(past.size for past in today),
                count_of_all=len(today),
            ),
            charged.get(spec.slug, 0),
            latest.get(spec.slug),
        )
        for spec in specs
    }


def count_of_day(session: Session, person: Person, now: datetime, zone: ZoneInfo) -> int:
    """How much was handed in on this day, for any assignment."""
    return session.connection().scalar(_COUNT_OF_A_DAY, _of_day(person, now, zone)) or 0


def _of_day(person: Person, now: datetime, zone: ZoneInfo) -> dict[str, object]:
    day = day_of(now, zone)
    return {"course": person.course_id, "user": person.id, "begins": day.begins, "ends": day.ends}


def _handed_in(
    session: Session, person: Person, now: datetime, zone: ZoneInfo, *, at_least: bool
) -> list[Past]:
    """Everything of this day, for any assignment."""
    found = session.connection().execute(_OF_A_DAY, _of_day(person, now, zone)).all()
    ask = found and not at_least
    returned = returned_tries(session, person.course_id, person.id) if ask else frozenset[str]()
    return [
        Past(
            slug=row.slug,
            trial=row.trial,
            is_free=row.state == State.CANCELLED
            or not row.charged
            or row.run_of != row.id
            or row.id in returned,
            size=int(row.size or 0),
        )
        for row in found
    ]


# Built once: this is asked twice with every hand-in, and building costs more than asking.
_SIZE = select(func.sum(SubmissionFile.size)).where(SubmissionFile.submission_id == Submission.id)
_DAY = (
    *(Submission.course_id == bindparam("course"), Submission.user_id == bindparam("user")),
    *(Submission.received_at >= bindparam("begins"), Submission.received_at < bindparam("ends")),
)
_COUNT_OF_A_DAY = select(func.count()).select_from(Submission).where(*_DAY)
_OF_A_DAY = (
    select(
        *(Submission.slug, Submission.id, Submission.run_of, Submission.trial),
        *(Grading.state, Grading.charged, _SIZE.scalar_subquery().label("size")),
    )
    .join(Grading, is_current())
    .where(*_DAY)
)


def _charged(session: Session, person: Person, slugs: Collection[str]) -> dict[str, int]:
    """How many tries of each of these assignments were used, on all days."""
    if not slugs:
        return {}
    returned = returned_tries(session, person.course_id, person.id)
    rows = (
        select(Submission.slug, Submission.id)
        .join(Grading, is_current())
        .where(*_of(person), Submission.slug.in_(slugs), Submission.trial.is_(False), *_CHARGED)
    )
    return _counted(row.slug for row in session.execute(rows) if row.id not in returned)


def _latest(
    session: Session, person: Person, slugs: Collection[str], *, at_least: bool
) -> dict[str, datetime]:
    """When somebody last handed in what costs a try, for each of these assignments."""
    if not slugs:
        return {}
    returned = frozenset() if at_least else returned_tries(session, person.course_id, person.id)
    rows = (
        select(Submission.slug, func.max(Submission.received_at))
        .join(Grading, is_current())
        .where(*_of(person), Submission.slug.in_(slugs), Submission.trial.is_(False), *_CHARGED)
        .where(Submission.id.not_in(returned))
        .group_by(Submission.slug)
    )
    return {slug: at for slug, at in session.execute(rows)}  # noqa: C416 - rows are no pairs


_CHARGED = (
    Submission.run_of == Submission.id,
    Grading.state != State.CANCELLED,
    Grading.charged,
)


def _counted(slugs: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for slug in slugs:
        found[slug] = found.get(slug, 0) + 1
    return found


def _of(person: Person) -> tuple[ColumnElement[bool], ...]:
    return Submission.course_id == person.course_id, Submission.user_id == person.id
