"""Clearing away uploads that were left: done by the dispatcher, now and then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from server.submissions.resuming import Desk, clear_away

log = structlog.get_logger()

EVERY = timedelta(minutes=10)


class Janitor:
    """Looks whether it is time, whenever it is asked."""

    def __init__(self, desk: Desk, clock: Callable[[], datetime]) -> None:
        self._desk = desk
        self._clock = clock
        self._next: datetime | None = None

    def look(self) -> int:
        """How many uploads were cleared away. A spool that cannot be reached is logged, and tried again."""
        now = self._clock()
        if self._next is not None and now < self._next:
            return 0
        self._next = now + EVERY
        try:
            gone = clear_away(self._desk, now)
        except OSError as error:
            log.warning("spool", problem=str(error))
            return 0
        if gone:
            log.info("uploads cleared away", count=gone)
        return gone
