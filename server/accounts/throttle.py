"""How long somebody who gave wrong passwords must wait before the next try."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
ACCOUNT_TRIES = 5
ADDRESS_TRIES = 30  # a lecture hall sits behind one address
FIRST_WAIT = timedelta(seconds=15)


def wait(account: Collection[datetime], address: Collection[datetime], now: datetime) -> timedelta:
    """Zero, or the time until the next try is heard, given the moments of past failures.

    The wait doubles with each further failure and never exceeds the window, so nobody is locked out for good.
    """
    return max(_wait(account, ACCOUNT_TRIES, now), _wait(address, ADDRESS_TRIES, now))


def _wait(failures: Collection[datetime], tries: int, now: datetime) -> timedelta:
    recent = [moment for moment in failures if now - WINDOW < moment <= now]
    surplus = len(recent) - tries
    if surplus < 0:
        return timedelta()
    pause: timedelta = min(WINDOW, FIRST_WAIT * (1 << min(surplus, 16)))
    return max(timedelta(), max(recent) + pause - now)
