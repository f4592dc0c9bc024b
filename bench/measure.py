"""Two ways to do the same thing, timed by turns, so that a busy machine is busy for both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Comparison:
    """Medians in seconds of ours and of the bare way, and how many times as long ours took."""

    what: str
    ours_s: float
    bare_s: float
    ratio: float  # the median of the ratios of neighbouring runs
    runs: int
    promised: float | None = None  # the ratio is to be at most this
    details: Mapping[str, float] = field(default_factory=dict)  # more figures, the unit in the name
    promised_details: Mapping[str, float] = field(default_factory=dict)  # they are to be at most this

    @property
    def missed(self) -> list[str]:
        """Which of the figures promised were not reached."""
        ratio = [f"ratio <= {self.promised:g}"] if self.promised and self.ratio > self.promised else []
        kept = self.promised_details.items()
        return ratio + [f"{name} <= {most:g}" for name, most in kept if self.details[name] > most]


def compare(
    what: str,
    ours: Callable[[int], None],
    bare: Callable[[int], None],
    *,
    runs: int,
    promised: float | None = None,
) -> Comparison:
    """Time both by turns, the first pair thrown away as a warm-up."""
    pairs = [(_timed(ours, number), _timed(bare, number)) for number in range(runs + 1)][1:]
    return Comparison(
        what=what,
        ours_s=round(statistics.median(one for one, _ in pairs), 4),
        bare_s=round(statistics.median(other for _, other in pairs), 4),
        ratio=round(statistics.median(one / other for one, other in pairs), 3),
        runs=runs,
        promised=promised,
    )


def _timed(action: Callable[[int], None], number: int) -> float:
    start = time.perf_counter()
    action(number)
    return time.perf_counter() - start
