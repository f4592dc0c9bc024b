"""Waiting after wrong passwords, as a time line."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.throttle import ACCOUNT_TRIES, ADDRESS_TRIES, FIRST_WAIT, WINDOW, wait
from tests.server.builders import NOON

moments = st.lists(st.integers(0, 3600).map(lambda s: NOON - timedelta(seconds=s)), max_size=60)
ZERO = timedelta()


def failures(count: int, at: datetime = NOON) -> list[datetime]:
    return [at] * count


def test_four_wrong_passwords_cost_nothing():
    assert wait(failures(ACCOUNT_TRIES - 1), [], NOON) == ZERO


@pytest.mark.parametrize(("count", "factor"), [(5, 1), (6, 2), (7, 4), (8, 8)])
def test_the_wait_doubles_with_each_failure(count: int, factor: int):
    assert wait(failures(count), [], NOON) == FIRST_WAIT * factor


def test_the_wait_ends():
    assert wait(failures(5), [], NOON + FIRST_WAIT - timedelta(seconds=1)) == timedelta(seconds=1)
    assert wait(failures(5), [], NOON + FIRST_WAIT) == ZERO


def test_a_lecture_hall_shares_an_address():
    assert wait([], failures(ADDRESS_TRIES - 1), NOON) == ZERO
    assert wait([], failures(ADDRESS_TRIES), NOON) == FIRST_WAIT


@given(moments, moments)
def test_nobody_waits_longer_than_the_window(account: list[datetime], address: list[datetime]):
    assert ZERO <= wait(account, address, NOON) <= WINDOW


@given(moments, moments)
def test_after_the_window_everything_is_forgotten(account: list[datetime], address: list[datetime]):
    assert wait(account, address, NOON + WINDOW) == ZERO


@given(moments)
def test_order_of_failures_never_matters(account: list[datetime]):
    assert wait(account, [], NOON) == wait(account[::-1], [], NOON)


@given(moments)
def test_a_further_failure_never_shortens_the_wait(account: list[datetime]):
    assert wait([*account, NOON], [], NOON) >= wait(account, [], NOON)
