"""How templates print numbers, in the reader's language."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import format_decimal, get_locale

from assignments.localized import Localized
from server.submissions.point_format import shown
from server.submissions.report.measures import measured, metric_name, significant

KIB = 1024


def points(value: float | Decimal, most: float | Decimal) -> str:
    """9.996 of 10 prints as 9.99: only who has all points reads the full number."""
    return str(format_decimal(shown(value, most)))


def percent(share: float | None) -> str:
    """A share between 0 and 1; 100 % only for the whole, and a dash for what is not known."""
    return "–" if share is None else f"{format_decimal(shown(100 * share, 100, 1))} %"


def size(length: int) -> str:
    """A number of bytes."""
    if length < KIB:
        return f"{length} B"
    if length < KIB * KIB:
        return f"{format_decimal(round(length / KIB, 1))} KiB"
    return f"{format_decimal(round(length / KIB / KIB, 1))} MiB"


def localized(text: Localized) -> str:
    """A text of ours that has both languages, in the reader's."""
    return text.in_language(str(get_locale()))


FILTERS = (points, percent, size, measured, metric_name, significant, localized)
"""What the templates of an application need."""
