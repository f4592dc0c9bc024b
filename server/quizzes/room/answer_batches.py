"""Batches of answers: one transaction for all answers that arrive together. No phone is told "saved" before
it has been committed.

A hall that answers within one second would otherwise need a thousand transactions in that second. While one
is written, the next ones gather.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Event, Lock, Thread

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server.database import passes
from server.errors import Busy, Refusal, ServerFault
from server.quizzes.room.answer_checks import SubmittedAnswer
from server.quizzes.room.answers import StoredAnswer

log = structlog.get_logger()

LARGEST_BATCH = 500
GATHER_S = 0.012  # after the first of a batch: a transaction takes half of that, however many share it
CROWD = 4  # of so many more within GATHER_S the next ones are waited for as well
LONGEST_GATHER_S = 0.06  # nobody notices that "saved" comes so much later, and a crowd costs half the work
PATIENCE_S = 20.0  # for the commit of an answer; the phone then tries again


@dataclass(slots=True)
class _Waiting:
    submitted: SubmittedAnswer
    done: Event = field(default_factory=Event)
    outcome: StoredAnswer | Exception | None = None


class AnswerBatches:
    """Collects submitted answers of many requests and writes them together, in a thread of its own."""

    def __init__(
        self, write: Callable[[Sequence[SubmittedAnswer]], Sequence[StoredAnswer | Exception]]
    ) -> None:
        self._write = write
        self._queue: Queue[_Waiting] = Queue()
        self._thread: Thread | None = None
        self._lock = Lock()

    @property
    def waiting(self) -> int:
        """How many submitted answers wait for the next transaction."""
        return self._queue.qsize()

    def submit(self, submitted: SubmittedAnswer) -> StoredAnswer:
        """The stored answer, once it is committed. Raises the refusal of this answer, or Busy."""
        waiting = _Waiting(submitted)
        self._start()
        self._queue.put(waiting)
        if not waiting.done.wait(PATIENCE_S):
            raise Busy(retry_after_s=1)
        if isinstance(waiting.outcome, Exception):
            raise waiting.outcome
        if waiting.outcome is None:
            raise ServerFault
        return waiting.outcome

    def _start(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._work, name="answers", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            batch = self._gather()
            try:
                outcomes = self._write([waiting.submitted for waiting in batch])
            except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must hear of it
                self._fail(batch, error)
                continue
            _log(batch, outcomes)
            for waiting, outcome in zip(batch, outcomes, strict=True):
                waiting.outcome = outcome
                waiting.done.set()

    def _gather(self) -> list[_Waiting]:
        batch = [self._queue.get()]
        gathered_s, more = 0.0, CROWD
        while more >= CROWD and gathered_s < LONGEST_GATHER_S and len(batch) < LARGEST_BATCH:
            time.sleep(GATHER_S)
            gathered_s += GATHER_S
            arrived = self._arrived(LARGEST_BATCH - len(batch))
            batch += arrived
            more = len(arrived)
        return batch

    def _arrived(self, most: int) -> list[_Waiting]:
        found: list[_Waiting] = []
        with suppress(Empty):
            while len(found) < most:
                found.append(self._queue.get_nowait())
        return found

    def _fail(self, batch: list[_Waiting], error: Exception) -> None:
        """Nothing of the batch was written. Each is tried by itself: one may have spoilt it for all.

        But not where the database is away: one wait is long enough.
        """
        if not isinstance(error, Refusal):
            log.error("answers not written", count=len(batch), exc_info=error)
        alone = len(batch) > 1 and not (isinstance(error, SQLAlchemyError) and passes(error))
        for waiting in batch:
            waiting.outcome = self._alone(waiting.submitted) if alone else error
            waiting.done.set()

    def _alone(self, submitted: SubmittedAnswer) -> StoredAnswer | Exception:
        try:
            return self._write([submitted])[0]
        except Exception as error:  # noqa: BLE001 - as above
            return error


def _log(batch: Sequence[_Waiting], outcomes: Sequence[StoredAnswer | Exception]) -> None:
    """One line for all that are stored; each that is refused has one of its own."""
    stored = [
        one.submitted
        for one, outcome in zip(batch, outcomes, strict=True)
        if isinstance(outcome, StoredAnswer)
    ]
    if stored:
        log.info("answers stored", count=len(stored), rounds=sorted({one.round for one in stored}))
