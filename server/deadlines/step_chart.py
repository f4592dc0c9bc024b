"""The schedule of an assignment as a step chart: time goes to the right, what a hand-in is worth upwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from server.deadlines.schedule import REGULAR
from server.deadlines.worth_over_time import Stretch

WIDTH, HEIGHT = 600, 150  # units of the drawing
SHORTEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StepChart:
    """What a page draws. Places are in units of the drawing, moments those of its edges."""

    begins: datetime
    ends: datetime
    path: str  # of an SVG
    steps: tuple[float, ...]  # where something changes
    now: float | None  # None: it lies outside


def step_chart(found: Sequence[Stretch], most: Decimal, now: datetime) -> StepChart | None:
    """The regular line, with some time before its first step and after its last one; None without a line.

    A make-up is left out: it lies weeks later, and the days that matter would be a hair wide.
    """
    regular = [one for one in found if one.phase in REGULAR and one.until is not None]
    if not regular or not most:
        return None
    first, last = _end(regular[0]), _end(regular[-1])
    span = max(SHORTEST, last - first)
    begins = max(regular[0].begins, min(first - span * 0.6, now)) if now < first else first - span * 0.6
    begins = max(regular[0].begins, begins)
    ends = last + span * 0.25
    width = ends - begins

    def across(moment: datetime) -> float:
        return round(WIDTH * ((moment - begins) / width), 1)

    heights = [round(HEIGHT * float(1 - one.worth / most), 1) for one in regular]
    path = f"M0 {heights[0]}"
    for at, one in enumerate(regular):
        below = heights[at + 1] if at + 1 < len(regular) else HEIGHT
        path += f" H{across(_end(one))} V{below}"
    steps = tuple(across(_end(one)) for one in regular)
    return StepChart(begins, ends, f"{path} H{WIDTH}", steps, across(now) if begins <= now <= ends else None)


def _end(one: Stretch) -> datetime:
    """Of a stretch that ends."""
    return one.until or one.begins
