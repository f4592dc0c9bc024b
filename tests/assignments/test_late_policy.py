"""The clock of an assignment as it is written: steps and their shorthand, exact shares, the make-up."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.late_policy import (
    After,
    Counts,
    LatePolicy,
    LateStep,
    Makeup,
    MakeupFor,
    Offset,
    Verb,
    daily_steps,
    last_moment,
    read_offset,
)
from assignments.spec import Assignment, Limits, SpecError, read_assignment, read_course
from assignments.toml.fields import read_document
from tests.assignments.texts import ASSIGNMENT, BUDAPEST, COURSE, assignment, changed

SHORTHAND = "per_day = 0.1\nlast_day = 3"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DUE = datetime(2026, 10, 4, 21, 59, 59, tzinfo=UTC)


def late(text: str) -> LatePolicy:
    """What this in place of the shorthand describes."""
    return assignment(SHORTHAND, text).late


def with_makeup(text: str) -> Assignment:
    return read_assignment(f"{ASSIGNMENT}\n[makeup]\n{text}\n", BUDAPEST)


def keeps(*shares: str) -> tuple[LateStep, ...]:
    return tuple(
        LateStep(Offset(days=day), Verb.KEEP, Decimal(share)) for day, share in enumerate(shares, start=1)
    )


def test_shorthand_stands_for_steps_of_a_day():
    assert assignment().late.steps == keeps("0.9", "0.8", "0.7")


def test_shorthand_never_keeps_less_than_nothing():
    assert late("per_day = 0.4\nlast_day = 4").steps == keeps("0.6", "0.2", "0", "0")


def test_shorthand_without_a_share_keeps_all():
    assert late("last_day = 3").steps == keeps("1", "1", "1")
    assert late("per_day = 0\nlast_day = 3").steps == keeps("1", "1", "1")


def test_share_without_late_days_is_no_step():
    assert late("per_day = 0.1").steps == ()


def test_every_verb_and_unit_is_read():
    steps = (
        '{ until = "+90m", keep = 1 }, { until = "+36h", minus = 0.1 }, '
        '{ until = "+1w", minus = 0.25 }, { until = "2w", minus = 1.0 }'
    )
    assert late(f"steps = [{steps}]").steps == (
        LateStep(Offset(elapsed=timedelta(minutes=90)), Verb.KEEP, Decimal(1)),
        LateStep(Offset(elapsed=timedelta(hours=36)), Verb.MINUS, Decimal("0.1")),
        LateStep(Offset(days=7), Verb.MINUS, Decimal("0.25")),
        LateStep(Offset(days=14), Verb.MINUS, Decimal(1)),
    )


@pytest.mark.parametrize(
    "steps",
    [
        '{ until = "+1d", cap = 0.9 }, { until = "+7d", keep = 0.5 }',
        '{ until = "+1d", cap = 0.9 }, { until = "+7d", minus = 0.5 }',
        '{ until = "+1d", keep = 0.9 }, { until = "+7d", minus = 0.1 }',
        '{ until = "+1d", keep = 1 }, { until = "+7d", cap = 0.5 }',
        '{ until = "+1d", minus = 0 }, { until = "+7d", cap = 0.5 }',
        '{ until = "+1d", keep = 0.5 }, { until = "+7d", keep = 0.5 }',
        '{ until = "+1d", minus = 0.5 }, { until = "+7d", keep = 0 }',
        '{ until = "+22h", keep = 0.9 }, { until = "+1d", keep = 0.5 }',
        '{ until = "+1d", keep = 0.9 }, { until = "+26h", keep = 0.5 }',
    ],
)
def test_verbs_and_units_mix_where_later_is_surely_no_better(steps: str):
    assert len(late(f"steps = [{steps}]").steps) == 2


def test_rest_of_the_policy_is_read():
    found = late('floor = 0.25\ntokens = 2\nafter = "practice"\ncloses = 2026-11-02T12:00:00')
    assert (found.floor, found.tokens, found.after) == (Decimal("0.25"), 2, After.PRACTICE)
    assert found.closes == datetime(2026, 11, 2, 11, tzinfo=UTC)


def test_shares_are_exact():
    """As a float 0.1 is a little more than a tenth, and 0.7 a little less than seven of them."""
    assert [step.share for step in assignment().late.steps] == [
        Decimal("0.9"),
        Decimal("0.8"),
        Decimal("0.7"),
    ]


# The end of the line


@pytest.mark.parametrize(
    ("policy", "last"),
    [
        (LatePolicy(), DUE),
        (LatePolicy(grace=timedelta(minutes=5)), DUE + timedelta(minutes=5)),
        (LatePolicy(steps=daily_steps(Decimal(0), 3)), DUE + 3 * DAY),
        (LatePolicy(timedelta(minutes=5), daily_steps(Decimal(0), 3)), DUE + 3 * DAY + timedelta(minutes=5)),
        (LatePolicy(steps=daily_steps(Decimal(0), 3), closes=DUE + DAY), DUE + DAY),
        (
            LatePolicy(grace=timedelta(minutes=5), closes=DUE + timedelta(minutes=1)),
            DUE + timedelta(minutes=1),
        ),
    ],
)
def test_line_ends_with_its_last_step_or_at_the_wall(policy: LatePolicy, last: datetime):
    assert last_moment(DUE, policy, BUDAPEST) == last


def test_window_closes_with_the_common_line():
    walled = assignment("last_day = 3", "last_day = 3\ncloses = 2026-10-06T12:00:00")
    assert walled.window.closes == datetime(2026, 10, 6, 10, tzinfo=UTC)


# Numbers for those who know only the shorthand


@given(st.integers(0, 100).map(lambda number: Decimal(number) / 100), st.integers(0, 20))
def test_shorthand_can_be_told_again(per_day: Decimal, last_day: int):
    policy = LatePolicy(steps=daily_steps(per_day, last_day))
    assert policy.last_day == last_day
    assert policy.per_day == (per_day if last_day else 0)


@pytest.mark.parametrize(
    "steps",
    [
        keeps("0.9", "0.9"),
        keeps("0.9", "0.7"),
        (LateStep(Offset(days=2), Verb.KEEP, Decimal("0.9")),),
        (LateStep(Offset(days=1), Verb.MINUS, Decimal("0.1")),),
        (LateStep(Offset(elapsed=DAY), Verb.KEEP, Decimal("0.9")),),
    ],
)
def test_other_steps_have_no_shorthand(steps: tuple[LateStep, ...]):
    assert (LatePolicy(steps=steps).per_day, LatePolicy(steps=steps).last_day) == (None, None)


# Offsets


@pytest.mark.parametrize(
    "text", ["", "+", "d", "1.5d", "+1 d", "+1D", "--1d", "+1d12h", "+1s", "٣d", "+0h", "+9999d"]
)
def test_other_offsets_are_refused(text: str):
    with pytest.raises(ValueError, match=r"whole number and a unit|longer than nothing"):
        read_offset(text)


@given(st.integers(1, 366), st.sampled_from("dhm"))
def test_offset_reads_as_it_is_written(number: int, unit: str):
    offset = read_offset(f"+{number}{unit}")
    assert read_offset(str(offset)) == offset
    assert offset.shortest <= offset.after(DUE, BUDAPEST) - DUE <= offset.longest


def test_days_keep_the_wall_clock_and_hours_elapse():
    due = datetime(2026, 10, 24, 21, 59, 59, tzinfo=UTC)  # the clocks go back in the night after it
    assert read_offset("+1d").after(due, BUDAPEST) == due + 25 * HOUR
    assert read_offset("+24h").after(due, BUDAPEST) == due + 24 * HOUR


# What is refused


steps = st.builds(
    LateStep,
    st.just(Offset(days=1)),
    st.sampled_from(Verb),
    st.integers(0, 100).map(lambda hundredth: Decimal(hundredth) / 100),
)


def written(number: int, one: LateStep) -> str:
    return f'{{ until = "+{number}d", {one.verb} = {one.share} }}'


@given(st.lists(steps, min_size=2, max_size=3))
def test_line_is_refused_just_where_later_could_be_better(line: list[LateStep]):
    """The oracle tries every hundredth that can be earned: where shares are hundredths, all bends."""
    earned = [Decimal(hundredth) / 100 for hundredth in range(101)]
    rises = any(
        later.of(x, Decimal(1)) > before.of(x, Decimal(1)) for before, later in pairwise(line) for x in earned
    )
    text = f"steps = [{', '.join(written(number, one) for number, one in enumerate(line, start=1))}]"
    if rises:
        with pytest.raises(SpecError, match="never get more"):
            late(text)
    else:
        assert [(one.verb, one.share) for one in late(text).steps] == [(one.verb, one.share) for one in line]


# Make-up and what else an assignment says of its clock


def test_make_up_is_read():
    found = with_makeup(
        'opens = 2026-12-14T08:00:00\ndue = 2026-12-20T23:59:59\ncap = 0.4\nwho = "failed"\nfee = true'
    )
    assert found.makeup == Makeup(
        opens=datetime(2026, 12, 14, 7, tzinfo=UTC),
        due=datetime(2026, 12, 20, 22, 59, 59, tzinfo=UTC),
        cap=Decimal("0.4"),
        who=MakeupFor.FAILED,
        below=Decimal("0.4"),
        fee=True,
    )


@pytest.mark.parametrize("more", ['who = "all"', "cap = 1.0\nbelow = 0.4", "cap = 0.5"])
def test_make_up_says_who_may(more: str):
    assert with_makeup(f"opens = 2026-12-14T08:00:00\ndue = 2026-12-20T23:59:59\n{more}").makeup is not None


def test_rest_of_the_clock_is_read():
    more = 'counts = "chosen"\nreveal = 2026-10-20T12:00:00\nreveal_checks = true\ninquiry_days = 14'
    found = assignment("due = 2026-10-04T23:59:59", f"due = 2026-10-04T23:59:59\n{more}")
    assert (found.counts, found.reveal_checks, found.inquiry_days) == (Counts.CHOSEN, True, 14)
    assert found.reveal == datetime(2026, 10, 20, 10, tzinfo=UTC)


def test_what_is_not_said_of_the_clock_has_a_default():
    found = assignment()
    assert (found.counts, found.reveal, found.reveal_checks) == (Counts.BEST, None, False)
    assert (found.inquiry_days, found.makeup) == (8, None)
    assert (Limits().total, Limits().cooldown, Limits().trials_per_day) == (0, timedelta(), 20)


def test_limits_of_hand_ins_are_read():
    limits = assignment("memory_mib = 1024", 'total = 30\ncooldown = "10m"\ntrials_per_day = 5').limits
    assert (limits.total, limits.cooldown, limits.trials_per_day) == (30, timedelta(minutes=10), 5)


def test_course_says_how_many_tokens_and_make_ups_there_are():
    more = 'zone = "Europe/Budapest"\n[tokens]\nper_term = 4\nday = "36h"\n[makeup]\nmax_per_term = 2\n'
    found = read_course(changed(COURSE, 'zone = "Europe/Budapest"\n', more))
    assert (found.tokens_per_term, found.token_day, found.makeups_per_term) == (
        4,
        Offset(elapsed=36 * HOUR),
        2,
    )
    bare = read_course(COURSE)
    assert (bare.tokens_per_term, bare.token_day, bare.makeups_per_term) == (0, Offset(days=1), 0)


# Exact numbers change nothing for all other fields


numbers = st.floats(allow_nan=False).map(repr) | st.sampled_from(
    ["1_000.5", "inf", "-inf", "1e999", "-1E-999"]
)


@given(st.lists(numbers, min_size=1, max_size=4), st.integers(-5, 5))
def test_all_but_shares_are_the_floats_that_they_were(texts: list[str], whole: int):
    listed = ", ".join(texts)
    text = f"list = [{listed}]\nnested = [[{listed}]]\nwhole = {whole}\n[table]\none = {texts[0]}\n"
    expected = tomllib.loads(text)
    found = read_document(text, "x.toml").values()
    assert repr(found) == repr(expected)


@pytest.mark.parametrize("exponent", ["9" * 30, f"-{'9' * 30}", "9" * 400])
def test_number_that_no_decimal_has_is_read_as_a_float(exponent: str):
    text = f"one = 1e{exponent}\n"
    assert read_document(text, "x.toml").values() == tomllib.loads(text)
