"""Rules of a replay, where each student plays a room's questions again: which is next, and what it earns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

MOST_ATTEMPTS = 20  # of one student in one room: practice may be repeated, a table must not be filled


@dataclass(frozen=True, slots=True)
class ReplayTerms:
    """What the lecturer allows: until when, and the most credit it gives, as a share."""

    until: datetime
    cap: float


@dataclass(frozen=True, slots=True)
class Progress:
    """One student's way through the questions that are asked, by their indices in the quiz."""

    asked: Sequence[int]
    answered: Mapping[int, frozenset[int]]  # by attempt, from 1

    def next_index(self, attempt: int) -> int | None:
        """The first question without an answer; None where all are answered."""
        done = self.answered.get(attempt, frozenset())
        return next((index for index in self.asked if index not in done), None)

    def complete(self, attempt: int) -> bool:
        """Whether an attempt has been played through."""
        return bool(self.answered.get(attempt)) and self.next_index(attempt) is None

    @property
    def attempt(self) -> int:
        """The attempt that was begun last; 1 before any."""
        return max(self.answered, default=1)

    def may_begin(self, attempt: int) -> bool:
        """Whether an attempt is the last one, or may follow it: only a whole attempt is followed."""
        if attempt == self.attempt:
            return True
        return attempt == self.attempt + 1 <= MOST_ATTEMPTS and self.complete(self.attempt)


def seed_of(room_seed: str, user_id: int, attempt: int) -> str:
    """Each attempt has an order and variants of its own: those of the lecture are known by now."""
    return f"{room_seed}/replay/{user_id}/{attempt}"


def capped(share: float, cap: float) -> float:
    """What a replay brings to the gradebook, by the share that was answered right."""
    return min(share, cap)
