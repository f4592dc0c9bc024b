"""Numbers, sizes, moments and durations in the form that people read."""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cli.language.translation import Language

NOTHING = "–"
DAY_S, HOUR_S, MINUTE_S = 86400, 3600, 60
PREFIXES = ("", "Ki", "Mi", "Gi", "Ti")


def decimal(number: str, language: Language) -> str:
    """A number with the decimal sign of the language."""
    return number.replace(".", ",") if language is Language.HU else number


def share(value: float | None, language: Language = Language.EN) -> str:
    """A metric with four digits; it shows 1 only for exactly 1, and 0 only for exactly 0."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if 0.99995 <= value < 1:
        return decimal("0.9999", language)
    if 0 < value < 0.00005:
        return decimal("0.0001", language)
    return decimal(f"{value:.4f}", language)


def points(value: float | None, of: float | None = None, language: Language = Language.EN) -> str:
    """Points with at most two digits, rounded down: 9.996 is not yet 10."""
    if value is None or not math.isfinite(value):
        return NOTHING
    cut = f"{math.floor(value * 100 + 1e-6) / 100:g}"
    return decimal(cut if of is None else f"{cut} / {of:g}", language)


def measured(value: float, language: Language = Language.EN) -> str:
    """A value of a curve."""
    return decimal(f"{value:.4g}", language) if math.isfinite(value) else NOTHING


def size(count: int, language: Language = Language.EN) -> str:
    """A number of bytes with its unit."""
    amount, prefix = float(count), PREFIXES[0]
    for prefix in PREFIXES:
        if amount < 1024 or prefix == PREFIXES[-1]:
            break
        amount /= 1024
    return f"{count} B" if not prefix else decimal(f"{amount:.1f} {prefix}B", language)


class _Shown:
    """In which time zone moments are shown: that of the machine until a server has told the course's."""

    zone: ZoneInfo | None = None


def show_in_zone(name: str) -> None:
    """Show moments in this time zone (an IANA name) from now on; one that is not known changes nothing."""
    with suppress(ValueError, LookupError, OSError):
        _Shown.zone = ZoneInfo(name)


def moment(when: datetime | None) -> str:
    """A moment in the time zone of the course, without the zone."""
    return NOTHING if when is None else f"{when.astimezone(_Shown.zone):%Y-%m-%d %H:%M}"


def deadline(when: datetime) -> str:
    """A deadline with the offset of its zone: this machine may be in another zone than the course."""
    return when.astimezone(_Shown.zone).isoformat(sep=" ", timespec="minutes")


def exact_moment(when: datetime) -> str:
    """A moment with seconds and offset, for receipts."""
    return when.astimezone(_Shown.zone).isoformat(sep=" ", timespec="seconds")


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
