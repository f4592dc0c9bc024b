"""Durations and local times as a lecturer writes them, turned into exact values. No clock is read."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

YEARS = range(2000, 2101)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"([0-9]{1,6})([smhd])")


def duration(text: str) -> timedelta:
    """The length of time that "60s", "5m", "2h" or "1d" names. Raises ValueError."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError('write a whole number and a unit, like "60s", "5m", "2h" or "1d"')
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def to_utc(written: datetime, zone: ZoneInfo) -> datetime:
    """The moment a lecturer means: a time without offset is local time of the zone. Raises ValueError.

    When the clocks change, a local time may not exist, or exist twice. Nobody can know which moment
    was meant, so both are refused; a time with an offset (`2026-10-25T02:30:00+02:00`) is always exact.
    """
    if written.year not in YEARS:
        raise ValueError(f"the year must lie between {YEARS[0]} and {YEARS[-1]}")
    if written.tzinfo is not None:
        return written.astimezone(UTC)
    first, second = _readings(written, zone)
    if first == second:
        return first
    if first.astimezone(zone).replace(tzinfo=None) != written:
        raise ValueError(
            f"does not exist: the clocks of {zone.key} go forward that night; write a time an hour later"
        )
    raise ValueError(f"exists twice: the clocks of {zone.key} go back that night; add an offset like +02:00")


def days_later(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same wall clock time of the zone some calendar days later: how late days are counted.

    A night with a clock change is thus neither 23 nor 25 hours. Where that wall clock time does not exist
    or exists twice, the later moment counts, in favour of the student.
    """
    local = moment.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
    return max(_readings(local, zone)) if days else moment.astimezone(UTC)


def end_of(moment: datetime) -> datetime:
    """The first moment after one that a lecturer wrote: it is inclusive, up to the next full second."""
    return moment.replace(microsecond=0) + timedelta(seconds=1)


def _readings(local: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Both moments a naive local time can stand for; they are equal but for the hours of a clock change."""
    aware = local.replace(tzinfo=zone)
    return aware.replace(fold=0).astimezone(UTC), aware.replace(fold=1).astimezone(UTC)
