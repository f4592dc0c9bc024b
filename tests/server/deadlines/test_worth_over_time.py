"""What a hand-in would be worth at each moment: the same as when it is handed in at that moment."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assignments.late_policy import After, Offset
from server.deadlines.late_result import ScoredHandIn, points_of, rounded
from server.deadlines.schedule import REGULAR, DeadlinePhase, Rules, in_makeup, timing_at
from server.deadlines.step_chart import HEIGHT, WIDTH, step_chart
from server.deadlines.tokens import moved
from server.deadlines.worth_over_time import Stretch, timeline
from tests.server.deadlines.clocks import (
    DAY,
    DUE,
    SECOND,
    TEN,
    clocks,
    dec,
    local,
    makeup,
    policy,
    rules,
    step,
)

TOKEN = Offset(days=1)


def told(found: tuple[Stretch, ...]) -> list[tuple[str, object, float, int]]:
    """As a page shows it."""
    return [(str(one.phase), one.until, float(one.worth), one.tokens) for one in found]


def at(found: tuple[Stretch, ...], moment: object) -> Stretch:
    return [one for one in found if one.begins <= moment][-1]


def test_each_step_is_told_with_its_last_second():
    assert told(timeline(rules(), DUE, TEN, 0, TOKEN)) == [
        ("open", DUE, 10, 0),
        ("late", DUE + DAY, 9, 0),
        ("late", DUE + 2 * DAY, 8, 0),
        ("late", DUE + 3 * DAY, 7, 0),
        ("closed", None, 0, 0),
    ]


def test_the_grace_is_told_nowhere():
    clock = rules(late=policy(grace=timedelta(hours=3)))
    untils = [one.until for one in timeline(clock, DUE, TEN, 0, TOKEN) if one.until]
    assert untils == [DUE, DUE + DAY, DUE + 2 * DAY, DUE + 3 * DAY]


def test_tokens_are_used_where_they_raise_it_and_no_earlier():
    clock = rules(late=policy(last_day=1, tokens=2))
    assert told(timeline(clock, DUE, TEN, 2, TOKEN)) == [
        ("open", DUE, 10, 0),
        ("open", DUE + DAY, 10, 1),
        ("open", DUE + 2 * DAY, 10, 2),
        ("late", DUE + 3 * DAY, 9, 2),
        ("closed", None, 0, 0),
    ]


def test_make_up_is_told_with_what_it_reaches():
    clock = rules(makeup=makeup())
    phases = [(one.phase, float(one.worth)) for one in timeline(clock, DUE, TEN, 0, TOKEN)]
    assert phases[-3:] == [(DeadlinePhase.CLOSED, 0), (DeadlinePhase.MAKEUP, 4), (DeadlinePhase.CLOSED, 0)]


def test_make_up_within_the_line_is_told_from_its_opening_to_its_end():
    """Late they would have nothing; with the make-up its cap, while their line goes on and after it."""
    late = policy(grace=timedelta(), steps=(step(5, "keep", 0),))
    again = makeup(after=2)
    found = timeline(rules(late=late, makeup=again), DUE, TEN, 0, TOKEN)
    assert told(found)[1:3] == [("late", again.opens - SECOND, 0, 0), ("late", DUE + 5 * DAY, 4, 0)]
    assert told(found)[3] == ("makeup", again.due, 4, 0)


def test_nothing_is_told_after_the_wall():
    wall = local("2026-11-12T12:00:00")
    found = timeline(rules(late=policy(closes=wall, after=After.PRACTICE)), DUE, TEN, 0, TOKEN)
    assert told(found)[-2:] == [("late", wall, 8, 0), ("practice", None, 0, 0)]


@given(clocks(), st.integers(0, 3), st.integers(-40 * 86400, 90 * 86400))
def test_worth_is_what_a_hand_in_at_that_moment_gets(clock: Rules, tokens: int, seconds: int):
    moment = clock.due + seconds * SECOND
    if moment < clock.opens:
        return
    found = at(timeline(clock, clock.due, TEN, tokens, TOKEN), moment)
    attempt = ScoredHandIn("a", moment, TEN)
    worths = [points_of(clock, moved(clock, clock.due, n, TOKEN), attempt, TEN) for n in range(tokens + 1)]
    if clock.makeup and in_makeup(clock, moment):
        worths = [max(one, clock.makeup.cap * TEN) for one in worths]
    assert found.worth == rounded(max(worths), TEN)
    assert found.tokens == worths.index(max(worths))
    assert found.phase == timing_at(clock, moved(clock, clock.due, found.tokens, TOKEN), moment).phase


@given(clocks(), st.integers(0, 3))
def test_line_has_no_gap_and_never_says_more_than_is_true(clock: Rules, tokens: int):
    """What is told as the last second of a stretch still lies in it, and the next begins after it."""
    found = timeline(clock, clock.due, TEN, tokens, TOKEN)
    assert found[0].begins == clock.opens
    assert found[-1].until is None
    for one, after in pairwise(found):
        assert one.begins < after.begins
        assert one.until is not None
        assert one.until < after.begins


@given(clocks(), st.integers(0, 3), st.integers(-40 * 86400, 40 * 86400))
def test_chart_stays_in_its_frame(clock: Rules, tokens: int, seconds: int):
    found = timeline(clock, clock.due, TEN, tokens, TOKEN)
    chart = step_chart(found, TEN, clock.due + seconds * SECOND)
    assert chart is not None
    assert chart.begins < chart.ends
    assert list(chart.steps) == sorted(chart.steps)
    assert all(0 <= x <= WIDTH for x in (*chart.steps, chart.now or 0))
    heights = [float(part[1:]) for part in chart.path.split() if part.startswith("V")]
    # A make-up that opens while somebody's line goes on is the one thing that makes later worth more.
    is_within = any(in_makeup(clock, one.begins) for one in found if one.phase in REGULAR)
    assert is_within or heights == sorted(heights)
    assert heights[-1] == HEIGHT
    assert len(heights) == sum(one.phase in REGULAR for one in found)


def test_chart_of_no_points_is_none():
    assert step_chart(timeline(rules(), DUE, dec(0), 0, TOKEN), dec(0), DUE) is None
