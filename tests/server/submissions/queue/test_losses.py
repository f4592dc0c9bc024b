"""Who pays for a run that came to nothing: only a submission whose own runs took their graders with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.contract import UNCHARGED, JobReturn, ReturnCause, WorkerState
from server.grading.models import Grading, State, Submission
from server.submissions.queue.grader_records import record_worker
from server.submissions.queue.losses import LONGEST_PAUSE, LONGEST_RUN, MOST_LOSSES, is_sick, pause_after
from server.submissions.queue.positions import live_slots
from server.submissions.queue.recording import (
    reading_of,
    record_events,
    record_mark,
    record_report,
    record_restart,
    record_return,
)
from server.submissions.queue.releasing import Release, reconcile, release
from server.submissions.queue.silence import LEASE, Reading
from tests.server.builders import NOON
from tests.server.submissions.builders import (
    ZONE,
    a_batch,
    a_hello,
    a_report,
    a_submission,
    an_event,
    grading_of,
)
from tests.server.submissions.conftest import Course

HOUR = timedelta(hours=1)
OURS = [cause for cause in ReturnCause if cause is not ReturnCause.LOST]


@given(st.integers(0, 10**9))
def test_pauses_grow_and_stay_bounded(returns: int):
    assert timedelta() < pause_after(returns) <= pause_after(returns + 1) <= LONGEST_PAUSE


@pytest.mark.parametrize(
    ("owners", "sick"),
    [([], False), ([1, 1, 1], False), ([1, 2], True), ([None, 1], True), ([2, 1, 1], True)],
)
def test_worker_that_loses_runs_of_several_people_is_sick(owners: list[int | None], sick: bool):
    assert is_sick(owners) == sick


def hand_in(course: Course, count: int = 1) -> list[str]:
    with course.database.write() as session:
        owners = [course.anna, course.bela]
        return [a_submission(session, owners[n % 2], now=NOON, content=b"%d" % n).id for n in range(count)]


def begin(course: Course, now: datetime, *, worker: str = "grader-1", process: str = "p1") -> Release:
    """A live worker takes the next job and says so."""
    with course.database.write() as session:
        record_worker(session, replace(a_hello(worker), process=process), now)
    with course.database.write() as session:
        one = release(session, ZONE, now)[0]
    with course.database.write() as session:
        batch = a_batch(one.job.attempt_id, an_event(0))
        record_events(session, replace(batch, worker=worker, process=process), now)
    return one


def silence(course: Course, now: datetime) -> list[str]:
    with course.database.write() as session:
        return reconcile(session, Reading(now - LEASE, now), now)


def facts(course: Course, submission_id: str) -> Grading:
    with course.database.read() as session:
        return grading_of(session, session.get_one(Submission, submission_id))


def give_back(course: Course, attempt_id: str, cause: ReturnCause, now: datetime) -> str | None:
    with course.database.write() as session:
        return record_return(session, JobReturn(attempt_id, "grader-1", cause, "what was seen"), now)


@pytest.mark.parametrize("cause", OURS)
def test_no_fault_of_ours_is_ever_a_verdict(course: Course, cause: ReturnCause):
    [submission_id] = hand_in(course)
    now = NOON
    for number in range(1, 30):
        one = begin(course, now)
        assert give_back(course, one.job.attempt_id, cause, now) == submission_id
        seen = facts(course, submission_id)
        assert (seen.state, seen.losses, seen.returns, seen.verdict) == (State.WAITING, 0, number, None)
        now = now + LONGEST_PAUSE + timedelta(seconds=1)
    assert (seen.return_cause, seen.return_text) == (str(cause), "what was seen")


def test_what_came_back_waits_for_its_pause(course: Course):
    hand_in(course)
    one = begin(course, NOON)
    give_back(course, one.job.attempt_id, ReturnCause.STORE, NOON)
    for seconds, released in ((4.9, 0), (5, 1)):
        with course.database.write() as session:
            now = NOON + timedelta(seconds=seconds)
            record_worker(session, a_hello(), now)
            assert len(release(session, ZONE, now)) == released


def test_others_go_out_while_one_waits_for_its_pause(course: Course):
    hand_in(course)
    one = begin(course, NOON)
    give_back(course, one.job.attempt_id, ReturnCause.STORE, NOON)
    with course.database.write() as session:
        later = a_submission(session, course.bela, now=NOON, content=b"later").id
    assert begin(course, NOON).submission_id == later


def test_job_comes_back_once(course: Course):
    hand_in(course)
    one = begin(course, NOON)
    assert give_back(course, one.job.attempt_id, ReturnCause.BOX, NOON) is not None
    assert give_back(course, one.job.attempt_id, ReturnCause.BOX, NOON) is None


def test_nothing_of_a_job_that_came_back_counts(course: Course):
    [submission_id] = hand_in(course)
    one = begin(course, NOON)
    give_back(course, one.job.attempt_id, ReturnCause.BOX, NOON)
    with course.database.write() as session:
        assert record_events(session, a_batch(one.job.attempt_id, an_event(1)), NOON) is None
        assert record_report(session, a_report(one.job.attempt_id), NOON) is None
    assert facts(course, submission_id).state == State.WAITING


def test_box_that_died_with_its_run_is_a_loss(course: Course):
    [submission_id] = hand_in(course)
    now = NOON
    for _ in range(MOST_LOSSES):
        one = begin(course, now)
        give_back(course, one.job.attempt_id, ReturnCause.LOST, now)
        now += HOUR
    seen = facts(course, submission_id)
    assert (seen.state, seen.losses) == (State.DONE, MOST_LOSSES)
    assert seen.verdict in UNCHARGED


def test_sick_worker_uses_up_no_submission(course: Course):
    """It dies on whatever it takes. What it lost last goes out again behind the others."""
    submissions, now = hand_in(course, 3), NOON
    for number in range(12):
        begin(course, now, process=f"p{number}")
        now += timedelta(minutes=10)
        silence(course, now)
    assert [facts(course, one).state for one in submissions] == [State.WAITING] * 3
    assert sum(facts(course, one).losses for one in submissions) <= 1


def test_submission_that_kills_its_workers_is_given_up(course: Course):
    """Between its runs the same worker brings others to an end, so it is fine."""
    [poison], now = hand_in(course), NOON
    for number in range(MOST_LOSSES):
        assert begin(course, now, process=f"p{number}").submission_id == poison
        now += timedelta(minutes=10)
        silence(course, now)
        with course.database.write() as session:
            fine = a_submission(session, course.bela, now=now, content=b"%d" % number).id
        one = begin(course, now, process=f"p{number}-anew")
        assert one.submission_id == fine
        with course.database.write() as session:
            record_report(session, a_report(one.job.attempt_id), now)
        now += LONGEST_PAUSE
    seen = facts(course, poison)
    assert (seen.state, seen.losses) == (State.DONE, MOST_LOSSES)


def test_process_that_is_still_there_was_only_cut_off(course: Course):
    [submission_id] = hand_in(course)
    begin(course, NOON, process="p1")
    silence(course, NOON + HOUR)
    assert facts(course, submission_id).losses == 1
    with course.database.write() as session:
        record_worker(session, replace(a_hello(), process="p1"), NOON + HOUR)
    assert facts(course, submission_id).losses == 0


def test_process_that_was_started_anew_is_no_excuse(course: Course):
    [submission_id] = hand_in(course)
    begin(course, NOON, process="p1")
    silence(course, NOON + HOUR)
    with course.database.write() as session:
        record_worker(session, replace(a_hello(), process="p2"), NOON + HOUR)
    assert facts(course, submission_id).losses == 1


@pytest.mark.parametrize("state", [WorkerState.UNFIT, WorkerState.STOPPED])
def test_worker_that_takes_no_jobs_is_not_counted(course: Course, state: WorkerState):
    with course.database.write() as session:
        record_worker(session, replace(a_hello(), state=state, reason="the store is away"), NOON)
        assert live_slots(session, NOON) == {}
        record_worker(session, a_hello(), NOON)
        assert live_slots(session, NOON) == {"grade.cpu": 1}


def test_paused_recorder_loses_no_run(course: Course):
    """For 40 s nobody read what graders sent. Then it is read in its order: first the sign of life."""
    [submission_id] = hand_in(course)
    one = begin(course, NOON)
    for seconds in range(0, 35, 5):
        mark(course, NOON + timedelta(seconds=seconds))
    late = NOON + timedelta(seconds=75)
    assert look(course, late) == []
    with course.database.write() as session:
        record_events(session, a_batch(one.job.attempt_id, an_event(1)), late)
    for seconds in range(35, 80, 5):
        mark(course, NOON + timedelta(seconds=seconds))
    assert look(course, late) == []
    assert facts(course, submission_id).state == State.RUNNING


def test_broker_that_was_away_loses_no_run(course: Course):
    """No mark came for a minute: after it each run has a whole lease to be heard of."""
    hand_in(course)
    begin(course, NOON)
    for seconds in (0, 5, 65, 70, 75, 80, 85, 90):
        mark(course, NOON + timedelta(seconds=seconds))
    assert look(course, NOON + timedelta(seconds=90)) == []
    mark(course, NOON + timedelta(seconds=95))
    assert len(look(course, NOON + timedelta(seconds=95))) == 1


def test_clock_that_is_set_loses_no_run(course: Course):
    hand_in(course)
    begin(course, NOON)
    for jump in (timedelta(hours=3), timedelta(hours=-3)):
        for seconds in range(0, 40, 5):
            mark(course, NOON + timedelta(seconds=seconds))
        mark(course, NOON + jump)
        assert look(course, NOON + jump) == []


def test_clock_that_was_set_back_does_not_hide_a_lost_run(course: Course):
    hand_in(course)
    begin(course, NOON + HOUR)
    look(course, NOON)
    for seconds in range(0, 40, 5):
        mark(course, NOON + timedelta(seconds=seconds))
    assert len(look(course, NOON + timedelta(seconds=35))) == 1


def mark(course: Course, moment: datetime) -> None:
    with course.database.write() as session:
        record_mark(session, moment, moment)


def look(course: Course, now: datetime) -> list[str]:
    with course.database.write() as session:
        return reconcile(session, reading_of(session), now)


def test_two_files_of_one_person_do_not_excuse_each_other(course: Course):
    """Both kill whatever runs them: the worker is not the reason."""
    with course.database.write() as session:
        files = [a_submission(session, course.anna, now=NOON, content=b"%d" % n).id for n in range(2)]
    now = NOON
    for number in range(2 * MOST_LOSSES):
        begin(course, now, process=f"p{number}")
        now += timedelta(minutes=10)
        silence(course, now)
    assert [facts(course, one).state for one in files] == [State.DONE] * 2


def test_submission_that_several_workers_lost_is_given_up(course: Course):
    """Each of them lost somebody else's run too, and yet one of all those is the likelier reason."""
    [poison], now = hand_in(course), NOON
    for number in range(2 * MOST_LOSSES):
        if facts(course, poison).state == State.DONE:
            break
        worker = f"grader-{number}"
        begin(course, now, worker=worker, process=f"{worker}, first")
        now += timedelta(minutes=10)
        silence(course, now)
        with course.database.write() as session:
            a_submission(session, course.bela, now=now, content=b"%d" % number)
        begin(course, now, worker=worker, process=f"{worker}, second")
        now += timedelta(minutes=10)
        silence(course, now)
        now += LONGEST_PAUSE
    assert facts(course, poison).state == State.DONE


def test_worker_that_was_told_to_stop_costs_nothing(course: Course):
    """Its machine was given no more time than its run needed."""
    [submission_id] = hand_in(course)
    begin(course, NOON, process="p1")
    with course.database.write() as session:
        record_worker(session, replace(a_hello(), process="p1", state=WorkerState.STOPPED), NOON)
    silence(course, NOON + HOUR)
    assert (facts(course, submission_id).state, facts(course, submission_id).losses) == (State.WAITING, 0)


def test_report_that_comes_after_the_last_loss_counts(course: Course):
    [submission_id], now = hand_in(course), NOON
    for number in range(MOST_LOSSES):
        one = begin(course, now, process=f"p{number}")
        silence(course, now + timedelta(minutes=10))
        now += timedelta(minutes=20)
    assert facts(course, submission_id).verdict == "grader_error"
    with course.database.write() as session:
        assert record_report(session, a_report(one.job.attempt_id), now) == submission_id
    assert facts(course, submission_id).verdict == "scored"


def test_restarted_recorder_gives_everybody_a_lease(course: Course):
    hand_in(course)
    begin(course, NOON)
    for seconds in range(0, 60, 5):
        mark(course, NOON + timedelta(seconds=seconds))
    with course.database.write() as session:
        record_restart(session, NOON + timedelta(seconds=55), NOON)
    assert look(course, NOON + timedelta(seconds=55)) == []


def test_pause_and_release_do_not_outlive_a_clock_that_was_ahead(course: Course):
    [submission_id] = hand_in(course)
    one = begin(course, NOON + 24 * HOUR)
    give_back(course, one.job.attempt_id, ReturnCause.STORE, NOON + 24 * HOUR)
    look(course, NOON)
    assert facts(course, submission_id).not_before == NOON + LONGEST_PAUSE


def test_worker_of_the_future_is_not_alive(course: Course):
    with course.database.write() as session:
        record_worker(session, a_hello(), NOON + HOUR)
        assert live_slots(session, NOON) == {}


def test_run_that_hangs_is_given_to_another_in_the_end(course: Course):
    """Its grader goes on saying that it is alive, for days."""
    [submission_id], now = hand_in(course), NOON
    one = begin(course, now)
    while now <= NOON + LONGEST_RUN:
        now += timedelta(minutes=10)
        with course.database.write() as session:
            record_events(session, a_batch(one.job.attempt_id, an_event(1)), now)
    assert silence(course, now) == [submission_id]
    with course.database.write() as session:
        assert record_events(session, a_batch(one.job.attempt_id, an_event(2)), now) is None
