"""The line as a time line: every edge and one second beside it, also in the nights of a clock change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.late_policy import After
from server.deadlines.schedule import (
    DeadlinePhase,
    Rules,
    Timing,
    edges,
    in_makeup,
    last_moment,
    stages,
    timing_at,
)
from tests.server.deadlines.clocks import (
    ARRIVALS,
    DAY,
    DUE,
    MINUTE,
    SECOND,
    clocks,
    dec,
    local,
    makeup,
    policy,
    rules,
    step,
)

MICROSECOND = timedelta(microseconds=1)
ORDER = [DeadlinePhase.NOT_OPEN, DeadlinePhase.OPEN, DeadlinePhase.LATE, DeadlinePhase.CLOSED]


def phases(clock: Rules, *moments: str | datetime, due: datetime | None = None) -> list[tuple[str, int]]:
    """The phase and the late day at each moment."""
    asked = [local(moment) if isinstance(moment, str) else moment for moment in moments]
    found = [timing_at(clock, due or clock.due, moment) for moment in asked]
    return [(one.phase.value, one.late_day) for one in found]


def test_time_line_of_an_ordinary_deadline():
    clock = rules(local("2026-11-10T23:59:59"))
    assert phases(
        clock,
        clock.opens - SECOND,
        clock.opens,
        "2026-11-10T23:59:59",
        "2026-11-11T00:00:00",
        "2026-11-11T00:04:59",
        "2026-11-11T00:05:00",
        "2026-11-12T00:04:59",
        "2026-11-12T00:05:00",
        "2026-11-14T00:04:59",
        "2026-11-14T00:05:00",
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


def test_due_moment_lasts_to_the_next_full_second():
    clock = rules(late=policy(grace=timedelta(), last_day=0))
    assert phases(clock, DUE + SECOND - MICROSECOND, DUE + SECOND) == [("open", 0), ("closed", 1)]


def test_due_moment_with_a_fraction_lasts_as_long():
    clock = rules(DUE + timedelta(milliseconds=500), policy(grace=timedelta(), last_day=0))
    assert phases(clock, DUE + SECOND - MICROSECOND, DUE + SECOND) == [("open", 0), ("closed", 1)]


def test_grace_lasts_to_the_next_full_second():
    edge = DUE + SECOND + 5 * MINUTE
    assert phases(rules(), edge - MICROSECOND, edge) == [("open", 0), ("late", 1)]


@pytest.mark.parametrize(
    ("due", "end", "hours"),
    [
        ("2026-10-24T23:59:59", "2026-10-25T22:59:59", 25),  # the clocks go back in the night to the 25th
        ("2026-03-28T23:59:59", "2026-03-29T21:59:59", 23),  # and forward in the night to the 29th
        ("2026-11-10T23:59:59", "2026-11-11T22:59:59", 24),
    ],
)
def test_late_day_ends_at_the_wall_clock_time(due: str, end: str, hours: int):
    clock = rules(local(due), policy(grace=timedelta()))
    last = clock.due + timedelta(hours=hours)
    assert last == datetime.fromisoformat(end).replace(tzinfo=UTC)
    assert phases(clock, last, last + SECOND) == [("late", 1), ("late", 2)]


@pytest.mark.parametrize("due", ["2026-10-24T23:59:59", "2026-03-28T23:59:59", "2026-11-10T23:59:59"])
def test_hours_elapse_whatever_the_clocks_do(due: str):
    clock = rules(local(due), policy(grace=timedelta(), steps=(step("36h"),)))
    last = clock.due + timedelta(hours=36)
    assert [name for name, _day in phases(clock, last, last + SECOND)] == ["late", "closed"]


@pytest.mark.parametrize(
    ("arrival", "found"),
    [
        ("2026-10-25T00:04:59", ("open", 0)),
        ("2026-10-25T00:05:00", ("late", 1)),
        ("2026-10-26T00:04:59", ("late", 1)),
        ("2026-10-26T00:05:00", ("late", 2)),
        ("2026-10-28T00:04:59", ("late", 3)),
        ("2026-10-28T00:05:00", ("closed", 4)),
    ],
)
def test_grace_is_the_same_everywhere_on_the_line(arrival: str, found: tuple[str, int]):
    assert phases(rules(local("2026-10-24T23:59:59")), arrival) == [found]


def test_lateness_counts_from_the_due_moment():
    assert timing_at(rules(), DUE, DUE + 6 * MINUTE) == Timing(DeadlinePhase.LATE, 6 * MINUTE, 0, 1)


def test_within_the_grace_is_not_late_at_all():
    assert timing_at(rules(), DUE, DUE + 5 * MINUTE) == Timing(DeadlinePhase.OPEN)


def test_steps_of_unequal_length_follow_each_other():
    clock = rules(late=policy(grace=timedelta(), steps=(step("2h", share=0.9), step(7, "keep", 0.5))))
    found = [timing_at(clock, DUE, DUE + timedelta(hours=hours)).step for hours in (0, 2, 3, 24 * 7)]
    assert found == [None, 0, 1, 1]


def test_extension_moves_the_whole_line():
    moved = DUE + 10 * DAY
    asked = (moved, moved + 6 * MINUTE, moved + 3 * DAY + 5 * MINUTE, moved + 3 * DAY + 6 * MINUTE)
    assert phases(rules(), *asked, due=moved) == [("open", 0), ("late", 1), ("late", 3), ("closed", 4)]


def test_nothing_passes_the_wall():
    wall = DUE + DAY
    clock = rules(late=policy(closes=wall))
    assert phases(clock, wall, wall + SECOND) == [("late", 1), ("closed", 1)]
    assert phases(clock, wall, wall + SECOND, due=wall) == [("open", 0), ("closed", 0)]
    assert last_moment(clock, wall) == wall


def test_wall_is_told_as_the_end_of_what_it_cuts():
    wall = DUE + timedelta(hours=30)
    told = [stage.until for stage in stages(rules(late=policy(closes=wall)), DUE)]
    assert told == [DUE, DUE + DAY, wall, None]


def test_no_stage_is_empty():
    """A make-up that opens just when the line ends leaves no room for a stage between them."""
    second = makeup(opens=DUE + 3 * DAY + SECOND + 5 * MINUTE)
    told = stages(rules(makeup=second), DUE)
    assert [stage.phase.value for stage in told] == ["open", "late", "late", "late", "makeup", "closed"]
    assert all(stage.ends is None or stage.begins < stage.ends for stage in told)


def test_late_day_counts_from_the_due_moment_with_a_long_grace():
    """A grace of a day ends the first late day two days after the due moment."""
    clock = rules(late=policy(grace=DAY))
    edge = DUE + 2 * DAY + SECOND
    assert phases(clock, edge - SECOND, edge) == [("late", 1), ("late", 2)]


def test_after_the_end_may_be_practice():
    clock = rules(late=policy(after=After.PRACTICE))
    found = timing_at(clock, DUE, DUE + 4 * DAY)
    assert (found.phase, found.takes, found.step) == (DeadlinePhase.PRACTICE, True, None)


def test_make_up_has_both_edges_and_the_grace():
    second = makeup()
    clock = rules(makeup=second)
    end = second.due + SECOND + 5 * MINUTE
    asked = (second.opens - SECOND, second.opens, end - SECOND, end)
    assert [name for name, _day in phases(clock, *asked)] == ["closed", "makeup", "makeup", "closed"]


def test_make_up_is_no_lateness():
    second = makeup()
    assert timing_at(rules(makeup=second), DUE, second.opens) == Timing(DeadlinePhase.MAKEUP)


def test_line_of_ones_own_goes_before_the_make_up():
    second = makeup()
    clock = rules(makeup=second)
    extended = second.opens + DAY
    assert timing_at(clock, extended, second.opens).phase is DeadlinePhase.OPEN
    assert in_makeup(clock, second.opens)


def test_stages_are_told_without_the_grace():
    told = [(stage.phase.value, stage.until) for stage in stages(rules(), DUE)]
    days = [("late", DUE + number * DAY) for number in (1, 2, 3)]
    assert told == [("open", DUE), *days, ("closed", None)]


@given(clocks(), ARRIVALS, st.lists(ARRIVALS, max_size=6))
def test_phases_never_go_back(clock: Rules, extension: timedelta, offsets: list[timedelta]):
    """But for the make-up and practice, which come after the line."""
    due = clock.due + abs(extension)
    found = [timing_at(clock, due, due + offset) for offset in sorted(offsets)]
    ranks = [ORDER.index(one.phase) if one.phase in ORDER else 3 for one in found]
    assert ranks == sorted(ranks)
    steps = [one.step for one in found if one.step is not None]
    assert steps == sorted(steps)


@given(clocks(), ARRIVALS)
def test_edges_are_all_and_only_the_changes(clock: Rules, offset: timedelta):
    found = edges(clock, clock.due)
    assert list(found) == sorted(set(found))
    for edge in found:
        before, at = timing_at(clock, clock.due, edge - MICROSECOND), timing_at(clock, clock.due, edge)
        assert (before.phase, before.step) != (at.phase, at.step)
    moment = clock.due + offset
    last = max((edge for edge in found if edge <= moment), default=None)
    where = timing_at(clock, clock.due, moment)
    if last is None:
        assert where.phase is DeadlinePhase.NOT_OPEN
    else:
        began = timing_at(clock, clock.due, last)
        assert (began.phase, began.step) == (where.phase, where.step)


@given(clocks(with_makeup=False))
def test_last_moment_is_the_last_that_counts(clock: Rules):
    last = last_moment(clock, clock.due)
    assert timing_at(clock, clock.due, last).phase in {DeadlinePhase.OPEN, DeadlinePhase.LATE}
    assert timing_at(clock, clock.due, last + SECOND).phase in {DeadlinePhase.CLOSED, DeadlinePhase.PRACTICE}


@given(clocks(), ARRIVALS)
def test_late_day_is_that_of_the_calendar(clock: Rules, offset: timedelta):
    """Counted here one by one, there from a guess."""
    found = timing_at(clock, clock.due, clock.due + offset)
    if found.phase is DeadlinePhase.LATE:
        wall = (clock.due + offset - clock.late.grace).astimezone(clock.zone).replace(tzinfo=None)
        due = clock.due.astimezone(clock.zone).replace(tzinfo=None)
        days = (wall - due - SECOND) // DAY + 1
        assert abs(found.late_day - max(1, days)) <= 1  # an hour of a clock change may lie in between
        assert found.late_day >= 1


def test_late_days_that_cost_nothing_are_late_all_the_same():
    clock = rules(late=policy(per_day=0))
    assert clock.late.steps[0].share == dec(1)
    assert phases(clock, DUE + DAY) == [("late", 1)]
