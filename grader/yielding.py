"""A run that gives way: while it is on, somebody looks whether another job waits for this grader."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

LOOK_S = 0.25

log = structlog.get_logger()


@contextmanager
def looking_for_jobs(app: Celery, queue: str, found: threading.Event) -> Iterator[None]:
    """Set `found` as soon as a job waits in the queue, until the block ends.

    A broker that is away, or does not let this grader look, leaves it unset: then the run goes on.
    """
    look = _Look(app, queue, found)
    threading.Thread(target=look.go_on, name="looking for jobs", daemon=True).start()
    try:
        yield
    finally:
        look.end()


@dataclass(slots=True)
class _Look:
    app: Celery
    queue: str
    found: threading.Event
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def go_on(self) -> None:
        connection = self.app.connection_for_read()
        try:
            with connection:
                client = connection.default_channel.client
                while not self.over.wait(LOOK_S):
                    if client.llen(self.queue):
                        self._tell()
                        return
        except (OperationalError, *connection.connection_errors, *connection.channel_errors) as error:
            log.warning("does_not_yield", problem=str(error))

    def end(self) -> None:
        """At once, although a broker may not answer: what it says later is about another run."""
        with self.lock:
            self.over.set()
            self.found.clear()

    def _tell(self) -> None:
        with self.lock:
            if not self.over.is_set():
                self.found.set()
