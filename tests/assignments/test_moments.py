"""Durations, local times and the end of a late day, with the nights on which the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assignments import moments
from tests.assignments.texts import BUDAPEST

MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("60s", timedelta(seconds=60)),
        ("5m", timedelta(minutes=5)),
        ("2h", timedelta(hours=2)),
        ("1d", timedelta(days=1)),
        ("0s", timedelta()),
    ],
)
def test_duration_is_number_and_unit(text: str, length: timedelta):
    assert moments.duration(text) == length


@pytest.mark.parametrize(
    "text", ["", "5", "m", "5 m", "-5m", "5.5m", "5M", "1h30m", "5m\n", "٥m", "9999999d"]
)
def test_other_durations_are_refused(text: str):
    with pytest.raises(ValueError, match="whole number and a unit"):
        moments.duration(text)


@given(st.integers(0, 999_999), st.sampled_from("smhd"))
def test_duration_grows_with_its_number(number: int, unit: str):
    assert moments.duration(f"{number}{unit}") == number * moments.duration(f"1{unit}")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-07-01T12:00:00", "2026-07-01T10:00:00"),  # summer time
        ("2026-12-01T12:00:00", "2026-12-01T11:00:00"),  # winter time
        ("2020-10-25T23:59:00", "2020-10-25T22:59:00"),  # the night after the clocks went back
        ("2026-03-29T01:59:59", "2026-03-29T00:59:59"),  # the last second before the clocks go forward
        ("2026-03-29T03:00:00", "2026-03-29T01:00:00"),  # and the first one after
    ],
)
def test_local_time_becomes_utc(written: str, moment: str):
    assert moments.to_utc(local(written), BUDAPEST) == utc(moment)


def test_time_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="does not exist: the clocks of Europe/Budapest go forward"):
        moments.to_utc(local("2026-03-29T02:30:00"), BUDAPEST)


def test_time_that_exists_twice_is_refused():
    with pytest.raises(ValueError, match="exists twice: the clocks of Europe/Budapest go back"):
        moments.to_utc(local("2026-10-25T02:30:00"), BUDAPEST)


@pytest.mark.parametrize(("offset", "hour"), [("+02:00", 0), ("+01:00", 1)])
def test_offset_makes_a_doubled_time_exact(offset: str, hour: int):
    written = datetime.fromisoformat(f"2026-10-25T02:30:00{offset}")
    assert moments.to_utc(written, BUDAPEST) == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)


@pytest.mark.parametrize("year", [1, 1999, 2101, 9999])
def test_absurd_years_are_refused(year: int):
    with pytest.raises(ValueError, match="year must lie between 2000 and 2100"):
        moments.to_utc(datetime(year, 1, 1), BUDAPEST)  # noqa: DTZ001


@given(MOMENTS)
def test_to_utc_undoes_what_the_clock_shows(moment: datetime):
    shown = moment.astimezone(BUDAPEST).replace(tzinfo=None)
    twice = (moment + HOUR).astimezone(BUDAPEST).utcoffset() != (moment - HOUR).astimezone(
        BUDAPEST
    ).utcoffset()
    assume(not twice)
    assert moments.to_utc(shown, BUDAPEST) == moment


@pytest.mark.parametrize(
    ("due", "days", "end"),
    [
        ("2026-10-24T21:59:00", 1, "2026-10-25T22:59:00"),  # a day of 25 hours
        ("2026-03-28T22:59:00", 1, "2026-03-29T21:59:00"),  # a day of 23 hours
        ("2026-11-10T22:59:00", 3, "2026-11-13T22:59:00"),
        ("2026-10-24T00:30:00", 1, "2026-10-25T01:30:00"),  # 02:30 comes twice: the second one
        ("2026-03-28T01:30:00", 1, "2026-03-29T01:30:00"),  # 02:30 never comes: an hour on, 03:30
        ("2026-10-25T00:30:00", 0, "2026-10-25T00:30:00"),  # no day later is the moment itself
    ],
)
def test_late_day_ends_at_the_same_wall_clock_time(due: str, days: int, end: str):
    assert moments.days_later(utc(due), days, BUDAPEST) == utc(end)


@given(MOMENTS, st.integers(0, 60))
def test_late_day_is_nearly_a_day_long(due: datetime, days: int):
    surplus = moments.days_later(due, days + 1, BUDAPEST) - moments.days_later(due, days, BUDAPEST) - DAY
    assert abs(surplus) <= timedelta(hours=1)


@given(MOMENTS, st.integers(0, 60))
def test_without_clock_changes_a_day_is_a_day(due: datetime, days: int):
    assert moments.days_later(due, days, ZoneInfo("UTC")) == due + days * DAY


@pytest.mark.parametrize(
    ("written", "end"),
    [
        ("2026-11-10T22:59:59", "2026-11-10T23:00:00"),
        ("2026-11-10T22:59:59.999", "2026-11-10T23:00:00"),
        ("2026-11-10T23:00:00", "2026-11-10T23:00:01"),
    ],
)
def test_written_moment_is_inclusive_to_the_next_full_second(written: str, end: str):
    assert moments.end_of(utc(written)) == utc(end)
