"""How many uploads of one person are read at once: each holds a temporary file as large as itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Lock

SEATS = 2  # of one person in one web process: a hand-in, and one that is sent again


class Seats:
    """Counts them."""

    def __init__(self) -> None:
        self._taken: Counter[int] = Counter()
        self._lock = Lock()

    def take(self, person_id: int) -> Callable[[], None] | None:
        """What gives the seat back; None when there is no more."""
        with self._lock:
            if self._taken[person_id] >= SEATS:
                return None
            self._taken[person_id] += 1
        return lambda: self._leave(person_id)

    def _leave(self, person_id: int) -> None:
        with self._lock:
            self._taken[person_id] -= 1
            if self._taken[person_id] <= 0:
                del self._taken[person_id]
