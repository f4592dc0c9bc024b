"""Tries are counted by calendar day of the course, and faults of ours are free."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from grader.contract import UNCHARGED, Verdict
from server.submissions.tries import day_of, tries_left

ZONE = ZoneInfo("Europe/Budapest")


def test_day_begins_at_local_midnight():
    day = day_of(datetime(2026, 7, 1, 22, 0, tzinfo=UTC), ZONE)
    assert day.begins == datetime(2026, 7, 1, 22, 0, tzinfo=UTC)
    assert day_of(day.begins - timedelta(seconds=1), ZONE).ends == day.begins


def test_day_of_a_clock_change_has_25_hours():
    day = day_of(datetime(2026, 10, 25, 12, 0, tzinfo=UTC), ZONE)
    assert day.ends - day.begins == timedelta(hours=25)


def test_ungraded_hand_ins_count():
    assert tries_left(3, [None, None, None], UNCHARGED) == 0


def test_our_faults_are_free():
    assert tries_left(3, [Verdict.GRADER_ERROR, "rejected", Verdict.FAILED], UNCHARGED) == 2


@given(st.integers(0, 3650 * 86400))
def test_every_moment_lies_in_its_day(seconds: int):
    moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    day = day_of(moment, ZONE)
    assert day.begins <= moment < day.ends


@given(st.integers(0, 20), st.lists(st.sampled_from([None, *Verdict])))
def test_never_less_than_none_left(per_day: int, verdicts: list[Verdict | None]):
    assert 0 <= tries_left(per_day, verdicts, UNCHARGED) <= per_day
