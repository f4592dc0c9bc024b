"""Waiting after wrong passwords, as a time line."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.throttle import (
    ACCOUNT_TRIES,
    ADDRESS_TRIES,
    FIRST_WAIT,
    HALL_TRIES,
    WINDOW,
    account_wait,
    address_wait,
)
from tests.server.builders import NOON

moments = st.lists(st.integers(0, 3600).map(lambda s: NOON - timedelta(seconds=s)), max_size=60)
ZERO = timedelta()


def failures(count: int, at: datetime = NOON) -> list[datetime]:
    return [at] * count


def test_four_wrong_passwords_cost_nothing():
    assert account_wait(failures(ACCOUNT_TRIES - 1), NOON) == ZERO


@pytest.mark.parametrize(("count", "factor"), [(5, 1), (6, 2), (7, 4), (8, 8)])
def test_the_wait_doubles_with_each_failure(count: int, factor: int):
    assert account_wait(failures(count), NOON) == FIRST_WAIT * factor


def test_the_wait_ends():
    assert account_wait(failures(5), NOON + FIRST_WAIT - timedelta(seconds=1)) == timedelta(seconds=1)
    assert account_wait(failures(5), NOON + FIRST_WAIT) == ZERO


@pytest.mark.parametrize(("untried", "bound"), [(False, ADDRESS_TRIES), (True, HALL_TRIES)])
def test_an_address_waits_from_its_bound_on_and_never_longer(untried: bool, bound: int):
    assert address_wait(failures(bound - 1), NOON, untried=untried) == ZERO
    assert address_wait(failures(bound), NOON, untried=untried) == FIRST_WAIT
    assert address_wait(failures(bound * 3), NOON, untried=untried) == FIRST_WAIT


@given(moments)
def test_nobody_waits_longer_than_the_window(account: list[datetime]):
    assert ZERO <= account_wait(account, NOON) <= WINDOW


@given(moments)
def test_after_the_window_everything_is_forgotten(past: list[datetime]):
    assert account_wait(past, NOON + WINDOW) == ZERO
    assert address_wait(past, NOON + WINDOW, untried=False) == ZERO


@given(moments)
def test_order_of_failures_never_matters(account: list[datetime]):
    assert account_wait(account, NOON) == account_wait(account[::-1], NOON)


@given(moments)
def test_a_further_failure_never_shortens_the_wait(account: list[datetime]):
    assert account_wait([*account, NOON], NOON) >= account_wait(account, NOON)
