"""Rate limit of answers, by player and never by address: a hall of three hundred has one address."""

from __future__ import annotations

from math import ceil

BURST = 30
PER_S = 5.0
KEPT = 20_000  # phones; then those who have been quiet are forgotten


class AnswerRateLimit:
    """A bucket for each phone, filled at `PER_S` up to `BURST`."""

    def __init__(self) -> None:
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait_s(self, phone: str, at_s: float) -> int:
        """0 when a request may pass at this moment of a monotonic clock, else the seconds to wait."""
        left, since = self._buckets.get(phone, (float(BURST), at_s))
        left = min(float(BURST), left + (at_s - since) * PER_S)
        if left < 1:
            return ceil((1 - left) / PER_S)
        if len(self._buckets) >= KEPT:
            self._forget(at_s)
        self._buckets[phone] = (left - 1, at_s)
        return 0

    def _forget(self, at_s: float) -> None:
        full_after = BURST / PER_S
        self._buckets = {
            phone: bucket for phone, bucket in self._buckets.items() if bucket[1] > at_s - full_after
        }
