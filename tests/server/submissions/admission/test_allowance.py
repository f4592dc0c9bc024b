"""What uses up the hand-ins of a day and begins a pause: only what costs a try."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from grader.contract import Verdict
from server.errors import TriesUsedUp
from server.grading.published import in_force
from server.standings.decisions.deciding import return_try
from server.submissions.admission.allowance import allowances
from server.submissions.admission.tries import HAND_INS
from server.submissions.decisions.hand_in import hand_in_for
from server.submissions.hand_in import HandIn
from server.submissions.queue.cancellation import cancel
from tests.server.builders import COURSE, NOON
from tests.server.standings.cases import by, done_to, ended_by_our_fault, failed, handed_in, run_all
from tests.server.submissions.builders import SLUG, ZONE, a_file, an_assignment
from tests.server.submissions.conftest import Course

LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def pausing(course: Course) -> Course:
    """The course, with a pause of an hour between two hand-ins."""
    with course.database.write() as session:
        an_assignment(session, files='5\ncooldown = "1h"')
    return course


def by_mail(course: Course, now: datetime) -> str:
    with course.database.write() as session:
        request, author = HandIn(SLUG, (a_file(b"# by mail"),), keep=True), by(course.lecturer, now=now)
        return hand_in_for(session, course.anna, request, author, arrived=now, zone=ZONE).id


def test_trials_take_no_hand_in_away(course: Course):
    """As many are tried as may be handed in at most on a day, and then it is handed in."""
    with course.database.write() as session:
        an_assignment(session, per_day=2)
    for number in range(HAND_INS * 2):
        handed_in(course, b"# %d" % number, NOON + timedelta(minutes=number), trial=True)
    later = NOON + timedelta(hours=1)
    with course.database.read() as session:
        spec = in_force(session, COURSE, SLUG, ZONE).spec
        left = allowances(session, course.anna, [spec], now=later, zone=ZONE)[SLUG]
    assert (left.tries, left.trials) == (2, 20 - HAND_INS * 2)
    assert handed_in(course, b"# real", later)


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.BAD_OUTPUT])
def test_failure_before_anything_held_out_is_free(course: Course, verdict: Verdict):
    with course.database.write() as session:
        an_assignment(session, per_day=2, files="5\ntotal = 2")
    failed(course, handed_in(course, b"# a"), held_out_given=False, verdict=verdict)
    assert tries_left(course) == 2
    failed(course, handed_in(course, b"# b"), held_out_given=True, verdict=verdict)
    assert tries_left(course) == 1


@pytest.mark.parametrize("verdict", [Verdict.TIMED_OUT, Verdict.OUT_OF_MEMORY, Verdict.OUTPUT_FLOOD])
def test_what_used_a_limit_up_is_charged_whatever_it_saw(course: Course, verdict: Verdict):
    with course.database.write() as session:
        an_assignment(session, per_day=2)
    failed(course, handed_in(course, b"# a"), held_out_given=False, verdict=verdict)
    assert tries_left(course) == 1


def tries_left(course: Course) -> int:
    with course.database.read() as session:
        spec = in_force(session, COURSE, SLUG, ZONE).spec
        return allowances(session, course.anna, [spec], now=LATER, zone=ZONE)[SLUG].tries


def test_hand_in_begins_a_pause(pausing: Course):
    handed_in(pausing, b"# a")
    run_all(pausing, NOON)
    with pytest.raises(TriesUsedUp):
        handed_in(pausing, b"# b", LATER)


def test_hand_in_by_staff_begins_no_pause(pausing: Course):
    by_mail(pausing, NOON)
    assert handed_in(pausing, b"# real", LATER)


def test_what_ended_by_our_fault_begins_no_pause(pausing: Course):
    ended_by_our_fault(pausing, handed_in(pausing, b"# a"))
    assert handed_in(pausing, b"# a", LATER)


def test_what_was_cancelled_begins_no_pause(pausing: Course):
    number = handed_in(pausing, b"# a")
    done_to(pausing, cancel, number, by(pausing.anna, "", now=LATER))
    assert handed_in(pausing, b"# b", LATER)


def test_try_that_was_given_back_begins_no_pause(pausing: Course):
    number = handed_in(pausing, b"# a")
    run_all(pausing, NOON)
    done_to(pausing, return_try, number, by(pausing.lecturer, now=LATER))
    assert handed_in(pausing, b"# b", LATER)


def test_same_content_again_begins_no_pause_of_its_own(pausing: Course):
    handed_in(pausing, b"# a")
    run_all(pausing, NOON)
    handed_in(pausing, b"# a", NOON + timedelta(hours=1))
    assert handed_in(pausing, b"# b", NOON + timedelta(hours=1, minutes=5))
