"""What an attempt is worth and which one counts: each rule in numbers, then what always holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.late_policy import After, Counts, MakeupFor
from server.deadlines.late_result import ScoredHandIn, StepKind, best, explain, points_of, rounded
from server.deadlines.schedule import REGULAR, Rules, timing_at
from tests.server.deadlines.clocks import (
    ARRIVALS,
    COUNTS,
    DAY,
    DUE,
    MINUTE,
    POINTS,
    SECOND,
    TEN,
    attempt,
    attempts,
    clocks,
    dec,
    local,
    makeup,
    policy,
    rules,
    step,
)

LATE_1, LATE_2, LATE_3, OVER = (DUE + number * DAY - SECOND for number in (1, 2, 3, 5))


def worth(clock: Rules, arrival: datetime, earned: float = 8) -> Decimal:
    return points_of(clock, clock.due, attempt(arrival, earned), TEN)


def kinds(clock: Rules, arrival: datetime, earned: float = 8) -> list[StepKind]:
    return [one.kind for one in explain(clock, clock.due, attempt(arrival, earned), TEN)]


# One rule each


@pytest.mark.parametrize(
    ("arrival", "share"),
    [
        ("2026-10-25T00:04:59", "1.0"),
        ("2026-10-25T00:05:00", "0.9"),
        ("2026-10-26T00:04:59", "0.9"),
        ("2026-10-26T00:05:00", "0.8"),
        ("2026-10-28T00:04:59", "0.7"),
        ("2026-10-28T00:05:00", "0"),
    ],
)
def test_each_late_day_takes_its_share(arrival: str, share: str):
    clock = rules(local("2026-10-24T23:59:59"))
    assert worth(clock, local(arrival), 10) == 10 * Decimal(share)


def test_points_are_exact():
    """In floats 0.7 of 8.45 is 5.914999..., and is rounded down."""
    found = best(rules(), DUE, [attempt(LATE_3, 8.45)], TEN)
    assert (found.exact, found.points) == (dec("5.915"), dec("5.92"))
    assert [one.kind for one in found.steps] == [StepKind.EARNED, StepKind.KEEP, StepKind.ROUNDED]


def test_grace_is_told_and_costs_nothing():
    assert kinds(rules(), DUE) == [StepKind.EARNED, StepKind.ON_TIME]
    assert kinds(rules(), DUE + SECOND) == [StepKind.EARNED, StepKind.GRACE]
    assert kinds(rules(), DUE + 5 * MINUTE) == [StepKind.EARNED, StepKind.GRACE]
    assert worth(rules(), DUE + 5 * MINUTE) == 8


@pytest.mark.parametrize(
    ("verb", "earned", "left"),
    [
        ("keep", 8, 4),
        ("keep", 0, 0),
        ("minus", 8, 3),
        ("minus", 4, 0),  # never below nothing
        ("cap", 8, 5),
        ("cap", 4, 4),
    ],
)
def test_verbs_keep_take_off_or_cap(verb: str, earned: float, left: float):
    clock = rules(late=policy(steps=(step(1, verb, 0.5),)))
    assert worth(clock, LATE_1, earned) == left


@pytest.mark.parametrize(("earned", "left"), [(10, 3), (4, 3), (3, 3), (2, 2)])
def test_floor_is_the_least_that_lateness_leaves(earned: float, left: float):
    clock = rules(late=policy(steps=(step(1, "keep", 0.1),), floor=dec(0.3)))
    assert worth(clock, LATE_1, earned) == left
    assert kinds(clock, LATE_1, earned)[-1] is StepKind.FLOOR


@pytest.mark.parametrize(
    ("after", "kind"), [(After.CLOSED, StepKind.CLOSED), (After.PRACTICE, StepKind.PRACTICE)]
)
def test_after_the_end_is_worth_nothing(after: After, kind: StepKind):
    clock = rules(late=policy(after=after))
    assert (worth(clock, OVER), kinds(clock, OVER)) == (0, [StepKind.EARNED, kind])


def test_before_the_opening_is_worth_nothing():
    assert kinds(rules(), DUE - 31 * DAY) == [StepKind.EARNED, StepKind.NOT_OPEN]


def test_extension_moves_the_whole_penalty():
    assert points_of(rules(), DUE + 2 * DAY, attempt(LATE_3), TEN) == dec("7.2")


# Which one counts


def test_penalty_goes_before_the_best():
    """A late practice run must not cost the points that were earned in time."""
    clock = rules(late=policy(steps=(step(1, "keep", 0.4),)))
    found = best(clock, DUE, [attempt(DUE, 5, "a"), attempt(LATE_1, 10, "b")], TEN)
    assert (found.attempt, found.points) == ("a", 5)


def test_of_equal_attempts_the_earlier_counts():
    found = best(rules(), DUE, [attempt(LATE_1, 10, "a"), attempt(DUE, 9, "b"), attempt(DUE, 9, "c")], TEN)
    assert (found.attempt, found.points) == ("b", 9)


def test_last_counts_even_when_it_is_lower():
    found = best(rules(), DUE, [attempt(LATE_1, 5, "b"), attempt(DUE, 9, "a")], TEN, Counts.LAST)
    assert (found.attempt, found.points) == ("b", dec("4.5"))


@pytest.mark.parametrize("chosen", ["a", "b", "c"])
def test_chosen_counts_when_it_is_lower_or_late(chosen: str):
    sent = [attempt(DUE - DAY, 3, "a"), attempt(DUE, 9, "b"), attempt(LATE_1, 5, "c")]
    assert best(rules(), DUE, sent, TEN, Counts.CHOSEN, chosen).attempt == chosen


def test_until_one_is_chosen_the_last_on_time_counts():
    """A late upload never takes the place of one that was on time by itself."""
    sent = [attempt(DUE - DAY, 9, "a"), attempt(DUE, 3, "b"), attempt(LATE_1, 10, "c")]
    assert best(rules(), DUE, sent, TEN, Counts.CHOSEN).attempt == "b"
    assert best(rules(), DUE, sent[2:], TEN, Counts.CHOSEN).attempt == "c"


@pytest.mark.parametrize("counts", Counts)
@pytest.mark.parametrize("after", After)
def test_attempts_after_the_end_are_never_taken(counts: Counts, after: After):
    sent = [attempt(DUE, 3, "a"), attempt(OVER, 10, "b")]
    clock = rules(late=policy(after=after))
    assert best(clock, DUE, sent, TEN, counts, "b").attempt == "a"
    nothing = best(clock, DUE, sent[1:], TEN, counts, "b")
    assert (nothing.attempt, nothing.points) == (None, 0)


# Make-up


@pytest.mark.parametrize(("earned", "points"), [(10, 4), (4, 4), (3.5, 3.5), (2, 3)])
def test_make_up_reaches_its_cap_and_never_lowers(earned: float, points: float):
    second = makeup()
    sent = [attempt(DUE, 3, "a"), attempt(second.opens, earned, "b")]
    found = best(rules(makeup=second), DUE, sent, TEN)
    assert (found.points, found.makeup) == (dec(points), points > 3)


@pytest.mark.parametrize("counts", Counts)
def test_make_up_that_is_not_higher_never_counts(counts: Counts):
    second = makeup(who=MakeupFor.ALL)
    sent = [attempt(DUE, 5, "a"), attempt(second.opens, 10, "b")]
    assert best(rules(makeup=second), DUE, sent, TEN, counts, "b").attempt == "a"


def test_make_up_is_for_those_who_have_failed():
    second = makeup(cap=dec(1), below=dec(0.4))
    failed = [attempt(DUE, 3.99, "a"), attempt(second.opens, 10, "b")]
    passed = [attempt(DUE, 4, "a"), attempt(second.opens, 10, "b")]
    assert best(rules(makeup=second), DUE, failed, TEN).points == 10
    assert best(rules(makeup=second), DUE, passed, TEN).points == 4


def test_who_has_failed_is_seen_from_the_points_that_are_shown():
    """3.996 is shown as 4.00, which is no failure."""
    second = makeup(cap=dec(1), below=dec(0.4))
    clock = rules(late=policy(steps=(step(1, "keep", 0.9),)), makeup=second)
    sent = [attempt(LATE_1, 4.44, "a"), attempt(second.opens, 10, "b")]
    assert best(clock, DUE, sent, TEN).points == dec("4.00")


def test_make_up_for_all_is_for_all():
    second = makeup(cap=dec(1), who=MakeupFor.ALL)
    sent = [attempt(DUE, 9, "a"), attempt(second.opens, 10, "b")]
    assert best(rules(makeup=second), DUE, sent, TEN).attempt == "b"


def test_make_up_is_not_penalised_for_its_lateness():
    second = makeup()
    found = best(rules(makeup=second), DUE, [attempt(second.due, 3)], TEN)
    assert [one.kind for one in found.steps] == [StepKind.EARNED, StepKind.MAKEUP_CAP]


def test_attempt_in_both_lines_counts_as_the_better():
    """An extension that reaches into the make-up takes nothing from what the make-up gives."""
    second = makeup(after=2, cap=dec(0.9), below=dec(0.9))
    clock = rules(late=policy(last_day=9), makeup=second)
    arrival = second.opens + 6 * DAY
    assert points_of(clock, DUE, attempt(arrival, 10), TEN) == 2
    assert best(clock, DUE, [attempt(arrival, 10)], TEN).points == 9


# Rounding


@pytest.mark.parametrize(
    ("value", "points"),
    [("5.915", "5.92"), ("5.9149", "5.91"), ("9.996", "9.99"), ("10", "10"), ("0.004", "0.01"), ("0", "0")],
)
def test_rounding_is_half_up_and_honest_at_both_ends(value: str, points: str):
    assert rounded(dec(value), TEN) == dec(points)


# What always holds

Case: TypeAlias = tuple[Rules, list[ScoredHandIn]]
CASES = clocks().flatmap(lambda clock: st.tuples(st.just(clock), attempts(clock)))
SHUFFLES = st.randoms(use_true_random=False)


@given(clocks(with_makeup=False), ARRIVALS, ARRIVALS, POINTS)
def test_later_is_never_better(clock: Rules, one: timedelta, other: timedelta, earned: Decimal):
    early, late = sorted((max(one, -30 * DAY), max(other, -30 * DAY)))
    before = points_of(clock, clock.due, ScoredHandIn("a", clock.due + early, earned), TEN)
    after = points_of(clock, clock.due, ScoredHandIn("a", clock.due + late, earned), TEN)
    assert after <= before


@given(CASES, COUNTS, st.none() | st.sampled_from(["a0", "a1", "a2"]))
def test_result_lies_between_nothing_and_what_was_earned(case: Case, counts: Counts, chosen: str | None):
    clock, sent = case
    found = best(clock, clock.due, sent, TEN, counts, chosen)
    earned = {one.id: one.earned for one in sent}
    assert 0 <= found.exact <= earned.get(found.attempt or "", 0)
    assert 0 <= found.points <= earned.get(found.attempt or "", 0)
    if found.steps:
        assert found.steps[-1].points == found.points


@given(CASES, COUNTS, SHUFFLES)
def test_order_of_attempts_never_matters(case: Case, counts: Counts, random: Random):
    clock, sent = case
    mixed = list(sent)
    random.shuffle(mixed)
    assert best(clock, clock.due, mixed, TEN, counts) == best(clock, clock.due, sent, TEN, counts)


@given(CASES, ARRIVALS, POINTS)
def test_one_more_attempt_never_lowers_the_best(case: Case, offset: timedelta, earned: Decimal):
    clock, sent = case
    more = [*sent, ScoredHandIn("z", clock.due + offset, earned)]
    assert best(clock, clock.due, more, TEN).points >= best(clock, clock.due, sent, TEN).points


@given(CASES, st.integers(0, 40 * 86400))
def test_extension_never_lowers_the_best(case: Case, seconds: int):
    clock, sent = case
    later = clock.due + timedelta(seconds=seconds)
    assert best(clock, later, sent, TEN).points >= best(clock, clock.due, sent, TEN).points


@given(CASES, st.integers(0, 4), POINTS)
def test_raising_what_was_earned_never_lowers_the_best(case: Case, at: int, more: Decimal):
    clock, sent = case
    if at < len(sent):
        raised = [replace(one, earned=max(one.earned, more)) if one is sent[at] else one for one in sent]
        assert best(clock, clock.due, raised, TEN).points >= best(clock, clock.due, sent, TEN).points


@given(CASES, COUNTS, st.none() | st.sampled_from(["a0", "a1", "a2"]))
def test_what_counts_is_an_attempt_that_may(case: Case, counts: Counts, chosen: str | None):
    clock, sent = case
    found = best(clock, clock.due, sent, TEN, counts, chosen)
    taken = next((one for one in sent if one.id == found.attempt), None)
    if taken is None:
        assert (found.points, found.makeup) == (0, False)
    elif not found.makeup:
        assert timing_at(clock, clock.due, taken.arrival).phase in REGULAR


@given(st.integers(0, 10**6), st.integers(2, 1000).map(lambda number: Decimal(number) / 100))
def test_rounding_moves_by_half_a_hundredth_but_at_the_ends(value: int, most: Decimal):
    exact = min(Decimal(value) / 10**5, most)
    found = rounded(exact, most)
    assert abs(found - exact) <= Decimal("0.01")
    assert (found == most) == (exact == most)
