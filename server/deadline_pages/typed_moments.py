"""Moments and stretches of time as people type them, in the zone of the course. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _

from assignments.late_policy import Offset, read_offset
from assignments.moments import to_utc
from server.errors import BadInput

Due: TypeAlias = datetime | Offset  # a moment in UTC, or so much later than it was due
LONGEST = 40
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}")


def read_due(text: str, zone: ZoneInfo) -> Due:
    """A due moment as it is typed: `+2d`, `+36h`, or local time, `2026-10-26T12:00`. Raises BadInput."""
    typed = text.strip().removeprefix("'").strip()  # spreadsheets put it before what looks like a formula
    if typed.startswith("+"):
        return _read_offset(typed)
    return read_moment(typed, zone)


def read_moment(text: str, zone: ZoneInfo) -> datetime:
    """A moment as it is typed, in UTC. Raises BadInput.

    A time without seconds is that minute's first second; who means the last one writes it. A day alone, and a
    local time that comes twice or never when the clocks change, are refused.
    """
    typed = text.strip()
    if _DAY.fullmatch(typed):
        raise BadInput(_("%(text)s is a day without a time: write %(text)sT23:59:59, say.", text=typed))
    try:
        written = datetime.fromisoformat(typed if _MOMENT.match(typed) else "")
    except ValueError:
        raise BadInput(
            _(
                "“%(text)s” is no moment: write it like 2026-10-26T12:00, or +2d, +1w or +36h for so much "
                "later than now due.",
                text=typed[:LONGEST],
            )
        ) from None
    return _exact(written, typed, zone)


def local_text(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as `read_moment` reads it, by the wall clock; with its offset where it would be unclear."""
    local = moment.astimezone(zone)
    naive = local.replace(tzinfo=None)
    try:
        is_clear = to_utc(naive, zone) == moment
    except ValueError:
        is_clear = False
    return (naive if is_clear else local).isoformat(timespec="seconds")


def _read_offset(typed: str) -> Offset:
    try:
        return read_offset(typed)
    except ValueError:
        raise BadInput(
            _(
                "“%(text)s” is no stretch of time: write a whole number and d, w, h or m, like +2d, at most "
                "a year.",
                text=typed[:LONGEST],
            )
        ) from None


def _exact(written: datetime, typed: str, zone: ZoneInfo) -> datetime:
    try:
        return to_utc(written, zone).replace(microsecond=0)
    except (ValueError, OverflowError):
        raise BadInput(
            _(
                "%(text)s is no clear moment: the year may be wrong, or the clocks change that night, so "
                "that it comes twice or never. Add the offset, like +02:00, or choose another hour.",
                text=typed[:LONGEST],
            )
        ) from None
