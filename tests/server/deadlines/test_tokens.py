"""Time tokens: the fewest that help, in the order of the due moments, and never more than there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.late_policy import Counts, Offset
from server.deadlines.late_result import StepKind
from server.deadlines.schedule import timing_at
from server.deadlines.tokens import TokenItem, moved, outcome, spend, usable
from tests.server.deadlines.clocks import (
    COUNTS,
    DAY,
    DUE,
    SECOND,
    TEN,
    attempt,
    attempts,
    clocks,
    local,
    policy,
    rules,
)

ONE_DAY = Offset(days=1)


def item(
    slug: str = "a",
    *,
    late_by: float = 1,
    earned: float = 10,
    after: int = 0,
    **more: Any,  # noqa: ANN401
) -> TokenItem:
    """An assignment with two tokens and one attempt, so many days after its due moment less a second."""
    clock = rules(DUE + after * DAY, policy(tokens=2))
    sent = [attempt(clock.due + late_by * DAY - SECOND, earned)]
    return TokenItem(slug, **{"rules": clock, "due": clock.due, "attempts": sent, "most": TEN} | more)


@pytest.mark.parametrize(("late_by", "tokens", "points"), [(0, 0, 10), (1, 1, 10), (2, 2, 10), (3, 2, 9)])
def test_fewest_tokens_that_give_the_most_are_used(late_by: int, tokens: int, points: int):
    found = item(late_by=late_by)
    assert spend([found], 4, ONE_DAY) == {"a": tokens}
    assert outcome(found, tokens, ONE_DAY).points == points


def test_token_opens_what_had_closed():
    """After the last late day one token brings the attempt back to it."""
    assert spend([item(late_by=4)], 1, ONE_DAY) == {"a": 1}


def test_no_token_is_used_where_it_does_not_help():
    assert spend([item(late_by=9)], 4, ONE_DAY) == {"a": 0}
    assert spend([item(earned=0)], 4, ONE_DAY) == {"a": 0}
    assert spend([item(attempts=[])], 4, ONE_DAY) == {"a": 0}


def test_token_that_would_not_show_is_not_used():
    """A thousandth more is the same number of points after rounding."""
    clock = rules(late=policy(per_day=0.001, tokens=2))
    sent = [attempt(DUE + DAY - SECOND, 0.05)]
    assert spend([TokenItem("a", clock, DUE, sent, TEN)], 4, ONE_DAY) == {"a": 0}


def test_earlier_due_moments_are_served_first():
    found = [item("late", after=5, late_by=2), item("early", late_by=2)]
    assert spend(found, 3, ONE_DAY) == {"early": 2, "late": 1}


def test_common_due_moment_orders_not_ones_own():
    first = replace(item("a", late_by=20), due=DUE + 19 * DAY)
    assert spend([item("b", after=5), first], 1, ONE_DAY) == {"a": 1, "b": 0}


def test_ties_are_served_by_slug():
    assert spend([item("b"), item("a")], 1, ONE_DAY) == {"a": 1, "b": 0}


@pytest.mark.parametrize(("reserved", "tokens"), [(0, 0), (1, 1), (9, 2), (None, 2)])
def test_reservation_bounds_what_is_used(reserved: int | None, tokens: int):
    assert spend([item(late_by=3, reserved=reserved)], 4, ONE_DAY) == {"a": tokens}


def test_what_one_gives_up_the_next_can_use():
    found = [item("a", late_by=2, reserved=0), item("b", after=5, late_by=2)]
    assert spend(found, 2, ONE_DAY) == {"a": 0, "b": 2}


def test_extension_hands_its_tokens_back():
    found = item(late_by=2)
    extended = replace(found, due=DUE + 2 * DAY)
    assert (spend([found], 4, ONE_DAY), spend([extended], 4, ONE_DAY)) == ({"a": 2}, {"a": 0})


def test_tokens_keep_the_wall_clock_over_a_clock_change():
    due = local("2026-10-23T23:59:59")
    assert moved(rules(due), due, 2, ONE_DAY) == local("2026-10-25T23:59:59")
    assert moved(rules(due), due, 2, Offset(elapsed=DAY)) == due + 2 * DAY


def test_no_token_passes_the_wall():
    walled = rules(late=policy(closes=DUE + timedelta(hours=5)))
    assert moved(walled, DUE, 2, ONE_DAY) == DUE + timedelta(hours=5)


def test_tokens_are_told():
    told = [one.kind for one in outcome(item(), 1, ONE_DAY).steps]
    assert told == [StepKind.EARNED, StepKind.TOKENS, StepKind.ON_TIME]


@pytest.mark.parametrize(("per_term", "left"), [(0, 0), (2, 0), (3, 1), (9, 2)])
def test_usable_is_what_earlier_assignments_leave(per_term: int, left: int):
    found = [item("a", late_by=2), item("b", after=5, late_by=2), item("c", after=9)]
    assert usable(found, "b", per_term, ONE_DAY) == left


def test_usable_takes_from_later_assignments():
    found = [item("a", attempts=[]), item("b", after=5, late_by=2)]
    assert usable(found, "a", 2, ONE_DAY) == 2


def test_usable_tokens_take_a_hand_in_after_the_end():
    found = item(attempts=[])
    arrival = DUE + 5 * DAY
    due = moved(found.rules, DUE, usable([found], "a", 4, ONE_DAY), ONE_DAY)
    assert timing_at(found.rules, DUE, arrival).takes is False
    assert timing_at(found.rules, due, arrival).takes is True


def test_usable_of_an_unknown_assignment_is_a_key_error():
    with pytest.raises(KeyError):
        usable([item()], "b", 4, ONE_DAY)


@st.composite
def students(draw: st.DrawFn) -> list[TokenItem]:
    """Up to three assignments of a student."""
    found = []
    for slug in draw(st.permutations(["a", "b", "c"])):
        clock = draw(clocks())
        reserved = draw(st.none() | st.integers(0, 3))
        sent = draw(attempts(clock, most=3))
        found.append(TokenItem(slug, clock, clock.due, sent, TEN, draw(COUNTS), None, reserved))
    return found


@given(students(), st.integers(0, 5))
def test_token_is_used_only_where_it_helps(items: list[TokenItem], per_term: int):
    spent = spend(items, per_term, ONE_DAY)
    assert sum(spent.values()) <= per_term
    for one in items:
        tokens = spent[one.slug]
        assert 0 <= tokens <= one.rules.late.tokens
        assert one.reserved is None or tokens <= one.reserved
        fewer = [outcome(one, number, ONE_DAY).points for number in range(tokens)]
        assert all(points < outcome(one, tokens, ONE_DAY).points for points in fewer)


@given(students(), st.integers(0, 5), st.randoms(use_true_random=False))
def test_order_of_assignments_never_matters(items: list[TokenItem], per_term: int, random: Random):
    mixed = list(items)
    random.shuffle(mixed)
    assert spend(mixed, per_term, ONE_DAY) == spend(items, per_term, ONE_DAY)


@given(students(), st.integers(0, 5))
def test_usable_is_never_less_than_what_is_used(items: list[TokenItem], per_term: int):
    spent = spend(items, per_term, ONE_DAY)
    for one in items:
        assert spent[one.slug] <= usable(items, one.slug, per_term, ONE_DAY) <= per_term


@given(students(), st.integers(0, 5))
def test_one_more_token_lowers_no_first_result(items: list[TokenItem], per_term: int):
    """Of the assignment that is served first, for what it takes others may lack."""
    first = min(items, key=lambda one: (one.rules.due, one.slug))
    points = [
        outcome(first, spend(items, number, ONE_DAY)[first.slug], ONE_DAY).points
        for number in (per_term, per_term + 1)
    ]
    assert points == sorted(points)


def test_last_may_count_for_less_so_no_token_is_used():
    clock = rules(late=policy(tokens=2))
    sent = [attempt(DUE, 10, "a"), attempt(DUE + 4 * DAY - SECOND, 2, "b")]
    assert spend([TokenItem("x", clock, DUE, sent, TEN, Counts.LAST)], 4, ONE_DAY) == {"x": 0}
