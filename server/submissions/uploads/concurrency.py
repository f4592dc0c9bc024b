"""How many uploads of one person are read at once, and that they are stored one after the other.

Each that is read holds a temporary file as large as itself. Each that is stored and then refused, because
another one of the same moment has used the last try, leaves its bytes until they are swept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

SEATS = 3  # of one person in one web process
COUNTED_S = 120.0  # whoever has lost a connection that nobody noticed is not kept out for longer
MOST = 12  # however old: uploads that are kept open on purpose hold their temporary files


class Seats:
    """Counts what is being read."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._taken: dict[int, list[float]] = {}
        self._lock = Lock()

    def take(self, person_id: int) -> Callable[[], None] | None:
        """What gives the place back; None when there is no more."""
        now = self._clock()
        with self._lock:
            taken = self._taken.setdefault(person_id, [])
            if len(taken) >= MOST or sum(now - since < COUNTED_S for since in taken) >= SEATS:
                return None
            taken.append(now)
        return lambda: self._leave(person_id, now)

    def _leave(self, person_id: int, since: float) -> None:
        with self._lock:
            self._taken[person_id].remove(since)
            if not self._taken[person_id]:
                del self._taken[person_id]


class Turns:
    """Lets hand-ins of one person be looked at and stored one after the other, in this process."""

    def __init__(self) -> None:
        self._locks: dict[int, tuple[Lock, int]] = {}
        self._lock = Lock()

    @contextmanager
    def of(self, person_id: int) -> Iterator[None]:
        """A block that no other hand-in of this person is in."""
        with self._lock:
            mine, waiting = self._locks.get(person_id, (Lock(), 0))
            self._locks[person_id] = (mine, waiting + 1)
        try:
            with mine:
                yield
        finally:
            self._leave(person_id)

    def _leave(self, person_id: int) -> None:
        with self._lock:
            mine, waiting = self._locks.pop(person_id)
            if waiting > 1:
                self._locks[person_id] = (mine, waiting - 1)
