"""The words of inquiries, and when one may ask. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from assignments.moments import days_later, end_of


class InquiryState(StrEnum):
    """How far an inquiry is."""

    OPEN = "open"  # staff have to answer
    ANSWERED = "answered"  # the student may ask on
    ACCEPTED = "accepted"  # over: something was changed
    DECLINED = "declined"  # over: it stays as it was


UNSETTLED = frozenset({InquiryState.OPEN, InquiryState.ANSWERED})
"""While somebody may write on. There is at most one of these for each student and assignment."""


@dataclass(frozen=True, slots=True)
class Window:
    """In which a result may be asked about: after the second `begins`, to the end of the second `ends`."""

    begins: datetime
    ends: datetime

    def holds(self, moment: datetime) -> bool:
        """Whether one may ask at this moment."""
        return end_of(self.begins) <= moment < end_of(self.ends)


def window_of(revealed_at: datetime, days: int, zone: ZoneInfo) -> Window | None:
    """The days after the private share was told, by the calendar of the zone; None where there are none."""
    return Window(revealed_at, days_later(revealed_at, days, zone)) if days else None
