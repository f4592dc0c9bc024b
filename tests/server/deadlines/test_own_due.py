"""Whose due moment is which: the latest extension wins, nothing shortens, nothing passes the wall."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from server.deadlines.own_due import Exemption, OwnDue, own_due
from tests.server.deadlines.clocks import DAY, DUE, SECOND, policy, rules

CLOCK = rules()
GRANTED = DUE - 5 * DAY


def exemption(number: int, days: float, *, replace: bool = False) -> Exemption:
    """Granted in the order of the numbers, `days` after the common due moment."""
    return Exemption(number, DUE + timedelta(days=days), GRANTED + number * SECOND, replace)


def test_without_extension_the_common_due_moment_holds():
    assert own_due(CLOCK, []) == OwnDue(DUE)


def test_latest_extension_wins_and_is_the_reason():
    assert own_due(CLOCK, [exemption(1, 2), exemption(2, 7), exemption(3, 1)]) == OwnDue(DUE + 7 * DAY, 2)


def test_extension_never_shortens():
    assert own_due(CLOCK, [exemption(1, -3)]) == OwnDue(DUE)


def test_of_equal_extensions_the_first_is_the_reason():
    assert own_due(CLOCK, [exemption(2, 2), exemption(1, 2)]).because == 1


def test_replacement_puts_all_before_it_out_of_force():
    found = own_due(CLOCK, [exemption(1, 7), exemption(2, 1, replace=True)])
    assert found == OwnDue(DUE + DAY, 2)


def test_replacement_does_not_touch_what_came_after_it():
    found = own_due(CLOCK, [exemption(1, 7), exemption(2, 1, replace=True), exemption(3, 3)])
    assert found == OwnDue(DUE + 3 * DAY, 3)


def test_last_replacement_goes_before_earlier_ones():
    found = own_due(CLOCK, [exemption(1, 7, replace=True), exemption(2, 1, replace=True)])
    assert found == OwnDue(DUE + DAY, 2)


def test_replacement_leaves_nobody_less_than_everybody_has():
    assert own_due(CLOCK, [exemption(1, 7), exemption(2, -3, replace=True)]) == OwnDue(DUE)


def test_no_extension_passes_the_wall():
    walled = rules(late=policy(closes=DUE + 3 * DAY))
    assert own_due(walled, [exemption(1, 7), exemption(2, 9)]) == OwnDue(DUE + 3 * DAY, 1)


exemptions = st.lists(st.tuples(st.integers(-9, 9), st.booleans(), st.integers(0, 3)), max_size=6).map(
    lambda rows: [
        Exemption(at, DUE + days * DAY, GRANTED + order * SECOND, replace)
        for at, (days, replace, order) in enumerate(rows)
    ]
)


@given(exemptions, st.randoms(use_true_random=False))
def test_order_of_extensions_never_matters(found: list[Exemption], random: Random):
    mixed = list(found)
    random.shuffle(mixed)
    assert own_due(CLOCK, mixed) == own_due(CLOCK, found)


@given(exemptions, st.integers(-9, 9))
def test_one_more_extension_never_shortens(found: list[Exemption], days: int):
    more = Exemption(99, DUE + days * DAY, GRANTED + DAY)
    assert own_due(CLOCK, [*found, more]).due >= own_due(CLOCK, found).due >= DUE
