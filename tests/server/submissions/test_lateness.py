"""The window as a time line: every edge and one second beside it, also in the nights of a clock change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.moments import closing
from assignments.spec import LatePolicy, Window
from server.submissions.lateness import Phase, standing

ZONE = ZoneInfo("Europe/Budapest")
SECOND = timedelta(seconds=1)
GRACE = LatePolicy(grace=timedelta(minutes=5), per_day=0.1, last_day=3)


def a_window(due: datetime, late: LatePolicy = GRACE) -> Window:
    due = due.astimezone(UTC)
    closes = closing(due, late.grace, late.last_day, ZONE)
    return Window(opens=due - timedelta(days=30), due=due, closes=closes)


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE)  # type: ignore[arg-type, misc]


def phases(window: Window, late: LatePolicy, *moments: datetime) -> list[tuple[str, int]]:
    found = [standing(window, late, ZONE, moment.astimezone(UTC)) for moment in moments]
    return [(one.phase.value, one.late_day) for one in found]


def test_time_line_of_an_ordinary_deadline():
    due = local(2026, 11, 10, 23, 59, 59)
    window = a_window(due)
    last = local(2026, 11, 13, 23, 59, 59)
    assert phases(
        window,
        GRACE,
        window.opens - SECOND,
        window.opens,
        due,
        due + SECOND,
        due + GRACE.grace,
        due + GRACE.grace + SECOND,
        local(2026, 11, 11, 23, 59, 59),
        local(2026, 11, 12, 0, 0, 0),
        last,
        last + SECOND,
    ) == [
        ("not_open", 0),
        ("open", 0),
        ("open", 0),
        ("open", 0),
        ("open", 0),
        ("late", 1),
        ("late", 1),
        ("late", 2),
        ("late", 3),
        ("closed", 4),
    ]


@pytest.mark.parametrize(
    ("due", "hours"),
    [
        (local(2020, 10, 24, 23, 59), 25),  # the clocks go back in the night to the 25th
        (local(2026, 3, 28, 23, 59), 23),  # and forward in the night to the 29th
        (local(2026, 11, 10, 23, 59), 24),
    ],
)
def test_late_day_is_a_calendar_day(due: datetime, hours: int):
    """A night with a clock change is neither 23 nor 25 hours: the wall clock decides."""
    window = a_window(due)
    end_of_first = window.due + timedelta(hours=hours)
    assert phases(window, GRACE, end_of_first, end_of_first + SECOND) == [("late", 1), ("late", 2)]


def test_deadline_on_the_evening_of_the_clock_change_is_in_winter_time():
    window = a_window(local(2020, 10, 25, 23, 59))
    assert window.due == datetime(2020, 10, 25, 22, 59, tzinfo=UTC)


def test_late_by_counts_from_the_due_moment():
    window = a_window(local(2026, 11, 10, 23, 59, 59))
    found = standing(window, GRACE, ZONE, window.due + timedelta(minutes=6))
    assert found.late_by == timedelta(minutes=6)


def test_within_grace_is_not_late_at_all():
    window = a_window(local(2026, 11, 10, 23, 59, 59))
    assert standing(window, GRACE, ZONE, window.due + GRACE.grace).late_by == timedelta()


def test_no_late_days_means_closed_after_grace():
    strict = LatePolicy(grace=timedelta(minutes=5))
    window = a_window(local(2026, 11, 10, 23, 59, 59), strict)
    found = phases(window, strict, window.due + strict.grace, window.due + strict.grace + SECOND)
    assert [phase for phase, _day in found] == ["open", "closed"]


moments = st.integers(0, 730 * 86400).map(lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
policies = st.builds(
    LatePolicy,
    grace=st.timedeltas(timedelta(), timedelta(hours=3)),
    per_day=st.just(0.1),
    last_day=st.integers(0, 5),
)
ORDER = [Phase.NOT_OPEN, Phase.OPEN, Phase.LATE, Phase.CLOSED]


@given(due=moments, late=policies, offsets=st.lists(st.integers(-40 * 86400, 10 * 86400), max_size=8))
def test_phases_never_go_back(due: datetime, late: LatePolicy, offsets: list[int]):
    window = a_window(due, late)
    found = [
        standing(window, late, ZONE, window.due + timedelta(seconds=offset)) for offset in sorted(offsets)
    ]
    assert [ORDER.index(one.phase) for one in found] == sorted(ORDER.index(one.phase) for one in found)
    assert [one.late_day for one in found] == sorted(one.late_day for one in found)


@given(due=moments, late=policies, seconds=st.integers(1, 10 * 86400))
def test_late_is_taken_only_on_late_days_that_exist(due: datetime, late: LatePolicy, seconds: int):
    window = a_window(due, late)
    found = standing(window, late, ZONE, window.due + timedelta(seconds=seconds))
    if found.phase is Phase.LATE:
        assert 1 <= found.late_day <= late.last_day
    assert found.takes == (window.opens <= window.due + timedelta(seconds=seconds) <= window.closes)
