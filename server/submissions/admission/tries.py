"""What somebody may hand in on a calendar day of the course: tries, hand-ins whatever their verdict, bytes.

A try is lost only by a run that was charged. What costs no try is bounded too, or one student could keep the
graders busy and fill the disk with files that are refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from assignments.limits import Limits

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


@dataclass(frozen=True, slots=True)
class Used:
    """What of a day is used up by one person, hand-ins of every verdict and those not graded yet."""

    hand_ins: int  # of the assignment in question, without trials
    size: int  # their bytes, and those of trials
    size_of_all: int  # bytes handed in for any assignment
    count_of_all: int = 0  # of these, trials included


@dataclass(frozen=True, slots=True)
class Past:
    """Something that was handed in today."""

    slug: str
    trial: bool
    is_free: bool  # whether it costs no try, whatever came of it
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of an assignment's tries. What is used stands beside it."""

    of_day: int
    total: int | None  # over the whole assignment; None: no bound
    again_at: datetime | None  # the earliest moment for the next hand-in; None: at once
    trials: int  # of today
    used: Used

    @property
    def tries(self) -> int:
        """How many more hand-ins are taken today."""
        return self.of_day if self.total is None else min(self.of_day, self.total)


def left(limits: Limits, today: Iterable[Past], used: Used, charged: int, latest: datetime | None) -> Left:
    """What is left, given what was handed in today for this assignment, and on all days.

    `charged` are the tries used on all days, `latest` is when the last hand-in came, where the assignment
    bounds these. No more hand-ins are left than `most_hand_ins` allows, whatever became of them.
    """
    those = list(today)
    handed_in = [past for past in those if not past.trial]
    tries = sum(not past.is_free for past in handed_in)
    again_at = latest + limits.cooldown if latest is not None and limits.cooldown else None
    return Left(
        of_day=max(0, min(limits.per_day - tries, most_hand_ins(limits.per_day) - len(handed_in))),
        total=max(0, limits.total - charged) if limits.total else None,
        again_at=again_at,
        trials=max(0, limits.trials_per_day - (len(those) - len(handed_in))),
        used=used,
    )


class Excess(StrEnum):
    """Which bound one more hand-in would break."""

    HAND_INS = "hand-ins"
    SIZE = "size"
    SIZE_OF_ALL = "size of all"


def most_hand_ins(per_day: int) -> int:
    """How often one person may hand in for one assignment on one day, whatever becomes of it."""
    return HAND_INS * per_day


def most_bytes(limits: Limits) -> int:
    """How much may be handed in for an assignment on one day, trials included.

    Who uses all tries and trials at full size stays below it by all the tries again.
    """
    return (SIZES * limits.per_day + limits.trials_per_day) * (limits.upload_mib << 20)


def most_bytes_of_all(limits: Limits) -> int:
    """How much one person may hand in on one day; no less than the assignment at hand allows by itself."""
    return max(PERSON_BYTES, most_bytes(limits))


def excess(limits: Limits, used: Used, size: int, *, trial: bool = False) -> Excess | None:
    """The bound that a further hand-in of `size` bytes would break; None for one that fits.

    How many trials there may be is bounded by itself: they take no hand-in away.
    """
    if not trial and used.hand_ins + 1 > most_hand_ins(limits.per_day):
        return Excess.HAND_INS
    if used.size + size > most_bytes(limits):
        return Excess.SIZE
    if used.size_of_all + size > most_bytes_of_all(limits):
        return Excess.SIZE_OF_ALL
    return None
