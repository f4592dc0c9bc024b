"""Rules of silence: when a run of which nothing was heard may be taken for lost.

Nothing is heard of a healthy run either while nobody reads: the recorder may be paused, the broker away. So
the server sends itself marks through the same queue. Who has read a mark has read all that was sent before
it, and a run is silent only when the marks came without a break for as long as it should have been heard.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from grader.contract import HEARTBEAT_S, LEASE_S

LEASE = timedelta(seconds=LEASE_S)
MARK_EVERY = timedelta(seconds=HEARTBEAT_S)
LONGEST_BREAK = 3 * MARK_EVERY  # between two marks, by the moments that they bear


@dataclass(frozen=True, slots=True)
class Reading:
    """A time in which all messages were read: from the first to the last mark of an unbroken row."""

    since: datetime
    until: datetime


def after_mark(reading: Reading | None, at: datetime) -> Reading:
    """The stretch after a mark of this moment was read. A clock that was set begins a new one."""
    if reading is None or abs(at - reading.until) > LONGEST_BREAK:
        return Reading(at, at)
    return Reading(reading.since, max(at, reading.until))


def silent_before(reading: Reading | None) -> datetime | None:
    """Leases that ended before this moment are over; None while nothing can be said."""
    if reading is None or reading.until - reading.since < LEASE:
        return None
    return reading.until
