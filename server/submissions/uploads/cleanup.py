"""Clearing away uploads that were left and blobs that nobody needs: done by the dispatcher, now and then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from server.errors import Refusal
from server.outages import why_of
from server.submissions.blob_expiry import Expiry
from server.submissions.uploads.resumable import UploadStorage, clear_away

log = structlog.get_logger()

EVERY = timedelta(minutes=10)


class Janitor:
    """Looks whether it is time, whenever it is asked."""

    def __init__(
        self, storage: UploadStorage, clock: Callable[[], datetime], expiry: Expiry | None = None
    ) -> None:
        self._storage = storage
        self._expiry = expiry
        self._clock = clock
        self._next: datetime | None = None

    def look(self) -> int:
        """How many uploads and blobs were cleared away. An unreachable disk is logged, and tried again."""
        now = self._clock()
        if self._next is not None and now < self._next:
            return 0
        self._next = now + EVERY
        uploads = self._attempt("uploads", lambda: clear_away(self._storage, now))
        blobs = self._attempt("blobs", lambda: self._expire(now))
        return uploads + blobs

    def _expire(self, now: datetime) -> int:
        return self._expiry.look(now, int(now.timestamp() // EVERY.total_seconds())) if self._expiry else 0

    def _attempt(self, what: str, work: Callable[[], int]) -> int:
        try:
            gone = work()
        except (OSError, Refusal) as error:
            log.warning("not cleared away", what=what, problem=why_of(error))
            return 0
        if gone:
            log.info("cleared away", what=what, count=gone)
        return gone
