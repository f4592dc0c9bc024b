"""How long somebody who gave wrong passwords must wait before the next try."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
ACCOUNT_TRIES = 5
ADDRESS_TRIES = 30
HALL_TRIES = 300  # a lecture hall sits behind one address
FIRST_WAIT = timedelta(seconds=15)


def account_wait(attempts: Collection[datetime], now: datetime) -> timedelta:
    """Zero, or the time until the next try on an account is heard, given the moments of past ones.

    The wait doubles with each further attempt and never exceeds the window, so nobody is locked out for good.
    """
    recent = _recent(attempts, now)
    surplus = len(recent) - ACCOUNT_TRIES
    if surplus < 0:
        return timedelta()
    return _rest(recent, min(WINDOW, FIRST_WAIT * (1 << min(surplus, 16))), now)


def address_wait(failures: Collection[datetime], now: datetime, *, untried: bool) -> timedelta:
    """Zero, or the time until the next try from an address is heard, given the moments of past failures.

    It never grows, and accounts that nobody has failed at (`untried`) are heard for much longer: the
    mistakes of a few must not keep their whole lecture hall out.
    """
    recent = _recent(failures, now)
    if len(recent) < (HALL_TRIES if untried else ADDRESS_TRIES):
        return timedelta()
    return _rest(recent, FIRST_WAIT, now)


def _recent(moments: Collection[datetime], now: datetime) -> list[datetime]:
    return [moment for moment in moments if now - WINDOW < moment <= now]


def _rest(moments: Collection[datetime], pause: timedelta, now: datetime) -> timedelta:
    return max(timedelta(), max(moments) + pause - now)
