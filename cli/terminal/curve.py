"""Curves as one line of text (sparklines)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

BARS = "▁▂▃▄▅▆▇█"
NOT_A_NUMBER = "×"
AXES = ("epoch", "step", "iteration", "batch")
"""Values that are the position of a point on the curve, not a measurement."""

Point = Mapping[str, float | None]


def curves(points: Iterable[Point]) -> dict[str, list[float]]:
    """The values of each name in order, without the axes; a missing value is NaN."""
    found: dict[str, list[float]] = {}
    for point in points:
        for name, value in point.items():
            if name not in AXES:
                found.setdefault(name, []).append(math.nan if value is None else value)
    return found


def sparkline(values: Sequence[float], width: int) -> str:
    """At most `width` bars, from the lowest value to the highest; a value that is not finite is ×."""
    shown = _thinned(values, width)
    finite = [value for value in shown if math.isfinite(value)]
    if not finite:
        return NOT_A_NUMBER * len(shown)
    low, high = min(finite), max(finite)
    return "".join(_bar(value, low, high) for value in shown)


def _bar(value: float, low: float, high: float) -> str:
    if not math.isfinite(value):
        return NOT_A_NUMBER
    # The halves are subtracted, because the difference of two large numbers may overflow.
    span = high / 2 - low / 2
    if span == 0:
        return BARS[len(BARS) // 2]
    share = (value / 2 - low / 2) / span
    return BARS[min(len(BARS) - 1, max(0, int(share * len(BARS))))]


def _thinned(values: Sequence[float], width: int) -> list[float]:
    """At most `width` values, evenly spaced, with the first and the last."""
    if width <= 0 or not values:
        return []
    if len(values) <= width:
        return list(values)
    if width == 1:
        return [values[-1]]
    return [values[round(at * (len(values) - 1) / (width - 1))] for at in range(width)]
