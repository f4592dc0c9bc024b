"""No student is told a private share while a hand-in of theirs can still count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from server.gradebook.leaderboard import leaderboard_of
from server.grading.published import in_force
from server.standings.queries import Audience, standing_cards
from server.standings.reveal_dates import closes_for_all
from server.submissions.reader import Reader
from tests.server.builders import COURSE, NOON
from tests.server.standings.cases import DUE, extended, handed_in, moved_to, run_all
from tests.server.submissions.builders import HELD_OUT, SLUG, ZONE, an_assignment
from tests.server.submissions.conftest import Course

SECOND = timedelta(seconds=1)
MAKEUP = (
    HELD_OUT
    + """
[makeup]
opens = 2026-12-14T08:00:00
due = 2026-12-20T23:59:59
cap = 0.5
who = "all"
"""
)
MAKEUP_OPENS = datetime(2026, 12, 14, 7, tzinfo=UTC)
MAKEUP_LAST = datetime(2026, 12, 20, 23, 4, 59, tzinfo=UTC)  # with its grace
REVEAL = datetime(2026, 11, 3, 11, tzinfo=UTC)


def told(course: Course, now: datetime) -> Decimal | None:
    """The private points that Anna is told."""
    with course.database.read() as session:
        cards = standing_cards(session, COURSE, Audience(is_staff=False, now=now))
    found = cards[SLUG, course.anna.id].private
    return found.points if found else None


def of_board(course: Course, now: datetime) -> list[float]:
    """The scores that Anna reads on the board."""
    with course.database.read() as session:
        return [row.score for row in leaderboard_of(session, SLUG, Reader(course.anna, "en", ZONE, now)).rows]


def made_up(course: Course, now: datetime) -> None:
    """Anna hands in within the make-up, with 0.4 on the public share and 0.3 on the private one."""
    with course.database.write() as session:
        an_assignment(session, tables=MAKEUP)
    handed_in(course, b"# made up", now)
    run_all(course, now, 0.4, 0.3)


def graded(course: Course, score: float = 0.5) -> None:
    handed_in(course, b"# a")
    run_all(course, NOON, score)


def test_nothing_is_told_within_the_grace_of_the_make_up(course: Course):
    made_up(course, MAKEUP_OPENS)
    assert told(course, MAKEUP_LAST) is None
    assert handed_in(course, b"# once more", MAKEUP_LAST), "it is taken then"
    assert told(course, MAKEUP_LAST + SECOND) == Decimal(3)


def test_nothing_is_told_within_the_last_second_of_late_days(course: Course):
    last = DUE + timedelta(days=3, minutes=5)
    graded(course)
    assert told(course, last + timedelta(milliseconds=500)) is None
    assert handed_in(course, b"# b", last + timedelta(milliseconds=900)), "it is taken then"
    assert told(course, last + SECOND) == Decimal(5)


def test_nobody_can_hand_in_any_more_after_the_grace_of_the_make_up(course: Course):
    with course.database.write() as session:
        an_assignment(session, tables=MAKEUP)
        assert closes_for_all(session, COURSE, in_force(session, COURSE, SLUG, ZONE).spec) == MAKEUP_LAST


def test_board_is_of_the_public_share_while_the_make_up_is_open(course: Course):
    made_up(course, MAKEUP_OPENS)
    for now in (MAKEUP_OPENS + timedelta(hours=1), MAKEUP_LAST):
        assert of_board(course, now) == [0.4]
    assert of_board(course, MAKEUP_LAST + SECOND) == [0.3]


def test_who_has_more_time_than_a_set_reveal_is_told_after_it(course: Course):
    moved_to(course, reveal=REVEAL)
    extended(course, REVEAL + timedelta(days=2))
    graded(course)
    last = REVEAL + timedelta(days=5, minutes=5)  # three late days and the grace
    assert told(course, last) is None
    assert handed_in(course, b"# b", last), "it is taken then"
    assert told(course, last + SECOND) == Decimal(5)


def test_others_are_told_at_the_set_reveal(course: Course):
    moved_to(course, reveal=REVEAL)
    extended(course, REVEAL + timedelta(days=2), user_id=course.bela.id)
    graded(course)
    assert told(course, REVEAL + SECOND) == Decimal(5)


def test_board_waits_for_whoever_has_more_time_than_a_set_reveal(course: Course):
    moved_to(course, reveal=REVEAL)
    extended(course, REVEAL + timedelta(days=2), user_id=course.bela.id)
    handed_in(course, b"# a")
    run_all(course, NOON, 0.5, 0.3)
    assert of_board(course, REVEAL + SECOND) == [0.5]
    assert of_board(course, REVEAL + timedelta(days=5, minutes=5) + SECOND) == [0.3]


def test_due_moment_that_a_new_version_moves_past_a_set_reveal_moves_it_along(course: Course):
    moved_to(course, reveal=REVEAL)
    graded(course)
    due = datetime(2026, 11, 20, 22, 59, 59, tzinfo=UTC)
    with course.database.write() as session:
        an_assignment(session, due="2026-11-20T23:59:59")
    assert told(course, due) is None
    assert told(course, due + SECOND) == Decimal(5)
