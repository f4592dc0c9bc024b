"""The demo's homework is open on whatever day it is started."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.demo.dates import WEEK, moved_window, opened

MOMENTS = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1))  # noqa: DTZ001 - local


@given(opens=MOMENTS, length=st.timedeltas(timedelta(hours=1), timedelta(days=90)), now=MOMENTS)
def test_a_moved_window_is_open_for_another_week(opens: datetime, length: timedelta, now: datetime):
    moved_opens, moved_due = moved_window(opens, opens + length, now)
    assert moved_opens <= now
    assert moved_due >= now + WEEK


@given(opens=MOMENTS, length=st.timedeltas(timedelta(hours=1), timedelta(days=90)), now=MOMENTS)
def test_a_moved_window_keeps_weekday_and_hour(opens: datetime, length: timedelta, now: datetime):
    due = opens + length
    moved_opens, moved_due = moved_window(opens, due, now)
    assert (moved_opens - opens) % WEEK == timedelta()
    assert (moved_due - due) % WEEK == timedelta()


def test_a_window_with_weeks_to_go_stays():
    opens, due = datetime(2026, 9, 14, 8), datetime(2026, 10, 25, 23, 59, 59)  # noqa: DTZ001 - local
    assert moved_window(opens, due, datetime(2026, 10, 1)) == (opens, due)  # noqa: DTZ001 - local


def test_only_the_two_dates_of_the_text_change():
    toml = 'slug = "x"\nopens = 2026-09-14T08:00:00  # Monday\ndue   = 2026-10-25T23:59:59\n[late]\n'
    moved = opened(toml, datetime(2026, 11, 24))  # noqa: DTZ001 - local
    assert moved == toml.replace("2026-10-25", "2026-12-06").replace("2026-09-14", "2026-10-26")


def test_a_text_without_both_dates_is_left_alone():
    assert opened("due = 2026-10-25T23:59:59\n", datetime(2026, 11, 24)) == "due = 2026-10-25T23:59:59\n"  # noqa: DTZ001
