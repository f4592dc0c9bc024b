"""The dispatcher and a regrade, with many runs that wait."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import delete, func, insert, select, update

from bench.crowd import crowded
from bench.measure import Comparison
from server.accounts.service import find_person
from server.database import Database, Table
from server.grading.models import Grading, State
from server.grading.published import in_force
from server.submissions.models import Outbox
from server.submissions.queue.grader_records import record_worker
from server.submissions.queue.recording import record_report
from server.submissions.queue.releasing import mark_sent, release
from server.submissions.reruns.regrades import RegradeAuthor, apply_regrade, regrade_of, start_regrade
from server.web import services
from tests.server.builders import COURSE, NOON
from tests.server.submissions.builders import SLUG, ZONE, a_hello, a_report, a_submission

NOW = NOON + timedelta(days=19)
WAITING, FEW = 10_000, 100
STUDENTS = 1000


def dispatcher_on(kind: str) -> Callable[[int], Comparison]:
    """One round of the dispatcher with 10,000 that wait, to one with 100; its slot is free each time."""

    def measure(runs: int) -> Comparison:
        with crowded(kind, STUDENTS, WAITING // STUDENTS) as (app, _tokens):
            database = services(app).database
            times = {}
            for number in (FEW, WAITING):
                _let_wait(database, number)
                times[number] = statistics.median(_round(database, run) for run in range(runs))
        return Comparison(
            what=f"dispatcher's round with {WAITING} waiting, to one with {FEW}, {kind}",
            ours_s=round(times[WAITING], 4),
            bare_s=round(times[FEW], 4),
            ratio=round(times[WAITING] / times[FEW], 3),
            runs=runs,
            details={"round_ms": round(times[WAITING] * 1e3, 1)},
        )

    return measure


def _let_wait(database: Database, number: int) -> None:
    """So many of the runs wait as if they had just come in, and nothing runs."""
    with database.write() as session:
        session.execute(delete(Outbox))
        session.execute(update(Grading).values(state=State.DONE, attempt_id=None, released_at=None))
        first = select(Grading.id).order_by(Grading.id).limit(number)
        session.execute(update(Grading).where(Grading.id.in_(first)).values(state=State.WAITING, attempt=0))
        ids = list(session.scalars(select(Grading.id).where(Grading.state == State.WAITING)))
        rows = [{"grading_id": one, "created_at": NOW} for one in ids]
        session.execute(insert(Table.metadata.tables["outbox"]), rows)
        record_worker(session, a_hello(slots=1), NOW)


def _round(database: Database, number: int) -> float:
    """How long it takes to choose the next run and to write down that it is out."""
    now = NOW + timedelta(seconds=number)
    start = time.perf_counter()
    with database.write() as session:
        found = [one.grading_id for one in release(session, ZONE, now)]
    took = time.perf_counter() - start
    assert found
    with database.write() as session:
        session.execute(update(Grading).where(Grading.id.in_(found)).values(state=State.DONE))
    return took


def regrade_on(kind: str) -> Callable[[int], Comparison]:
    """1,000 submissions are graded again; how many runs of the regrade begin while a fresh hand-in waits."""

    def measure(runs: int) -> Comparison:
        with crowded(kind, STUDENTS, 1) as (app, _tokens):
            database = services(app).database
            started = _timed(lambda: _start(database))
            waited = _grade_all(database, runs)
            applied = _timed(lambda: _apply(database))
        most = max(waited)
        return Comparison(
            what=f"regrade of {STUDENTS} submissions beside fresh ones, {kind}",
            ours_s=round(applied, 3),
            bare_s=round(started, 3),
            ratio=round(applied / started, 3),
            runs=runs,
            details={
                "start_s": round(started, 3),
                "apply_s": round(applied, 3),
                "runs_waited_for": float(most),
            },
            promised_details={"runs_waited_for": 1.0},
        )

    return measure


def _timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def _author(database: Database) -> RegradeAuthor:
    with database.read() as session:
        return RegradeAuthor(find_person(session, COURSE, "LEC001"), NOW, "a wrong test set")


def _start(database: Database) -> None:
    author = _author(database)
    with database.write() as session:
        start_regrade(session, in_force(session, COURSE, SLUG, ZONE), None, author)


def _apply(database: Database) -> None:
    author = _author(database)
    with database.write() as session:
        apply_regrade(session, regrade_of(session, COURSE, 1, lock=True), author)


def _grade_all(database: Database, fresh: int) -> list[int]:
    """One grader with one slot takes all; every now and then a student hands in. The runs each waited for."""
    waiting: dict[str, int] = {}
    waited: list[int] = []
    with database.write() as session:
        record_worker(session, a_hello(slots=1), NOW)
    for number in range(STUDENTS + fresh + 2):
        now = NOW + timedelta(seconds=number)
        with database.write() as session:
            record_worker(session, a_hello(slots=1), now)
            session.flush()
            found = release(session, ZONE, now)
            for one in found:
                mark_sent(session, one, now)
        if number < STUDENTS and number % (STUDENTS // fresh) == 1:  # while that one runs
            with database.write() as session:
                person = find_person(session, COURSE, "AA0500")
                assert person is not None
                content = f"x = {number}\n".encode()
                waiting[a_submission(session, person, now=now, content=content).id] = 0
        for one in found:
            if one.submission_id in waiting:
                waited.append(waiting.pop(one.submission_id))
            else:
                waiting = {name: count + 1 for name, count in waiting.items()}
            with database.write() as session:
                record_report(session, a_report(one.job.attempt_id, score=0.9), now)
    with database.read() as session:
        left = session.scalar(select(func.count()).where(Grading.state != State.DONE))
    assert left == 0, f"{left} have no end"
    return waited
