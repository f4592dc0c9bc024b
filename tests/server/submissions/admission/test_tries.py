"""Tries are counted by calendar day of the course; faults of ours are free, but not without end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.limits import Limits
from server.submissions.admission.tries import (
    HAND_INS,
    PERSON_BYTES,
    SIZES,
    Excess,
    Past,
    Used,
    day_of,
    excess,
    left,
    most_bytes,
    most_bytes_of_all,
)

ZONE = ZoneInfo("Europe/Budapest")


def test_day_begins_at_local_midnight():
    day = day_of(datetime(2026, 7, 1, 22, 0, tzinfo=UTC), ZONE)
    assert day.begins == datetime(2026, 7, 1, 22, 0, tzinfo=UTC)
    assert day_of(day.begins - timedelta(seconds=1), ZONE).ends == day.begins


def test_day_of_a_clock_change_has_25_hours():
    day = day_of(datetime(2026, 10, 25, 12, 0, tzinfo=UTC), ZONE)
    assert day.ends - day.begins == timedelta(hours=25)


NOTHING = Used(0, 0, 0)


def past(*, free: bool = False, trial: bool = False) -> Past:
    return Past("digits", trial, free, 1)


def test_hand_ins_that_cost_a_try_count():
    assert left(Limits(per_day=3), [past()] * 3, NOTHING, 0, None).tries == 0


def test_what_costs_no_try_is_free():
    assert left(Limits(per_day=3), [past(free=True), past(free=True), past()], NOTHING, 0, None).tries == 2


def test_trials_and_hand_ins_are_counted_apart():
    found = left(Limits(per_day=3, trials_per_day=2), [past(trial=True), past()], NOTHING, 1, None)
    assert (found.tries, found.trials) == (2, 1)


def test_tries_of_the_whole_assignment_run_out_too():
    found = left(Limits(per_day=3, total=5), [past()], NOTHING, 4, None)
    assert (found.of_day, found.total, found.tries) == (2, 1, 1)


def test_pause_counts_from_the_last_hand_in():
    moment = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
    limits = Limits(cooldown=timedelta(minutes=10))
    assert left(limits, [past()], NOTHING, 0, moment).again_at == moment + timedelta(minutes=10)
    assert left(limits, [], NOTHING, 0, None).again_at is None


@given(st.integers(0, 3650 * 86400))
def test_every_moment_lies_in_its_day(seconds: int):
    moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    day = day_of(moment, ZONE)
    assert day.begins <= moment < day.ends


@given(
    st.integers(1, 20),
    st.integers(0, 20),
    st.lists(st.builds(Past, st.just("digits"), st.booleans(), st.booleans(), st.just(1))),
    st.integers(0, 30),
)
def test_never_less_than_none_left(per_day: int, total: int, today: list[Past], charged: int):
    found = left(Limits(per_day=per_day, total=total), today, NOTHING, charged, None)
    assert 0 <= found.tries <= per_day
    assert found.trials >= 0


MIB = 1 << 20
TEN = Limits(per_day=10, upload_mib=5, trials_per_day=4)
MOST = (SIZES * 10 + 4) * 5 * MIB


@pytest.mark.parametrize(
    ("used", "size", "broken"),
    [
        (Used(0, 0, 0), 5 * MIB, None),
        (Used(HAND_INS * 10 - 1, 0, 0), 0, None),
        (Used(HAND_INS * 10, 0, 0), 0, Excess.HAND_INS),
        (Used(3, MOST - 5, MOST - 5), 5, None),
        (Used(3, MOST - 5, MOST - 5), 6, Excess.SIZE),
        (Used(3, 0, PERSON_BYTES - 5), 5, None),
        (Used(3, 0, PERSON_BYTES - 5), 6, Excess.SIZE_OF_ALL),
    ],
)
def test_each_bound_of_a_day_is_kept_to_the_byte(used: Used, size: int, broken: Excess | None):
    assert excess(TEN, used, size) is broken


def test_trials_are_not_bounded_by_hand_ins_but_by_their_bytes():
    assert excess(TEN, Used(HAND_INS * 10, 0, 0), 0, trial=True) is None
    assert excess(TEN, Used(0, MOST, MOST), 1, trial=True) is Excess.SIZE


@given(st.integers(1, 1000), st.integers(1, 1024), st.integers(0, 999))
def test_who_uses_all_tries_at_full_size_is_never_refused(per_day: int, mib: int, before: int):
    limits = Limits(per_day=per_day, upload_mib=mib)
    done, largest = min(before, per_day - 1), mib * MIB
    used = (done + limits.trials_per_day) * largest
    assert excess(limits, Used(done, used, used), largest) is None


@given(st.integers(1, 50), st.integers(1, 200), st.lists(st.integers(0, 1 << 30), max_size=300))
def test_no_day_holds_more_than_its_bounds(per_day: int, mib: int, sizes: list[int]):
    limits, used = Limits(per_day=per_day, upload_mib=mib), Used(0, 0, 0)
    for size in sizes:
        if excess(limits, used, size) is None:
            used = Used(used.hand_ins + 1, used.size + size, used.size_of_all + size)
    assert used.hand_ins <= HAND_INS * per_day
    assert used.size <= most_bytes(limits)
    assert used.size_of_all <= most_bytes_of_all(limits)


def test_no_try_is_left_when_no_hand_in_is():
    assert left(Limits(per_day=3), [past(free=True)] * (3 * HAND_INS - 1), NOTHING, 0, None).tries == 1
    assert left(Limits(per_day=3), [past(free=True)] * (3 * HAND_INS), NOTHING, 0, None).tries == 0
