"""Between database and broker: nothing released twice, nothing lost, no student before another."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, event, select

from grader.contract import LEASE_S, QUEUE_CPU, QUEUE_GPU, Verdict
from server.grading.models import State, Submission
from server.submissions.models import Outbox
from server.submissions.queue.grader_records import record_worker
from server.submissions.queue.losses import MOST_LOSSES, pause_after
from server.submissions.queue.positions import FRESH, QUEUED, LinesSeen
from server.submissions.queue.recording import record_events, record_report
from server.submissions.queue.releasing import (
    OVERDUE,
    Release,
    mark_sent,
    reconcile,
    release,
    seed_of,
    send_again,
    take_back,
    unsent,
)
from server.submissions.queue.silence import LEASE, Reading
from tests.server.builders import NOON
from tests.server.submissions.builders import (
    ZONE,
    a_batch,
    a_hello,
    a_report,
    a_submission,
    an_assignment,
    an_event,
    grading_of,
)
from tests.server.submissions.conftest import Course

pytestmark = pytest.mark.dialects


def let_in(course: Course, *, slots: int = 1, hand_ins: int = 1) -> list[str]:
    """A live worker and waiting submissions of Anna."""
    with course.database.write() as session:
        record_worker(session, a_hello(slots=slots), NOON)
        return [
            a_submission(
                session, course.anna, now=NOON + timedelta(seconds=number), content=b"%d" % number
            ).id
            for number in range(hand_ins)
        ]


def release_now(course: Course, now: datetime = NOON) -> list[Release]:
    with course.database.write() as session:
        return release(session, ZONE, now)


def reconcile_now(course: Course, now: datetime) -> list[str]:
    """A dispatcher that hears of everything looks for silent runs."""
    with course.database.write() as session:
        return reconcile(session, Reading(now - LEASE, now), now)


def state_of(course: Course, submission_id: str) -> tuple[str, int]:
    with course.database.read() as session:
        grading = grading_of(session, session.get_one(Submission, submission_id))
        return grading.state, grading.attempt


def test_nothing_is_released_without_a_live_worker(course: Course):
    with course.database.write() as session:
        a_submission(session, course.anna)
        record_worker(session, a_hello(), NOON - timedelta(minutes=1))
    assert release_now(course) == []


def test_twice_as_many_jobs_as_slots(course: Course):
    let_in(course, slots=2, hand_ins=7)
    assert len(release_now(course)) == 4
    assert release_now(course) == []


def test_workers_of_another_queue_are_not_counted(course: Course):
    let_in(course, slots=0, hand_ins=1)
    with course.database.write() as session:
        record_worker(session, a_hello("gpu-1", queue=QUEUE_GPU), NOON)
    assert release_now(course) == []


def test_job_says_all_that_a_grader_needs(course: Course):
    [submission_id] = let_in(course)
    [one] = release_now(course)
    with course.database.read() as session:
        submission = session.get_one(Submission, submission_id)
        assert one.job.version == submission.version.digest
        assert one.job.seed == seed_of(submission)
        assert one.job.files[0].sha256 == submission.files[0].sha256
    assert (one.queue, one.job.slug) == (QUEUE_CPU, "digits")
    assert len(one.job.attempt_id) >= 43
    assert one.lease_until >= NOON + timedelta(minutes=2)


def test_fair_order_comes_from_the_database(course: Course):
    let_in(course, slots=1, hand_ins=3)
    with course.database.write() as session:
        others = a_submission(session, course.bela, now=NOON + timedelta(minutes=5))
    assert others.id in [one.submission_id for one in release_now(course)]


def test_two_dispatchers_release_nothing_twice(course: Course):
    let_in(course, slots=5, hand_ins=10)
    barrier = Barrier(4)

    def dispatch(_number: int) -> list[str]:
        barrier.wait()
        return [one.submission_id for one in release_now(course)]

    with ThreadPoolExecutor(4) as pool:
        released = [submission for found in pool.map(dispatch, range(4)) for submission in found]
    assert len(released) == len(set(released)) == 10


def test_crash_before_publishing_is_healed(course: Course):
    let_in(course)
    [lost] = release_now(course)
    with course.database.read() as session:
        assert unsent(session, NOON + timedelta(seconds=5)) == []
        assert unsent(session, NOON + timedelta(seconds=11)) == [lost]


def test_what_was_sent_is_not_sent_again(course: Course):
    let_in(course)
    [one] = release_now(course)
    with course.database.write() as session:
        mark_sent(session, one, NOON)
        assert unsent(session, NOON + timedelta(seconds=30)) == []


def test_dead_broker_costs_no_attempt(course: Course):
    [submission_id] = let_in(course)
    for _ in range(5):
        [one] = release_now(course)
        with course.database.write() as session:
            take_back(session, one)
    assert state_of(course, submission_id) == (State.WAITING, 0)


def test_taking_back_does_not_touch_a_run_under_way(course: Course):
    [submission_id] = let_in(course)
    [one] = release_now(course)
    with course.database.write() as session:
        record_events(session, a_batch(one.job.attempt_id, an_event(0)), NOON)
    with course.database.write() as session:
        take_back(session, one)
    assert state_of(course, submission_id) == (State.RUNNING, 1)


def test_silent_run_waits_again_and_is_released_anew(course: Course):
    [submission_id] = let_in(course)
    [first] = release_now(course)
    with course.database.write() as session:
        mark_sent(session, first, NOON)
        record_events(session, a_batch(first.job.attempt_id, an_event(0)), NOON)
    silent = NOON + timedelta(seconds=LEASE_S + 1)
    assert reconcile_now(course, silent - timedelta(seconds=2)) == []
    assert reconcile_now(course, silent) == [submission_id]
    assert state_of(course, submission_id) == (State.WAITING, 1)
    with course.database.write() as session:
        record_worker(session, a_hello("grader-2"), silent)
    assert release_now(course, silent) == []
    [second] = release_now(course, silent + pause_after(1))
    assert second.job.attempt_id != first.job.attempt_id
    assert state_of(course, submission_id) == (State.RELEASED, 2)


def lose(course: Course, now: datetime, *, begun: bool) -> datetime:
    """Release what waits, and let nobody hear of it again. Returns the moment after that was noticed."""
    with course.database.write() as session:
        record_worker(session, a_hello(), now)
    [one] = release_now(course, now)
    if begun:
        with course.database.write() as session:
            record_events(session, a_batch(one.job.attempt_id, an_event(0)), now)
    reconcile_now(course, now + timedelta(hours=1))
    return now + timedelta(hours=2)


def sentences_of(course: Course, submission_id: str) -> tuple[str, str]:
    with course.database.read() as session:
        grading = grading_of(session, session.get_one(Submission, submission_id))
        assert grading.verdict == Verdict.GRADER_ERROR
        assert grading.report is not None
        return grading.report["message"], grading.report["message_hu"]


def test_third_loss_is_our_fault(course: Course):
    [submission_id] = let_in(course)
    now = NOON
    for _ in range(MOST_LOSSES):
        now = lose(course, now, begun=True)
    assert state_of(course, submission_id) == (State.DONE, MOST_LOSSES)
    english, hungarian = sentences_of(course, submission_id)
    assert ("lost three times" in english, "our fault" in english) == (True, True)
    assert "a mi hibánk" in hungarian


def test_job_that_nobody_began_is_no_loss(course: Course):
    [submission_id] = let_in(course)
    now = NOON
    for begun in (False, False, False, True, False, True):
        now = lose(course, now, begun=begun)
    assert state_of(course, submission_id) == (State.WAITING, 6)
    lose(course, now, begun=True)
    assert state_of(course, submission_id) == (State.DONE, 7)


def test_job_that_no_grader_begins_goes_out_without_end(course: Course):
    [submission_id] = let_in(course)
    now = NOON
    for _ in range(25):
        now = lose(course, now, begun=False)
    assert state_of(course, submission_id) == (State.WAITING, 25)


def send_again_at(course: Course, now: datetime) -> list[str]:
    """What is published again, seen by a dispatcher that hears of live graders."""
    with course.database.write() as session:
        record_worker(session, a_hello(), now)
        send_again(session, now)
        session.flush()
        return [one.job.attempt_id for one in unsent(session, now)]


def sent_now(course: Course) -> list[Release]:
    released = release_now(course)
    with course.database.write() as session:
        for one in released:
            mark_sent(session, one, NOON)
    return released


def test_job_that_the_broker_lost_is_sent_again(course: Course):
    let_in(course)
    [one] = sent_now(course)
    late = NOON + OVERDUE + timedelta(seconds=1)
    assert send_again_at(course, NOON + OVERDUE) == []
    assert send_again_at(course, late) == [one.job.attempt_id]
    with course.database.write() as session:
        mark_sent(session, one, late)
    assert send_again_at(course, late + OVERDUE) == []


def test_job_behind_a_run_is_not_sent_again(course: Course):
    let_in(course, slots=1, hand_ins=2)
    [first, second] = sent_now(course)
    with course.database.write() as session:
        record_events(session, a_batch(first.job.attempt_id, an_event(0)), NOON)
    late = NOON + OVERDUE + timedelta(seconds=1)
    assert send_again_at(course, late) == []
    with course.database.write() as session:
        record_report(session, a_report(first.job.attempt_id), late)
    assert send_again_at(course, late) == [second.job.attempt_id]


def test_job_is_not_sent_again_to_graders_that_are_gone(course: Course):
    let_in(course)
    sent_now(course)
    with course.database.write() as session:
        assert send_again(session, NOON + timedelta(minutes=2)) == []


def test_two_reconcilers_count_a_loss_once(course: Course):
    [submission_id] = let_in(course)
    release_now(course)
    barrier = Barrier(3)

    def look(_number: int) -> list[str]:
        barrier.wait()
        return reconcile_now(course, NOON + timedelta(hours=1))

    with ThreadPoolExecutor(3) as pool:
        found = [one for lost in pool.map(look, range(3)) for one in lost]
    assert found == [submission_id]
    with course.database.read() as session:
        assert len(session.scalars(select(Outbox).where(Outbox.sent_at.is_(None))).all()) == 2


def seen_by(course: Course, seen: LinesSeen, ids: list[str], now: datetime = NOON) -> list[int | None]:
    """The positions of these submissions, for somebody who looks with what `seen` knows."""
    with course.database.read() as session:
        gradings = [grading_of(session, session.get_one(Submission, one)) for one in ids]
        queue = seen.at(session, ZONE, now, [one for one in gradings if one.state in QUEUED])
        return [queue.position(grading) for grading in gradings]


def test_position_and_expected_finish_come_from_the_database(course: Course):
    ids = let_in(course, slots=1, hand_ins=4)
    [first, _second] = release_now(course)
    with course.database.write() as session:
        record_events(session, a_batch(first.job.attempt_id, an_event(0)), NOON)
    with course.database.read() as session:
        gradings = [grading_of(session, session.get_one(Submission, one)) for one in ids]
        queue = LinesSeen().at(session, ZONE, NOON, gradings[1:])
        assert [queue.position(grading) for grading in gradings] == [None, 1, 2, 3]
        finish = [queue.expected_finish(grading, "digits") for grading in gradings]
    assert finish == [NOON + timedelta(seconds=30 * number) for number in (1, 2, 3, 4)]


def test_queue_is_looked_at_once_for_many(course: Course):
    ids, seen = let_in(course, hand_ins=3), LinesSeen()
    assert seen_by(course, seen, ids) == [1, 2, 3]
    with counted(course.database.engine) as statements:
        assert seen_by(course, seen, ids) == [1, 2, 3]
    assert len(statements) == 2 * len(ids)  # each its own rows, and no queue


def test_who_has_come_since_is_seen_at_once(course: Course):
    first, seen = let_in(course), LinesSeen()
    seen_by(course, seen, first)
    with course.database.write() as session:
        later = a_submission(session, course.bela).id
    assert seen_by(course, seen, [later]) == [2]


def test_what_is_seen_of_the_queue_grows_old(course: Course):
    ids, seen = let_in(course, hand_ins=2), LinesSeen()
    seen_by(course, seen, ids)
    [first, _second] = release_now(course)
    with course.database.write() as session:
        record_events(session, a_batch(first.job.attempt_id, an_event(0)), NOON)
    assert seen_by(course, seen, ids) == [None, 2]
    assert seen_by(course, seen, ids, NOON + FRESH) == [None, 1]


@pytest.mark.parametrize("slots", [0, 1])
def test_who_waits_learns_that_no_grader_is_there(course: Course, slots: int):
    [submission_id] = let_in(course, slots=slots)
    with course.database.read() as session:
        grading = grading_of(session, session.get_one(Submission, submission_id))
        queue = LinesSeen().at(session, ZONE, NOON, [grading])
        assert queue.no_grader(grading) == (slots == 0)
        assert (queue.expected_finish(grading, "digits") is None) == (slots == 0)


def test_unreadable_version_holds_up_nobody_else(course: Course):
    [fine] = let_in(course)
    with course.database.write() as session:
        broken = an_assignment(session, "broken")
        a_submission(session, course.bela, slug="broken")
        broken.toml = "slug = "
    assert [one.submission_id for one in release_now(course)] == [fine]


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that run within the block."""
    seen: list[str] = []

    def note(_c: object, _u: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)
