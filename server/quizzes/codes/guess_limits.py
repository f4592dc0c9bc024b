"""Limits of wrong guesses: how many PINs, words or codes may be wrong before a guess has to wait.

A device is known by its cookie and answers for itself alone, so that no phone keeps its hall out. What shows
no cookie is counted by network, and many: a lecture hall sits behind one address.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Budget:
    """So many wrong guesses in a window are free; each further one doubles the wait, up to the longest."""

    tries: int
    first_s: int
    longest_s: int


DEVICE = Budget(10, 5, 60)
CODE = Budget(12, 15, 120)  # words typed for one Neptun code, from wherever; its owner can sign in
NETWORK = Budget(300, 1, 2)  # of all that show no cookie


def wait_for(wrong: Collection[datetime], budget: Budget, now: datetime) -> timedelta:
    """Zero, or the time until the next guess is heard, given the moments of past wrong ones."""
    recent = [moment for moment in wrong if now - WINDOW < moment]
    surplus = len(recent) - budget.tries
    if surplus < 0:
        return timedelta()
    pause_s = min(budget.longest_s, budget.first_s << min(surplus, 16))
    return max(timedelta(), max(recent) + timedelta(seconds=pause_s) - now)
