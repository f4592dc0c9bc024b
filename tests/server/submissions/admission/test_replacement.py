"""A newer hand-in takes the place only of what is worth no more than itself."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from server.courses.models import Course as CourseRow
from server.grading.in_force import current
from server.grading.models import State, Submission
from server.grading.published import in_force
from server.standings.decisions.choices import choose
from server.standings.decisions.deciding import DecisionAuthor
from server.submissions.decisions.hand_in import hand_in_for
from server.submissions.hand_in import HandIn
from server.submissions.queue.cancellation import cancel, resume
from tests.server.builders import COURSE, NOON
from tests.server.standings.cases import DUE, about, by, done_to, extended, handed_in, run_all, standing
from tests.server.submissions.builders import SLUG, ZONE, a_file, an_assignment
from tests.server.submissions.conftest import Course

BEFORE, AFTER = DUE - timedelta(minutes=5), DUE + timedelta(minutes=30)
RUNS = DUE + timedelta(hours=3)


def counted(course: Course) -> Decimal | None:
    """The points of Anna after all that waits was run."""
    run_all(course, RUNS)
    row = standing(course.database, course.anna)
    return row.points if row else None


def state(course: Course, number: str) -> str:
    with course.database.read() as session:
        return current(session.get_one(Submission, number)).state


def by_mail(course: Course) -> str:
    with course.database.write() as session:
        request, author = HandIn(SLUG, (a_file(b"# by mail"),), keep=True), by(course.lecturer, now=AFTER)
        return hand_in_for(session, course.anna, request, author, arrived=BEFORE, zone=ZONE).id


def test_late_hand_in_does_not_take_the_place_of_one_on_time(course: Course):
    handed_in(course, b"# on time", BEFORE)
    handed_in(course, b"# late", AFTER)
    assert counted(course) == Decimal(10)


@pytest.mark.parametrize("day", [0, 1, 2])
def test_within_one_late_day_the_newer_one_takes_the_place(course: Course, day: int):
    first = handed_in(course, b"# first", AFTER + timedelta(days=day))
    handed_in(course, b"# second", AFTER + timedelta(days=day, hours=20))
    assert state(course, first) == State.CANCELLED


def test_later_day_does_not_take_the_place_of_an_earlier_one(course: Course):
    first = handed_in(course, b"# first", AFTER)
    handed_in(course, b"# second", AFTER + timedelta(days=1))
    assert state(course, first) == State.WAITING


def test_line_of_ones_own_says_what_is_worth_the_same(course: Course):
    extended(course, DUE + timedelta(days=2))
    first = handed_in(course, b"# first", BEFORE)
    handed_in(course, b"# second", AFTER)
    assert state(course, first) == State.CANCELLED


def test_what_tokens_may_tell_apart_is_not_replaced(course: Course):
    """Both come on the same late day; with a token the older one is in time, and the newer one is late."""
    with course.database.write() as session:
        session.execute(update(CourseRow).values(tokens_per_term=1))
        an_assignment(session, late='steps = [{ until = "+3d", keep = 0.5 }]\ntokens = 1')
    first = handed_in(course, b"# first", DUE + timedelta(hours=20))
    handed_in(course, b"# second", DUE + timedelta(hours=28))
    assert state(course, first) == State.WAITING


def test_hand_in_by_staff_is_not_replaced(course: Course):
    number = by_mail(course)
    handed_in(course, b"# late", AFTER)
    assert (state(course, number), counted(course)) == (State.WAITING, Decimal(10))


def test_what_staff_let_go_on_is_not_replaced(course: Course):
    number = handed_in(course, b"# first", NOON)
    done_to(course, cancel, number, by(course.lecturer))
    done_to(course, resume, number, by(course.lecturer))
    handed_in(course, b"# second", NOON + timedelta(hours=2))
    assert state(course, number) == State.WAITING


def test_what_the_student_chose_is_not_replaced(course: Course):
    with course.database.write() as session:
        an_assignment(session, counts="chosen")
    number = handed_in(course, b"# chosen", NOON)
    with course.database.write() as session:
        spec = in_force(session, COURSE, SLUG, ZONE).spec
        choose(session, spec, about(course.anna), number, DecisionAuthor(course.anna, NOON, ""))
    handed_in(course, b"# another", NOON + timedelta(hours=1))
    assert state(course, number) == State.WAITING


def test_run_that_an_earlier_hand_in_needs_is_not_replaced(course: Course):
    """The same content twice, on time and late: one run is for both."""
    number = handed_in(course, b"# same", BEFORE)
    handed_in(course, b"# same", AFTER)
    handed_in(course, b"# another", AFTER + timedelta(minutes=1))
    assert state(course, number) == State.WAITING
