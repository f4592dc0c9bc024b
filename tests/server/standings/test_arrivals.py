"""A hand-in is counted by what is in force when it is written down, and not when it was let in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from server.submissions.admission.checks import Admission, admit_by_the_clock
from server.submissions.hand_in import HandIn, hand_in, hand_in_admitted, taken_before
from tests.server.standings.cases import DUE, extended, moved_to, standing
from tests.server.standings.histories import wrong
from tests.server.submissions.builders import SLUG, ZONE, a_file, a_submission, an_assignment
from tests.server.submissions.conftest import Course

pytestmark = pytest.mark.dialects

NOW = DUE + timedelta(hours=3)
MORE = DUE + timedelta(days=1)


def published(course: Course) -> None:
    with course.database.write() as session:
        an_assignment(session, due="2026-10-26T23:59:59")


MEANWHILE: dict[str, Callable[[Course], None]] = {
    "dates moved": lambda course: moved_to(course, due=MORE, now=NOW),
    "more time": lambda course: extended(course, MORE, now=NOW),
    "a new version": published,
}


def admitted(course: Course) -> Admission:
    with course.database.read() as session:
        return admit_by_the_clock(session, course.anna, SLUG, now=NOW, zone=ZONE)


def written(course: Course, admission: Admission) -> None:
    request = HandIn(SLUG, (a_file(b"# a"),), keep=True)
    with course.database.write() as session:
        assert taken_before(session, course.anna, request) is None
        hand_in_admitted(session, course.anna, request, admission, now=NOW, zone=ZONE)


@pytest.mark.parametrize("meanwhile", MEANWHILE)
def test_first_hand_in_counts_by_what_changed_since_it_was_let_in(course: Course, meanwhile: str):
    admission = admitted(course)
    MEANWHILE[meanwhile](course)
    written(course, admission)
    row = standing(course.database, course.anna)
    assert row is not None
    assert (row.due, row.latest_late_by_s) == (MORE, 0)


@pytest.mark.parametrize("meanwhile", MEANWHILE)
def test_further_hand_in_leaves_nothing_to_recompute(course: Course, meanwhile: str):
    with course.database.write() as session:
        a_submission(session, course.anna, content=b"# before", now=DUE)
    admission = admitted(course)
    MEANWHILE[meanwhile](course)
    written(course, admission)
    assert wrong(course.database) == []


def test_dates_that_move_before_the_hand_in_is_committed_are_those_that_count(course: Course):
    """Of two transactions at once one has looked at the clock, then the other one moves it."""
    if course.database.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time")
    with course.database.write() as session:
        hand_in(session, course.anna, HandIn(SLUG, (a_file(b"# a"),)), now=NOW, zone=ZONE)
        moved_to(course, due=MORE, now=NOW)
    assert wrong(course.database) == []
