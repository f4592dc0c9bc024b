"""Waiting after wrong passwords: rules as time lines, and what nobody's guessing can bring about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.throttle import (
    ACCOUNT_TRIES,
    ADDRESS_TRIES,
    DAY,
    DEVICE_TRIES,
    FIRST_WAIT,
    HALL_TRIES,
    STRANGERS_TRIES,
    UNDER_WAY,
    WINDOW,
    Caller,
    Cause,
    SignInAttempt,
    State,
    Wait,
    address_wait,
    network_of,
    wait_for,
)
from tests.server.builders import NOON

ZERO, SECOND = timedelta(), timedelta(seconds=1)
HALL, ELSEWHERE = Caller("10.0.0.1"), Caller("10.6.6.6")
OWN = Caller("10.0.0.1", "the owner's")
PER_NETWORK = 24 * 4 * 11  # in a day: of one network, in each window
MOST_IN_A_DAY = STRANGERS_TRIES + DAY // WINDOW + 1

moments = st.integers(0, 2 * 24 * 3600).map(lambda s: NOON - timedelta(seconds=s))
strangers = st.builds(Caller, st.sampled_from(["10.0.0.1", "10.6.6.6", "10.7.7.7", "2001:db8::/64"]))
others = strangers | st.builds(Caller, st.just("10.0.0.1"), st.just("another device"))
attempts = st.lists(st.builds(SignInAttempt, moments, others, st.sampled_from(State)), max_size=300)


def wrong(count: int, caller: Caller = HALL, state: State = State.WRONG) -> list[SignInAttempt]:
    return [SignInAttempt(NOON, caller, state)] * count


def wait(caller: Caller, *past: SignInAttempt, now: timedelta = ZERO) -> Wait:
    return wait_for(caller, past, [], NOON + now)


def test_four_wrong_passwords_cost_nothing():
    assert wait(HALL, *wrong(ACCOUNT_TRIES - 1)) == Wait()


@pytest.mark.parametrize(("count", "factor"), [(5, 1), (6, 2), (7, 4), (8, 8)])
def test_the_wait_doubles_with_each_failure(count: int, factor: int):
    assert wait(HALL, *wrong(count)) == Wait(FIRST_WAIT * factor, Cause.OWN)


def test_the_wait_ends():
    past = wrong(5)
    assert wait(HALL, *past, now=FIRST_WAIT - SECOND).time == SECOND
    assert wait(HALL, *past, now=FIRST_WAIT) == Wait()


@pytest.mark.parametrize(("untried", "bound"), [(False, ADDRESS_TRIES), (True, HALL_TRIES)])
def test_an_address_waits_from_its_bound_on_and_never_longer(untried: bool, bound: int):
    assert address_wait([NOON] * (bound - 1), NOON, untried=untried) == ZERO
    assert address_wait([NOON] * bound, NOON, untried=untried) == FIRST_WAIT
    assert address_wait([NOON] * (bound * 3), NOON, untried=untried) == FIRST_WAIT


def test_failures_elsewhere_are_not_ours():
    assert wait(HALL, *wrong(50, ELSEWHERE)) == Wait()


def test_strangers_of_all_networks_share_a_day():
    many = [one for number in range(20) for one in wrong(5, Caller(f"10.6.6.{number}"))]
    assert wait(HALL, *many[1:]) == Wait()
    assert wait(HALL, *many) == Wait(WINDOW, Cause.ACCOUNT)
    assert wait(OWN, *many) == Wait()


def test_a_device_of_ones_own_waits_for_its_own_mistakes():
    assert wait(OWN, *wrong(DEVICE_TRIES - 1, OWN)) == Wait()
    assert wait(OWN, *wrong(DEVICE_TRIES, OWN)) == Wait(FIRST_WAIT, Cause.OWN)


def test_attempts_under_way_take_turns():
    assert wait(HALL, *wrong(4, state=State.UNDER_WAY)) == Wait()
    assert wait(HALL, *wrong(5, state=State.UNDER_WAY)) == Wait(SECOND, Cause.TURN)
    assert wait(HALL, *wrong(5), *wrong(1, state=State.UNDER_WAY), now=FIRST_WAIT) == Wait(SECOND, Cause.TURN)


def test_an_attempt_that_broke_off_with_the_server_counts_for_nothing():
    """In an outage nobody has given a wrong password."""
    past = wrong(5, state=State.UNDER_WAY)
    assert wait(HALL, *past, now=UNDER_WAY - SECOND).cause is Cause.TURN
    assert wait(HALL, *past, *wrong(1), now=UNDER_WAY - SECOND).cause is Cause.TURN
    assert wait(HALL, *past, *wrong(4), now=UNDER_WAY) == Wait()
    assert wait(HALL, *past, *wrong(6), now=UNDER_WAY - SECOND).cause is Cause.OWN
    assert wait(HALL, *wrong(200, state=State.UNDER_WAY), now=UNDER_WAY) == Wait()


def test_what_is_forgiven_counts_for_the_day_only():
    assert wait(HALL, *wrong(50, state=State.FORGIVEN)) == Wait()
    assert wait(HALL, *wrong(100, state=State.FORGIVEN)).cause is Cause.ACCOUNT


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("x" * 100, "x" * 45),
    ],
)
def test_a_household_is_one_network(address: str, network: str):
    assert network_of(address) == network


@given(attempts, st.lists(moments, max_size=400))
def test_nobody_elses_failures_keep_a_known_device_out(past: list[SignInAttempt], of_network: list):
    assert wait_for(OWN, past, of_network, NOON) == Wait()


@given(attempts, st.lists(moments, max_size=400), others)
def test_nobody_waits_longer_than_the_window(past: list[SignInAttempt], of_network: list, caller: Caller):
    assert ZERO <= wait_for(caller, past, of_network, NOON).time <= WINDOW


@given(attempts, strangers)
def test_after_a_day_everything_is_forgotten(past: list[SignInAttempt], caller: Caller):
    assert wait_for(caller, past, [], NOON + DAY) == Wait()


@dataclass
class Guesser:
    """Tries one wrong password after the other, as soon as any of its networks is heard."""

    networks: int
    at_once: int = 1
    tried: list[SignInAttempt] = field(default_factory=list)

    def guess(self, until: timedelta) -> None:
        now = NOON
        callers = [Caller(f"10.6.{number // 250}.{number % 250}") for number in range(self.networks)]
        turns = cycle(callers)
        while now < NOON + until:
            waits = []
            for caller in [next(turns) for _ in callers]:
                recent = [one for one in self.tried if now - DAY < one.at]
                wait = wait_for(caller, recent, [], now)
                if not wait.time:
                    self._try(caller, now)
                    wait = Wait(SECOND)
                waits.append(wait.time)
            now += max(SECOND, min(waits))

    def _try(self, caller: Caller, now: object) -> None:
        """As many at once as are let through; all of them prove wrong."""
        under_way: list[SignInAttempt] = []
        for _ in range(self.at_once):
            if not wait_for(caller, [*self.tried, *under_way], [], now).time:  # type: ignore[arg-type]
                under_way.append(SignInAttempt(now, caller, State.UNDER_WAY))  # type: ignore[arg-type]
        self.tried += [SignInAttempt(one.at, one.caller) for one in under_way]

    def most_in_a_day(self) -> int:
        at = [one.at for one in self.tried]
        return max(sum(start <= one < start + DAY for one in at) for start in at)


@pytest.mark.parametrize("networks", [1, 2, 7, 40])
def test_many_networks_guess_no_more_in_a_day_than_few(networks: int):
    guesser = Guesser(networks)
    guesser.guess(timedelta(days=1, hours=6))
    assert guesser.most_in_a_day() <= min(networks * PER_NETWORK, MOST_IN_A_DAY)
    assert wait_for(OWN, guesser.tried, [], NOON + timedelta(days=1, hours=6)) == Wait()


@pytest.mark.parametrize("at_once", [3, 100])
def test_a_hundred_guesses_at_once_are_a_hundred_guesses(at_once: int):
    guesser = Guesser(3, at_once)
    guesser.guess(timedelta(hours=26))
    assert guesser.most_in_a_day() <= MOST_IN_A_DAY
