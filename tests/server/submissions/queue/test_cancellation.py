"""Runs that are cancelled: who may, what it costs, and who comes too late."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from grader.contract import JobReturn, ReturnCause
from server.database import Database
from server.errors import BadInput, NotFound
from server.grading.models import Grading, Regrade, State, Submission
from server.grading.published import in_force
from server.person import Person
from server.standings.decisions.deciding import DecisionAuthor
from server.standings.models import Decision, Standing
from server.standings.refusals import NoReason, Overtaken
from server.submissions.admission.allowance import allowances
from server.submissions.hand_in import HandIn, add_baseline, hand_in
from server.submissions.queries import find_submission
from server.submissions.queue.cancellation import RunBegun, RunOver, RunShared, cancel, resume
from server.submissions.queue.grader_records import record_worker
from server.submissions.queue.recording import record_events, record_report, record_return
from server.submissions.queue.releasing import mark_sent, release, unsent
from server.submissions.reader import Reader
from server.submissions.reruns.final_draw import draw_final
from server.submissions.reruns.regrades import RegradeAuthor as Regrader
from server.submissions.reruns.regrades import apply_regrade, drop_regrade, progress, start_regrade
from server.submissions.staff_decisions import decisions_on
from tests.server.builders import COURSE, NOON
from tests.server.standings.cases import handed_in
from tests.server.submissions.builders import (
    HELD_OUT,
    SLUG,
    ZONE,
    a_batch,
    a_file,
    a_graded_submission,
    a_hello,
    a_report,
    a_submission,
    an_assignment,
    an_event,
)
from tests.server.submissions.conftest import Course

LATER = NOON + timedelta(minutes=3)


def by(person: Person | None, reason: str = "the wrong file", seen: int | None = None) -> DecisionAuthor:
    return DecisionAuthor(person, LATER, reason, seen)


def waiting(course: Course, content: bytes = b"# 1") -> str:
    with course.database.write() as session:
        return a_submission(session, course.anna, content=content).id


def waiting_twice(course: Course) -> tuple[str, str]:
    """Two hand-ins of Anna's with the same content, and the one run that they share."""
    return handed_in(course, b"# same"), handed_in(course, b"# same", LATER)


def released(course: Course) -> str:
    """The attempt with which the only run goes out."""
    with course.database.write() as session:
        record_worker(session, a_hello(slots=10), NOON)
        session.flush()
        [one] = release(session, ZONE, NOON)
        mark_sent(session, one, NOON)
        return one.job.attempt_id


def running(course: Course) -> str:
    attempt = released(course)
    with course.database.write() as session:
        record_events(session, a_batch(attempt, an_event(1)), NOON)
    return attempt


def cancelled(course: Course, number: str, author: DecisionAuthor, run_id: int | None = None) -> None:
    with course.database.write() as session:
        cancel(session, session.get_one(Submission, number), author, run_id)


def resumed(course: Course, number: str, author: DecisionAuthor) -> None:
    with course.database.write() as session:
        resume(session, session.get_one(Submission, number), author)


def states(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Grading.state).order_by(Grading.id)))


def points(course: Course) -> Decimal | None:
    with course.database.read() as session:
        row = session.get(Standing, (COURSE, SLUG, course.anna.id))
        return row.public_points if row else None


def reported(course: Course, attempt: str) -> str | None:
    with course.database.write() as session:
        return record_report(session, a_report(attempt), LATER)


def test_student_cancels_what_waits_and_says_no_reason(course: Course):
    number = waiting(course)
    cancelled(course, number, by(course.anna, ""))
    assert states(course.database) == [State.CANCELLED]
    with course.database.read() as session:
        [made] = session.scalars(select(Decision)).all()
        assert (made.decided_by, made.submission_id, made.new["cancelled"]) == (course.anna.id, number, True)


@pytest.mark.parametrize("begin", [released, running])
def test_student_cancels_nothing_that_a_grader_has(course: Course, begin: Callable[[Course], str]):
    number = waiting(course)
    begin(course)
    with pytest.raises(RunBegun):
        cancelled(course, number, by(course.anna, ""))
    assert states(course.database) != [State.CANCELLED]


@pytest.mark.parametrize("begin", [None, released, running])
def test_staff_cancel_at_any_time_before_the_end(course: Course, begin: Callable[[Course], str] | None):
    number = waiting(course)
    if begin:
        begin(course)
    cancelled(course, number, by(course.lecturer))
    assert states(course.database) == [State.CANCELLED]


def test_staff_say_why(course: Course):
    number = waiting(course)
    with pytest.raises(NoReason):
        cancelled(course, number, by(course.lecturer, " "))
    assert states(course.database) == [State.WAITING]


def test_what_is_over_is_not_cancelled(course: Course):
    number = waiting(course)
    reported(course, running(course))
    with pytest.raises(RunOver):
        cancelled(course, number, by(course.lecturer))
    assert states(course.database) == [State.DONE]


def test_late_messages_of_a_cancelled_run_count_no_more(course: Course):
    number = waiting(course)
    attempt = running(course)
    cancelled(course, number, by(course.lecturer))
    assert reported(course, attempt) is None
    with course.database.write() as session:
        assert record_events(session, a_batch(attempt, an_event(2)), LATER) is None
        assert record_return(session, JobReturn(attempt, "g", ReturnCause.STORE, ""), LATER) is None
    assert states(course.database) == [State.CANCELLED]
    assert points(course) is None


def test_job_of_a_cancelled_run_is_not_sent_again(course: Course):
    number = waiting(course)
    released(course)
    cancelled(course, number, by(course.lecturer))
    with course.database.write() as session:
        assert unsent(session, LATER) == []
        assert release(session, ZONE, LATER) == []


def test_run_that_is_given_back_for_ever_ends_so(course: Course):
    number = waiting(course)
    attempt = running(course)
    with course.database.write() as session:
        record_return(session, JobReturn(attempt, "g", ReturnCause.STORE, "away"), NOON)
    cancelled(course, number, by(course.anna, ""))
    assert states(course.database) == [State.CANCELLED]


def test_cancelled_run_costs_no_try_and_no_place(course: Course):
    with course.database.write() as session:
        a_graded_submission(session, course.anna)
    number = waiting(course, b"# 2")
    with course.database.read() as session:
        spec = in_force(session, COURSE, SLUG, ZONE).spec
        assert allowances(session, course.anna, [spec], now=LATER, zone=ZONE)[SLUG].tries == 8
    cancelled(course, number, by(course.anna, ""))
    with course.database.read() as session:
        assert allowances(session, course.anna, [spec], now=LATER, zone=ZONE)[SLUG].tries == 9
        row = session.get_one(Standing, (COURSE, SLUG, course.anna.id))
        assert (row.under_way, row.failures, row.state) == (0, 0, "scored")


def test_hand_in_with_the_same_content_reads_who_cancelled(course: Course):
    """It shares the run of the first one."""
    request = HandIn(SLUG, (a_file(),), content="the same")
    with course.database.write() as session:
        first, number = (hand_in(session, course.anna, request, now=NOON, zone=ZONE).id for _ in range(2))
    cancelled(course, first, by(course.lecturer))
    with course.database.read() as session:
        found = find_submission(session, course.anna, number)
        shown = decisions_on(session, found, Reader(course.anna, "en", ZONE, LATER))
        assert shown.why_cancelled is not None
        assert shown.why_cancelled.reason == "the wrong file"


def test_older_result_counts_when_a_newer_run_is_cancelled(course: Course):
    with course.database.write() as session:
        a_graded_submission(session, course.anna, score=0.5, content=b"# 0")
    number = waiting(course)
    cancelled(course, number, by(course.anna, ""))
    assert points(course) == Decimal(5)


def test_final_draw_is_blocked_no_more(course: Course):
    over = datetime(2026, 11, 20, 12, tzinfo=UTC)
    fresh = HELD_OUT.replace('load = "data.py:load"', 'load = "data.py:load"\nfinal = "fresh"')
    with course.database.write() as session:
        an_assignment(session, tables=fresh)
    number = waiting(course)
    with course.database.write() as session, pytest.raises(BadInput, match="not ended"):
        draw_final(session, COURSE, SLUG, ZONE, over)
    cancelled(course, number, by(course.lecturer))
    with course.database.write() as session:
        assert draw_final(session, COURSE, SLUG, ZONE, over).under_way == 0


def regrade(course: Course) -> int:
    with course.database.write() as session:
        author = Regrader(course.lecturer, LATER, "a wrong test set")
        return start_regrade(session, in_force(session, COURSE, SLUG, ZONE), None, author).id


def test_run_of_a_regrade_is_cancelled_by_staff_alone(course: Course):
    with course.database.write() as session:
        number = a_graded_submission(session, course.anna, score=0.5).id
    regrade_id = regrade(course)
    with pytest.raises(RunBegun):
        cancelled(course, number, by(course.anna, ""))
    cancelled(course, number, by(course.lecturer))
    assert states(course.database) == [State.DONE, State.CANCELLED]
    assert points(course) == Decimal(5), "the result in force stays"
    with course.database.write() as session:
        found = session.get_one(Regrade, regrade_id)
        assert progress(session, found).ended
        apply_regrade(session, found, Regrader(course.lecturer, LATER))
    assert points(course) == Decimal(5)


def test_one_run_of_several_is_cancelled_by_its_number(course: Course):
    with course.database.write() as session:
        number = a_graded_submission(session, course.anna, score=0.5).id
        other = a_submission(session, course.bela).id
    regrade(course)
    with course.database.read() as session:
        runs = {one.submission_id: one.id for one in session.scalars(select(Grading)).all()}
    with pytest.raises(NotFound):
        cancelled(course, number, by(course.lecturer), runs[other])
    cancelled(course, number, by(course.lecturer), runs[number])
    with course.database.read() as session:
        assert session.get_one(Grading, runs[number]).state == State.CANCELLED
    assert states(course.database).count(State.CANCELLED) == 1


def test_student_cancels_no_run_that_is_for_several_hand_ins(course: Course):
    """The same content on time and once more: to cancel the second would take the first back, too."""
    first, second = waiting_twice(course)
    for number in (first, second):
        with pytest.raises(RunShared):
            cancelled(course, number, by(course.anna, ""))
        with course.database.read() as session:
            found = decisions_on(
                session, session.get_one(Submission, number), Reader(course.anna, "en", ZONE, LATER)
            )
        assert not found.may_cancel, "the page does not offer it"
    assert states(course.database) == [State.WAITING]


def test_staff_cancel_a_run_that_is_for_several_hand_ins(course: Course):
    _first, second = waiting_twice(course)
    cancelled(course, second, by(course.lecturer))
    assert states(course.database) == [State.CANCELLED]


def test_cancel_waits_for_a_hand_in_that_shares_the_run(course: Course):
    """Or the new hand-in would have a cancelled run without a word."""
    first = handed_in(course, b"# same")
    with ThreadPoolExecutor(1) as pool:
        with course.database.write() as session:
            request = HandIn(SLUG, (a_file(b"# same"),)).known_by_bytes()
            hand_in(session, course.anna, request, now=LATER, zone=ZONE)
            session.flush()
            late = pool.submit(cancelled, course, first, by(course.anna, ""))
            if course.database.engine.dialect.name == "postgresql":
                _await_lock(course.database)
        assert isinstance(late.exception(10), RunShared)
    assert states(course.database) == [State.WAITING]


def test_baseline_is_cancelled_without_a_decision(course: Course):
    with course.database.write() as session:
        published = in_force(session, COURSE, SLUG, ZONE)
        number = add_baseline(session, published, "starter", [a_file()], NOON).id
    cancelled(course, number, by(course.lecturer))
    assert states(course.database) == [State.CANCELLED]


def test_cancelled_run_goes_on_when_staff_say_so(course: Course):
    number = waiting(course)
    running(course)
    cancelled(course, number, by(course.lecturer))
    resumed(course, number, by(course.lecturer, "the right file after all"))
    assert states(course.database) == [State.WAITING]
    reported(course, running(course))
    assert points(course) == Decimal(5)


def test_report_of_before_counts_no_more_when_the_run_goes_on(course: Course):
    number = waiting(course)
    attempt = running(course)
    cancelled(course, number, by(course.lecturer))
    resumed(course, number, by(course.lecturer))
    assert reported(course, attempt) is None
    assert states(course.database) == [State.WAITING]


def test_run_of_a_dropped_regrade_does_not_go_on(course: Course):
    with course.database.write() as session:
        number = a_graded_submission(session, course.anna, score=0.5).id
    regrade_id = regrade(course)
    cancelled(course, number, by(course.lecturer))
    with course.database.write() as session:
        drop_regrade(session, session.get_one(Regrade, regrade_id), Regrader(course.lecturer, LATER, "no"))
    with pytest.raises(BadInput):
        resumed(course, number, by(course.lecturer))


def test_nothing_goes_on_that_was_not_cancelled(course: Course):
    number = waiting(course)
    with pytest.raises(NotFound):
        resumed(course, number, by(course.lecturer))


def test_second_of_two_staff_hears_of_the_first(course: Course):
    number = waiting(course)
    cancelled(course, number, by(course.lecturer))
    resumed(course, number, by(course.lecturer))
    with pytest.raises(Overtaken):
        cancelled(course, number, by(course.lecturer, seen=0))


def _await_lock(database: Database) -> None:
    """Until PostgreSQL says that somebody waits for a lock."""
    asked = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        with database.engine.connect() as connection:
            if connection.scalar(asked):
                return
    raise AssertionError("nobody waits")


def test_report_that_waits_for_the_cancel_comes_too_late(course: Course):
    number = waiting(course)
    attempt = running(course)
    with ThreadPoolExecutor(1) as pool:
        with course.database.write() as session:
            cancel(session, session.get_one(Submission, number), by(course.lecturer))
            told = pool.submit(reported, course, attempt)
            if course.database.engine.dialect.name == "postgresql":
                _await_lock(course.database)
        assert told.result(10) is None
    assert states(course.database) == [State.CANCELLED]


def test_cancel_that_waits_for_the_report_comes_too_late(course: Course):
    number = waiting(course)
    attempt = running(course)
    with ThreadPoolExecutor(1) as pool:
        with course.database.write() as session:
            record_report(session, a_report(attempt), LATER)
            session.flush()
            late = pool.submit(cancelled, course, number, by(course.lecturer))
            if course.database.engine.dialect.name == "postgresql":
                _await_lock(course.database)
        assert isinstance(late.exception(10), RunOver)
    assert (states(course.database), points(course)) == ([State.DONE], Decimal(5))


def test_student_who_waits_for_the_dispatcher_comes_too_late(course: Course):
    number = waiting(course)
    with ThreadPoolExecutor(1) as pool:
        with course.database.write() as session:
            record_worker(session, a_hello(slots=10), NOON)
            session.flush()
            [_one] = release(session, ZONE, NOON)
            session.flush()
            late = pool.submit(cancelled, course, number, by(course.anna, ""))
            if course.database.engine.dialect.name == "postgresql":
                _await_lock(course.database)
        assert isinstance(late.exception(10), RunBegun)
    assert states(course.database) == [State.RELEASED]


def test_dispatcher_takes_nothing_that_is_being_cancelled(course: Course):
    number = waiting(course)

    def sent() -> int:
        with course.database.write() as session:
            record_worker(session, a_hello(slots=10), NOON)
            session.flush()
            return len(release(session, ZONE, NOON))

    with ThreadPoolExecutor(1) as pool:
        with course.database.write() as session:
            cancel(session, session.get_one(Submission, number), by(course.anna, ""))
            session.flush()
            began = pool.submit(sent)
            if course.database.engine.dialect.name == "postgresql":
                assert began.result(10) == 0, "it waits for nobody"
        assert began.result(10) == 0
    assert states(course.database) == [State.CANCELLED]
