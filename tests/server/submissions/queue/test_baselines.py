"""Runs of the course's own starter and reference: they keep nobody waiting, not even while they run."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from grader.contract import JobReturn, ReturnCause
from server.grading.models import Grading, State, Submission
from server.grading.service import in_force
from server.submissions.hand_in import add_baseline
from server.submissions.queue.grader_records import record_worker
from server.submissions.queue.losses import pause_after
from server.submissions.queue.positions import LinesSeen
from server.submissions.queue.recording import record_events, record_return
from server.submissions.queue.releasing import Release, release
from tests.server.builders import COURSE, NOON
from tests.server.submissions.builders import (
    SLUG,
    ZONE,
    a_batch,
    a_file,
    a_hello,
    a_submission,
    an_event,
    grading_of,
)
from tests.server.submissions.conftest import Course

pytestmark = pytest.mark.dialects


def hand_in_baselines(course: Course, *names: str) -> list[str]:
    with course.database.write() as session:
        record_worker(session, a_hello(), NOON)
        published = in_force(session, COURSE, SLUG, ZONE)
        return [add_baseline(session, published, name, [a_file()], NOON).id for name in names]


def release_now(course: Course, now: datetime = NOON) -> list[Release]:
    with course.database.write() as session:
        return release(session, ZONE, now)


def run(course: Course) -> Release:
    """The one that goes out next runs."""
    [one] = release_now(course)
    with course.database.write() as session:
        record_events(session, a_batch(one.job.attempt_id, an_event(0)), NOON)
    return one


def give_back(course: Course, one: Release, cause: ReturnCause) -> None:
    with course.database.write() as session:
        record_return(session, JobReturn(one.job.attempt_id, "grader-1", cause, ""), NOON)


def test_only_a_baseline_is_told_to_give_way(course: Course):
    hand_in_baselines(course, "starter")
    assert run(course).job.yields
    with course.database.write() as session:
        a_submission(session, course.anna)
    [one] = release_now(course)
    assert not one.job.yields


def test_no_baseline_waits_at_hand_behind_another_run(course: Course):
    hand_in_baselines(course, "starter", "reference")
    run(course)
    assert release_now(course) == []


def test_idle_graders_leave_one_to_the_baselines(course: Course):
    with course.database.write() as session:
        record_worker(session, a_hello(name="grader-2"), NOON)
        record_worker(session, a_hello(name="grader-3"), NOON)
    hand_in_baselines(course, "starter", "reference")
    run(course)
    assert release_now(course) == []
    with course.database.write() as session:
        student = a_submission(session, course.anna).id
    assert [one.submission_id for one in release_now(course)] == [student]


def test_baseline_that_gave_way_waits_again_at_once_and_behind_all_others(course: Course):
    [number] = hand_in_baselines(course, "reference")
    given_way = run(course)
    with course.database.write() as session:
        student = a_submission(session, course.anna).id
    [next_one] = release_now(course)
    give_back(course, given_way, ReturnCause.YIELDED)
    assert next_one.submission_id == student
    with course.database.read() as session:
        grading = grading_of(session, session.get_one(Submission, number))
        assert (grading.state, grading.returns, grading.losses) == (State.WAITING, 0, 0)
        assert (grading.attempt_id, grading.not_before) == (None, None)


def test_a_student_does_not_wait_for_a_baseline_that_runs(course: Course):
    hand_in_baselines(course, "reference")
    run(course)
    with course.database.write() as session:
        student = a_submission(session, course.anna)
        grading = grading_of(session, student)
        seen = LinesSeen().at(session, ZONE, NOON, [grading])
        assert seen.expected_finish(grading, SLUG) == NOON + timedelta(seconds=30)


def test_a_grader_cannot_pass_a_student_on_without_end(course: Course):
    """Only a baseline may give way: whatever else comes back so goes out again after a pause."""
    with course.database.write() as session:
        record_worker(session, a_hello(), NOON)
        number = a_submission(session, course.anna).id
    give_back(course, run(course), ReturnCause.YIELDED)
    with course.database.read() as session:
        grading: Grading = grading_of(session, session.get_one(Submission, number))
        assert grading.returns == 1
        assert grading.not_before == NOON + pause_after(1)
