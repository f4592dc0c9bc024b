"""Who has to wait before the next password is heard, and how long: by account, network and device.

Guessing from elsewhere never keeps an owner out: a device on which somebody has signed in before is judged by
its own mistakes alone. All other devices share what the account allows to strangers, network by network and
in a day, so that many networks are no more than few. Nobody ever waits for longer than the window.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, auto

WINDOW = timedelta(minutes=15)
DAY = timedelta(days=1)
ACCOUNT_TRIES = 5  # of strangers in one network
DEVICE_TRIES = 10  # of a device that has signed in before
STRANGERS_TRIES = 100  # of all strangers in a day; then there is one try in each window
ADDRESS_TRIES = 30
HALL_TRIES = 300  # a lecture hall sits behind one address
FIRST_WAIT = timedelta(seconds=15)
UNDER_WAY = timedelta(seconds=30)  # what takes longer has broken off with the server, and counts for nothing
TURN = timedelta(seconds=1)  # until an attempt under way has come to its end


class State(StrEnum):
    """The result of an attempt to sign in."""

    UNDER_WAY = auto()
    WRONG = auto()
    FORGIVEN = auto()  # wrong, but then somebody signed in from there


class Cause(StrEnum):
    """What the wait is for."""

    NOTHING = auto()
    OWN = auto()  # wrong passwords from here
    ACCOUNT = auto()  # strangers have tried too many on this account
    TURN = auto()  # as many attempts are under way as there are tries left


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks to be let in. `device` is "" for a device that has never signed in to this account."""

    network: str
    device: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """One attempt on an account."""

    at: datetime
    caller: Caller
    state: State = State.WRONG


@dataclass(frozen=True, slots=True)
class Wait:
    """For how long, and why."""

    time: timedelta = timedelta()
    cause: Cause = Cause.NOTHING


def network_of(address: str) -> str:
    """The network that an address stands for: itself, or the 64 bits of IPv6 that one household has."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:45]
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def wait_for(
    caller: Caller, of_account: Collection[SignInAttempt], of_network: Collection[datetime], now: datetime
) -> Wait:
    """How long this caller waits, given a day's attempts on the account, and the moments of strangers' wrong
    ones from the caller's network, on whatever account.
    """
    if caller.device:
        mine = [one for one in of_account if one.caller.device == caller.device]
        return _budget(mine, DEVICE_TRIES, now)
    strangers = [one for one in of_account if not one.caller.device]
    here = [one for one in strangers if one.caller.network == caller.network]
    untried = not any(one.state is State.WRONG for one in _recent(here, now))
    waits = (
        _budget(here, ACCOUNT_TRIES, now),
        _ceiling(strangers, now),
        Wait(address_wait(of_network, now, untried=untried), Cause.OWN),
    )
    return max(waits, key=lambda one: one.time) if any(one.time for one in waits) else Wait()


def account_wait(failures: Collection[datetime], now: datetime, tries: int = ACCOUNT_TRIES) -> timedelta:
    """Zero, or the time until the next try is heard, given the moments of past wrong ones.

    The wait doubles with each further one and never exceeds the window, so nobody is locked out for good.
    """
    recent = [moment for moment in failures if now - WINDOW < moment]
    surplus = len(recent) - tries
    if surplus < 0:
        return timedelta()
    return _rest(recent, min(WINDOW, FIRST_WAIT * (1 << min(surplus, 16))), now)


def address_wait(failures: Collection[datetime], now: datetime, *, untried: bool) -> timedelta:
    """Zero, or the time until the next try from an address is heard, given the moments of past failures.

    It never grows, and accounts that nobody has failed at (`untried`) are heard for much longer: the
    mistakes of a few must not keep their whole lecture hall out.
    """
    recent = [moment for moment in failures if now - WINDOW < moment]
    if len(recent) < (HALL_TRIES if untried else ADDRESS_TRIES):
        return timedelta()
    return _rest(recent, FIRST_WAIT, now)


def _budget(attempts: Collection[SignInAttempt], tries: int, now: datetime) -> Wait:
    """What is under way counts for nothing by itself, but never are more heard at once than are left."""
    recent = _recent(attempts, now)
    wrong = [one.at for one in recent if one.state is State.WRONG]
    if wait := account_wait(wrong, now, tries):
        return Wait(wait, Cause.OWN)
    under_way = sum(_is_under_way(one, now) for one in recent)
    return Wait(TURN, Cause.TURN) if under_way >= max(1, tries - len(wrong)) else Wait()


def _ceiling(strangers: Collection[SignInAttempt], now: datetime) -> Wait:
    """Of all strangers together: so many in a day, then one in each window. Nothing of it is forgiven."""
    today = [one for one in strangers if now - DAY < one.at]
    wrong = [one.at for one in today if one.state is not State.UNDER_WAY]
    left = STRANGERS_TRIES - len(wrong)
    if left <= 0 and (wait := _rest(wrong, WINDOW, now)):
        return Wait(wait, Cause.ACCOUNT)
    under_way = sum(_is_under_way(one, now) for one in today)
    return Wait(TURN, Cause.TURN) if under_way >= max(1, left) else Wait()


def _is_under_way(attempt: SignInAttempt, now: datetime) -> bool:
    return attempt.state is State.UNDER_WAY and now - UNDER_WAY < attempt.at


def _recent(attempts: Iterable[SignInAttempt], now: datetime) -> list[SignInAttempt]:
    return [one for one in attempts if now - WINDOW < one.at]


def _rest(moments: Collection[datetime], pause: timedelta, now: datetime) -> timedelta:
    return max(timedelta(), max(moments) + pause - now)
