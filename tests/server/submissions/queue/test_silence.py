"""A run is silent only when all that was sent has been read for as long as it should have been heard."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.submissions.queue.silence import (
    LEASE,
    LONGEST_BREAK,
    MARK_EVERY,
    Reading,
    after_mark,
    silent_before,
)
from tests.server.builders import NOON


def read(*seconds: float) -> Reading | None:
    """After marks of these moments."""
    reading = None
    for second in seconds:
        reading = after_mark(reading, NOON + timedelta(seconds=second))
    return reading


def at(second: float) -> datetime:
    return NOON + timedelta(seconds=second)


def test_nothing_is_silent_before_anything_was_read():
    assert silent_before(None) is None
    assert silent_before(read(0)) is None


def test_unbroken_row_as_long_as_a_lease_decides():
    marks = [5.0 * number for number in range(7)]
    assert silent_before(read(*marks[:-1])) is None
    assert silent_before(read(*marks)) == at(30)


def test_break_begins_anew():
    """The broker was away: the marks that did not come say that nothing else came either."""
    reading = read(*(5.0 * number for number in range(20)), 200, 205)
    assert reading == Reading(at(200), at(205))
    assert silent_before(reading) is None


def test_clock_that_was_set_begins_anew():
    assert read(0, 5, 3605) == Reading(at(3605), at(3605))
    assert read(0, 5, -3595) == Reading(at(-3595), at(-3595))


def test_two_dispatchers_may_overtake_each_other():
    assert read(0, 5, 4.9, 10) == Reading(at(0), at(10))


@given(st.lists(st.floats(0, 120), min_size=1, max_size=60), st.floats(-3600, 3600))
def test_nothing_is_judged_from_less_than_a_lease_of_marks(steps: list[float], start: float):
    reading, moment, unbroken = None, at(start), timedelta()
    for step in steps:
        unbroken = (
            unbroken + timedelta(seconds=step) if timedelta(seconds=step) <= LONGEST_BREAK else timedelta()
        )
        moment += timedelta(seconds=step)
        reading = after_mark(reading, moment)
        first = reading.since == moment
        unbroken = timedelta() if first else unbroken
        assert (silent_before(reading) is not None) == (moment - reading.since >= LEASE)
        assert reading.until == moment


def test_healthy_runs_are_heard_between_two_marks():
    assert MARK_EVERY * 3 <= LONGEST_BREAK < LEASE
