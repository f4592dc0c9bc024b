"""When a hand-in is taken, and what it costs: decided from the window alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from assignments.moments import days_later
from assignments.spec import LatePolicy, Window


class Phase(StrEnum):
    """Where a moment lies in an assignment's window."""

    NOT_OPEN = "not_open"
    OPEN = "open"
    LATE = "late"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a moment means for a hand-in: `late_by` is zero up to the end of the grace."""

    phase: Phase
    late_by: timedelta = timedelta()
    late_day: int = 0  # 1 for the first late day

    @property
    def takes(self) -> bool:
        """Whether a hand-in is taken at this moment."""
        return self.phase in {Phase.OPEN, Phase.LATE}


def standing(window: Window, late: LatePolicy, zone: ZoneInfo, now: datetime) -> Standing:
    """Where `now` stands. A boundary belongs to the student: the due moment itself is still on time.

    Late day k ends k calendar days after the due moment at the same wall clock time of the zone.
    """
    if now < window.opens:
        return Standing(Phase.NOT_OPEN)
    if now <= window.due + late.grace:
        return Standing(Phase.OPEN)
    late_by, late_day = now - window.due, _late_day(window.due, zone, now)
    if now > window.closes:
        return Standing(Phase.CLOSED, late_by, late_day)
    return Standing(Phase.LATE, late_by, late_day)


def _late_day(due: datetime, zone: ZoneInfo, now: datetime) -> int:
    # The guess may be off by one around a clock change.
    day = max(1, (now - due).days)
    while now > days_later(due, day, zone):
        day += 1
    return day
