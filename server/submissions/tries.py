"""How many hand-ins somebody has left on a calendar day of the course."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day as moments: from `begins` up to but not including `ends`."""

    begins: datetime
    ends: datetime


def day_of(moment: datetime, zone: ZoneInfo) -> Day:
    """The calendar day of the zone that holds this moment; 23 or 25 hours when the clocks change."""
    date = moment.astimezone(zone).date()
    begins = datetime.combine(date, time(), zone)
    ends = datetime.combine(date + timedelta(days=1), time(), zone)
    return Day(begins.astimezone(UTC), ends.astimezone(UTC))


def tries_left(per_day: int, verdicts: Iterable[str | None], free: Collection[str]) -> int:
    """What is left, given the verdict of each hand-in of the day; None for one that is not graded yet.

    `free` are the verdicts that cost no try.
    """
    used = sum(verdict is None or verdict not in free for verdict in verdicts)
    return max(0, per_day - used)
