"""Regrades: beside the old results, after all that is fresh, applied or dropped as a whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import select

from server.database import Database
from server.errors import BadInput
from server.grading.in_force import current
from server.grading.models import Grading, Priority, Regrade, RegradeState, State, Submission
from server.grading.published import in_force
from server.person import Person
from server.standings.models import Standing
from server.standings.preview import moves_of_regrade
from server.submissions.queue.grader_records import record_worker
from server.submissions.queue.recording import record_report
from server.submissions.queue.releasing import mark_sent, release
from server.submissions.reruns.regrades import (
    RegradeAuthor,
    apply_regrade,
    drop_regrade,
    outdated,
    progress,
    start_regrade,
)
from tests.server.builders import COURSE, NOON
from tests.server.submissions.builders import (
    SLUG,
    ZONE,
    a_graded_submission,
    a_hello,
    a_report,
    a_share,
    a_submission,
    an_assignment,
)
from tests.server.submissions.conftest import Course

NUMBERS = count(20)
LATER = NOON + timedelta(hours=3)


def scored(course: Course, person: Person, score: float, minutes: int = 0) -> str:
    share = a_share(score)
    with course.database.write() as session:
        now = NOON + timedelta(minutes=minutes)
        told = {"public": share, "private": share}
        return a_graded_submission(session, person, now=now, content=b"%f" % score, told=told).id


def regrade(course: Course, users: list[int] | None = None) -> int:
    with course.database.write() as session:
        an_assignment(session, per_day=next(NUMBERS))  # another version: its results are not comparable
    with course.database.write() as session:
        published = in_force(session, COURSE, SLUG, ZONE)
        return start_regrade(session, published, users, RegradeAuthor(None, LATER, "a wrong test set")).id


def run_all(course: Course, score: float) -> int:
    """Everything that waits is graded; how many runs that were."""
    with course.database.write() as session:
        record_worker(session, a_hello(slots=1000), LATER)
        session.flush()
        jobs = release(session, ZONE, LATER)
        for one in jobs:
            mark_sent(session, one, LATER)
            record_report(session, a_report(one.job.attempt_id, score=score, private=score), LATER)
    return len(jobs)


def end(course: Course, regrade_id: int, verb: Callable[..., None] = apply_regrade) -> None:
    with course.database.write() as session:
        verb(session, session.get_one(Regrade, regrade_id), RegradeAuthor(None, LATER))


def points(database: Database, person: Person) -> float:
    with database.read() as session:
        return float(session.get_one(Standing, (COURSE, SLUG, person.id)).points)


def test_old_results_stay_in_force_until_it_is_applied(course: Course):
    submission_id = scored(course, course.anna, 0.5)
    regrade_id = regrade(course)
    assert run_all(course, 0.8) == 1
    assert points(course.database, course.anna) == 5
    end(course, regrade_id)
    assert points(course.database, course.anna) == 8
    with course.database.read() as session:
        submission = session.get_one(Submission, submission_id)
        assert (current(submission).regrade_id, len(submission.gradings)) == (regrade_id, 2)


def test_dropped_one_changes_nothing_and_runs_no_more(course: Course):
    scored(course, course.anna, 0.5)
    regrade_id = regrade(course)
    end(course, regrade_id, drop_regrade)
    assert run_all(course, 0.9) == 0
    assert points(course.database, course.anna) == 5
    with course.database.read() as session:
        states = session.scalars(select(Grading.state).where(Grading.regrade_id == regrade_id)).all()
    assert states == [State.CANCELLED]


def test_preview_says_who_would_move_by_how_much(course: Course):
    scored(course, course.anna, 0.5)
    scored(course, course.bela, 0.8)
    regrade_id = regrade(course)
    run_all(course, 0.6)
    with course.database.read() as session:
        moves = moves_of_regrade(session, COURSE, regrade_id)
    assert [(move.user_id, move.by) for move in moves] == [(course.bela.id, -2), (course.anna.id, 1)]
    with course.database.read() as session:
        assert session.scalars(select(Standing.points)).all() == [5, 8], "a preview writes nothing"


def test_only_the_named_students_are_graded_again(course: Course):
    scored(course, course.anna, 0.5)
    scored(course, course.bela, 0.8)
    regrade(course, [course.anna.id])
    assert run_all(course, 0.6) == 1


def test_what_counts_runs_before_what_does_not(course: Course):
    scored(course, course.anna, 0.5)
    counting = scored(course, course.anna, 0.8, 1)
    regrade(course)
    with course.database.read() as session:
        rows = select(Grading.submission_id).where(Grading.priority == Priority.REGRADE_COUNTING)
        assert session.scalars(rows).all() == [counting]


def test_fresh_hand_in_waits_for_one_run_at_most(course: Course):
    """Of a regrade only as much goes out as there are slots; behind it lies no second one."""
    for minutes in range(4):
        scored(course, course.anna, 0.1 * minutes, minutes)
    regrade(course)
    with course.database.write() as session:
        record_worker(session, a_hello(slots=1), LATER)
        session.flush()
        assert len(release(session, ZONE, LATER)) == 1
        assert release(session, ZONE, LATER) == []
    with course.database.write() as session:
        fresh = a_submission(session, course.bela, now=LATER)
    with course.database.write() as session:
        assert [one.submission_id for one in release(session, ZONE, LATER)] == [fresh.id]


def test_fault_of_ours_leaves_the_old_result(course: Course):
    submission_id = scored(course, course.anna, 0.5)
    regrade_id = regrade(course)
    with course.database.write() as session:
        grading = session.scalars(select(Grading).where(Grading.regrade_id == regrade_id)).one()
        grading.state = State.CANCELLED
    end(course, regrade_id)
    assert points(course.database, course.anna) == 5
    with course.database.read() as session:
        assert current(session.get_one(Submission, submission_id)).regrade_id is None


def test_what_was_cancelled_while_its_regrade_ran_stays_cancelled(course: Course):
    """It was replaced by a newer hand-in meanwhile, and has cost no try."""
    with course.database.write() as session:
        number = a_submission(session, course.anna, content=b"# older").id
    regrade_id = regrade(course)
    with course.database.write() as session:
        a_submission(session, course.anna, content=b"# newer", now=NOON + timedelta(minutes=1), keep=False)
    run_all(course, 0.8)
    end(course, regrade_id)
    with course.database.read() as session:
        assert current(session.get_one(Submission, number)).state == State.CANCELLED


def test_preview_leaves_out_what_was_cancelled(course: Course):
    with course.database.write() as session:
        a_submission(session, course.anna, content=b"# older")
    regrade_id = regrade(course)
    with course.database.write() as session:
        a_submission(session, course.anna, content=b"# newer", now=NOON + timedelta(minutes=1), keep=False)
    run_all(course, 0.8)
    with course.database.read() as session:
        assert moves_of_regrade(session, COURSE, regrade_id) == []


def test_it_is_applied_only_when_all_runs_have_ended(course: Course):
    scored(course, course.anna, 0.5)
    regrade_id = regrade(course)
    with pytest.raises(BadInput, match="Not all runs have ended"):
        end(course, regrade_id)


def test_it_ends_once(course: Course):
    scored(course, course.anna, 0.5)
    regrade_id = regrade(course)
    run_all(course, 0.6)
    end(course, regrade_id)
    for verb in (apply_regrade, drop_regrade):
        with pytest.raises(BadInput, match="applied already"):
            end(course, regrade_id, verb)


def test_there_is_one_open_regrade_of_an_assignment(course: Course):
    scored(course, course.anna, 0.5)
    regrade(course)
    with pytest.raises(BadInput, match="is open"):
        regrade(course)


def test_reason_is_needed(course: Course):
    scored(course, course.anna, 0.5)
    with course.database.write() as session, pytest.raises(BadInput, match="Write why"):
        start_regrade(session, in_force(session, COURSE, SLUG, ZONE), None, RegradeAuthor(None, LATER, " "))


def test_nothing_to_grade_is_said(course: Course):
    with course.database.write() as session, pytest.raises(BadInput, match="nothing to grade"):
        start_regrade(session, in_force(session, COURSE, SLUG, ZONE), None, RegradeAuthor(None, LATER, "why"))


def test_results_of_another_way_of_grading_are_counted(course: Course):
    scored(course, course.anna, 0.5)
    with course.database.read() as session:
        assert outdated(session, in_force(session, COURSE, SLUG, ZONE)) == 0
    regrade_id = regrade(course)
    with course.database.read() as session:
        assert outdated(session, in_force(session, COURSE, SLUG, ZONE)) == 1
    run_all(course, 0.5)
    end(course, regrade_id)
    with course.database.read() as session:
        assert outdated(session, in_force(session, COURSE, SLUG, ZONE)) == 0
        found = progress(session, session.get_one(Regrade, regrade_id))
    assert (found.runs, found.graded, found.ended) == (1, 1, True)
    with course.database.read() as session:
        assert session.get_one(Regrade, regrade_id).state == RegradeState.APPLIED
