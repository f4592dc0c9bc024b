"""What somebody may hand in on a calendar day of the course: tries, hand-ins whatever their verdict, bytes.

A try is lost only by a run that was charged. What costs no try is bounded too, or one student could keep the
graders busy and fill the disk with files that are refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

HAND_INS = 4  # for each try of a day: so many hand-ins, whatever becomes of them
SIZES = 2  # for each try of a day: so many times the largest upload
PERSON_BYTES = 4 << 30  # of one person on one day, over all assignments


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

    `free` are the verdicts that cost no try; but no more hand-ins are left than `most_hand_ins` allows.
    """
    found = list(verdicts)
    used = sum(verdict is None or verdict not in free for verdict in found)
    return max(0, min(per_day - used, most_hand_ins(per_day) - len(found)))


@dataclass(frozen=True, slots=True)
class Used:
    """What of a day is used up by one person, hand-ins of every verdict and those not graded yet."""

    hand_ins: int  # of the assignment in question
    size: int  # their bytes
    size_of_all: int  # bytes handed in for any assignment


class Excess(StrEnum):
    """Which bound one more hand-in would break."""

    HAND_INS = "hand-ins"
    SIZE = "size"
    SIZE_OF_ALL = "size of all"


def most_hand_ins(per_day: int) -> int:
    """How often one person may hand in for one assignment on one day, whatever becomes of it."""
    return HAND_INS * per_day


def most_bytes(per_day: int, largest: int) -> int:
    """How much may be handed in for an assignment on one day, where one hand-in has up to `largest` bytes.

    Who uses all tries at full size stays below it by as much again.
    """
    return SIZES * per_day * largest


def most_bytes_of_all(per_day: int, largest: int) -> int:
    """How much one person may hand in on one day; no less than the assignment at hand allows by itself."""
    return max(PERSON_BYTES, most_bytes(per_day, largest))


def excess(per_day: int, largest: int, used: Used, size: int) -> Excess | None:
    """The bound that a further hand-in of `size` bytes would break; None for one that fits."""
    if used.hand_ins + 1 > most_hand_ins(per_day):
        return Excess.HAND_INS
    if used.size + size > most_bytes(per_day, largest):
        return Excess.SIZE
    if used.size_of_all + size > most_bytes_of_all(per_day, largest):
        return Excess.SIZE_OF_ALL
    return None
