"""Numbers, sizes, moments and durations in the form that people read."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from cli.language.translation import Language

NOTHING = "–"
DAY_S, HOUR_S, MINUTE_S = 86400, 3600, 60
PREFIXES = ("", "Ki", "Mi", "Gi", "Ti")


def share(value: float | None) -> str:
    """A metric with four digits; it shows 1 only for exactly 1, and 0 only for exactly 0."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if 0.99995 <= value < 1:
        return "0.9999"
    if 0 < value < 0.00005:
        return "0.0001"
    return f"{value:.4f}"


def points(value: float | None, of: float | None = None) -> str:
    """Points with at most two digits, rounded down: 9.996 is not yet 10."""
    if value is None or not math.isfinite(value):
        return NOTHING
    cut = f"{math.floor(value * 100 + 1e-6) / 100:g}"
    return cut if of is None else f"{cut} / {of:g}"


def measured(value: float) -> str:
    """A value of a curve."""
    return f"{value:.4g}" if math.isfinite(value) else NOTHING


def size(count: int) -> str:
    """A number of bytes with its unit."""
    amount, prefix = float(count), PREFIXES[0]
    for prefix in PREFIXES:
        if amount < 1024 or prefix == PREFIXES[-1]:
            break
        amount /= 1024
    return f"{count} B" if not prefix else f"{amount:.1f} {prefix}B"


def moment(when: datetime | None) -> str:
    """A moment in the time zone of this machine, without the zone."""
    return NOTHING if when is None else f"{when.astimezone():%Y-%m-%d %H:%M}"


def deadline(when: datetime) -> str:
    """A deadline with the offset of its zone: this machine may be in another zone than the course."""
    return when.astimezone().isoformat(sep=" ", timespec="minutes")


def exact_moment(when: datetime) -> str:
    """A moment with seconds and offset, for receipts."""
    return when.astimezone().isoformat(sep=" ", timespec="seconds")


def span(length: timedelta, language: Language) -> str:
    """A duration in its two largest units."""
    seconds = max(0, round(length.total_seconds()))
    days, hours, minutes = seconds // DAY_S, seconds % DAY_S // HOUR_S, seconds % HOUR_S // MINUTE_S
    if days:
        return language.gettext("{days} d {hours} h", days=days, hours=hours)
    if hours:
        return language.gettext("{hours} h {minutes} min", hours=hours, minutes=minutes)
    if minutes:
        return language.gettext("{minutes} min {seconds} s", minutes=minutes, seconds=seconds % MINUTE_S)
    return language.gettext("{seconds} s", seconds=seconds)
