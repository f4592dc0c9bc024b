"""Deciding in tests, one line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.contract import Verdict
from server.database import Database
from server.deadlines.changes import DateAuthor as Granter
from server.deadlines.changes import Grant, NewDates, edit_dates, grant
from server.deadlines.dates import dates_in_force
from server.grading.models import Submission
from server.grading.published import in_force
from server.person import Person
from server.standings.decisions.deciding import DecisionAuthor, Subject, newest_decision
from server.standings.models import Decision, Standing
from server.submissions.hand_in import HandIn, hand_in
from server.submissions.queue.grader_records import record_worker
from server.submissions.queue.outcomes import finish
from server.submissions.queue.recording import record_report
from server.submissions.queue.releasing import mark_sent, release
from tests.server.builders import COURSE, NOON
from tests.server.submissions.builders import (
    SLUG,
    ZONE,
    a_file,
    a_graded_submission,
    a_hello,
    a_report,
    grading_of,
)
from tests.server.submissions.conftest import Course

LATER = NOON + timedelta(hours=1)
MOST = Decimal(10)
DUE = datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)  # of assignments for which nothing else is said
OVER = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # nobody can hand in any more


def about(person: Person, slug: str = SLUG) -> Subject:
    return Subject(COURSE, slug, person.id)


def by(
    person: Person | None, reason: str = "because", *, seen: int | None = None, now: datetime = LATER
) -> DecisionAuthor:
    return DecisionAuthor(person, now, reason, seen)


def scored(course: Course, score: float = 0.5, minutes: int = 0, **facts: Any) -> str:  # noqa: ANN401
    """The number of a hand-in of Anna's with that score on both shares."""
    with course.database.write() as session:
        now = NOON + timedelta(minutes=minutes)
        content = b"# %f %d" % (score, minutes)
        made = a_graded_submission(session, course.anna, now=now, score=score, content=content, **facts)
        return made.id


def handed_in(
    course: Course, content: bytes, now: datetime = NOON, *, slug: str = SLUG, trial: bool = False
) -> str:
    """The number of a hand-in of Anna's that waits, and takes the place of what does already."""
    with course.database.write() as session:
        request = HandIn(slug, (a_file(content),), trial=trial).known_by_bytes()
        return hand_in(session, course.anna, request, now=now, zone=ZONE).id


def run_all(course: Course, now: datetime, score: float = 1.0, private: float | None = None) -> int:
    """Everything that waits is graded, if nothing else is said alike on both shares; how many runs."""
    with course.database.write() as session:
        record_worker(session, a_hello(slots=1000), now)
        session.flush()
        jobs = release(session, ZONE, now)
        for one in jobs:
            mark_sent(session, one, now)
        session.flush()
        for one in jobs:
            told = a_report(one.job.attempt_id, score=score, private=score if private is None else private)
            record_report(session, told, now)
    return len(jobs)


def failed(course: Course, number: str, *, held_out_given: bool, verdict: Verdict = Verdict.FAILED) -> None:
    """The only run of a hand-in ends by its student's doing."""
    with course.database.write() as session:
        grading = grading_of(session, session.get_one(Submission, number))
        report = replace(a_report("", verdict=verdict), held_out_given=held_out_given)
        finish(session, grading, report, NOON)


def ended_by_our_fault(course: Course, number: str, now: datetime = NOON) -> None:
    """The only run of a hand-in is given up."""
    with course.database.write() as session:
        grading = grading_of(session, session.get_one(Submission, number))
        finish(session, grading, a_report("", verdict=Verdict.GRADER_ERROR), now)


def extended(course: Course, due: datetime, slug: str = SLUG, *, now: datetime = NOON, **whom: Any) -> None:  # noqa: ANN401
    """More time for Anna, or for whom it is said."""
    with course.database.write() as session:
        spec = in_force(session, COURSE, slug, ZONE).spec
        rules = dates_in_force(session, COURSE, [spec], ZONE)[slug].rules
        request = Grant(slug, due, "ill", **(whom or {"user_id": course.anna.id}))
        grant(session, COURSE, rules, request, Granter(None, now))


def moved_to(course: Course, *, now: datetime = NOON, **dates: datetime) -> None:
    """The lecturer sets dates over those of the file."""
    done(course, edit_dates, COURSE, SLUG, NewDates("moved", **dates), Granter(course.lecturer, now))


def done(course: Course, verb: Callable[..., Any], *arguments: Any, **options: Any) -> Any:  # noqa: ANN401
    """What a verb returns in a transaction of its own."""
    with course.database.write() as session:
        return verb(session, *arguments, **options)


def done_to(course: Course, verb: Callable[..., Any], number: str, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401
    """As `done`, with a hand-in."""
    with course.database.write() as session:
        return verb(session, session.get_one(Submission, number), *arguments, **options)


def standing(database: Database, person: Person, slug: str = SLUG) -> Standing | None:
    with database.read() as session:
        return session.get(Standing, (COURSE, slug, person.id))


def counts(course: Course) -> Decimal | None:
    """The points of Anna that count."""
    row = standing(course.database, course.anna)
    return row.public_points if row else None


def newest(course: Course) -> int:
    with course.database.read() as session:
        return newest_decision(session, about(course.anna))


def decisions(session: Session) -> list[Decision]:
    return list(session.scalars(select(Decision).order_by(Decision.id)))


def number_of_decisions(course: Course) -> int:
    with course.database.read() as session:
        return len(decisions(session))
