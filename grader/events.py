"""The events of one job on their way to the server: numbered, sent in batches, with a heartbeat."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import structlog

from grader.contract import HEARTBEAT_S, Event, EventBatch, EventKind

BATCH_S = 0.25
MOST_IN_BATCH = 500
MOST_WAITING = 5000
LET_GO = frozenset({EventKind.LOG, EventKind.POINT})
"""What a student's code can make any number of; what tells where a run is must never give way to it."""

log = structlog.get_logger()
Send = Callable[[EventBatch], None]


@dataclass(slots=True)
class EventStream:
    """Takes events and sends them from a thread of its own, so that no run waits for the broker."""

    attempt_id: str = field(repr=False)
    worker: str
    send: Send
    process: str = ""
    _waiting: list[Event] = field(default_factory=list)
    _seq: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _sending: threading.Lock = field(default_factory=threading.Lock)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._keep_sending, name="events", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What was told last is sent too, where the broker is there."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        self._send_waiting()

    def tell(self, kind: EventKind, text: str = "", values: Mapping[str, float] | None = None) -> None:
        """Add an event. When the server is away for long, log and curve are let go: the report counts."""
        with self._lock:
            if kind not in LET_GO or len(self._waiting) < MOST_WAITING:
                self._waiting.append(Event(self._seq, round(time.time(), 1), kind, text, values or {}))
                self._seq += 1

    def _keep_sending(self) -> None:
        beat = time.monotonic()
        while not self._over.wait(BATCH_S):
            if time.monotonic() - beat >= HEARTBEAT_S / 2:
                beat = time.monotonic()
                self.tell(EventKind.HEARTBEAT)
            self._send_waiting()

    def send_all(self) -> None:
        """Send everything that was told until now. Raises OSError where the broker cannot be reached."""
        while self._send_batch():
            pass

    def _send_waiting(self) -> None:
        try:
            self.send_all()
        except OSError as error:
            # They stay waiting, and the next round tries again.
            log.warning("events_not_sent", attempt_id=self.attempt_id, error=str(error))

    def _send_batch(self) -> bool:
        """Whether there was something to send. Two threads do it one after the other, so that order holds."""
        with self._sending:
            with self._lock:
                batch = tuple(self._waiting[:MOST_IN_BATCH])
            if batch:
                self.send(EventBatch(self.attempt_id, self.worker, batch, process=self.process))
                with self._lock:
                    del self._waiting[: len(batch)]
        return bool(batch)
