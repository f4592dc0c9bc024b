"""`hazi-server recorder`: writes down what graders send to the queue `reports`."""

from __future__ import annotations

import reprlib
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import structlog
from celery import Celery
from celery.exceptions import Reject
from celery.worker import state
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from grader.contract import (
    QUEUE_REPORTS,
    TASK_RECORD_EVENTS,
    TASK_RECORD_MARK,
    TASK_RECORD_REPORT,
    TASK_RECORD_RETURN,
    TASK_RECORD_WORKER,
    EventBatch,
    GradeReport,
    JobReturn,
    Message,
    ReturnCause,
)
from server.broker import broker_app, moment_of_mark
from server.database import Database, is_unclear, passes
from server.notifications import QUEUE_TOPIC, Notifier
from server.submissions.queue.grader_records import read_hello, record_worker
from server.submissions.queue.recording import (
    record_events,
    record_mark,
    record_report,
    record_restart,
    record_return,
)

T = TypeVar("T")
log = structlog.get_logger()

BAD_MESSAGE = (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError)
"""What reading a message of any shape may raise; MalformedMessageError is a ValueError."""
MOST_UNCLEAR = 5  # failures of a message without a reason, while the database answers: it is the message
LONGEST_PAUSE_S = 2.0  # in which nobody looks whether the program shall stop


class Recorder:
    """What the three tasks do. A message that makes no sense is logged and dropped: it never gets better."""

    def __init__(
        self,
        database: Database,
        notifier: Notifier,
        clock: Callable[[], datetime],
        stopping: Callable[[], bool] = lambda: False,
        *,
        secret_keys: Sequence[str],
    ) -> None:
        self._secret_keys = secret_keys
        self._database = database
        self._stopping = stopping
        self._notifier = notifier
        self._clock = clock
        self._has_begun = False

    def events(self, message: Message) -> None:
        """Keep a batch of events."""
        if submission := self._apply(message, EventBatch.from_message, record_events):
            self._notifier.notify(submission)

    def report(self, message: Message) -> None:
        """Keep the report of a run. The slot of its grader is free now."""
        submission = self._apply(message, GradeReport.from_message, record_report)
        if submission is None:  # of an attempt that is over this changes nothing
            submission = self._apply(message, _as_return, record_return)
        if submission:
            self._notifier.notify(submission, QUEUE_TOPIC)

    def returned(self, message: Message) -> None:
        """A grader could not grade it. Its slot is free now."""
        if submission := self._apply(message, JobReturn.from_message, record_return):
            self._notifier.notify(submission, QUEUE_TOPIC)

    def worker(self, message: Message) -> None:
        """Remember that a grader is alive."""
        self._apply(message, read_hello, record_worker)

    def mark(self, message: Message) -> None:
        """Everything that was sent before is read by now; but the first mark begins a new stretch.

        What the recorder before this one had at hand when it died may come back late.
        """
        record = record_mark if self._has_begun else record_restart
        self._apply(message, self._moment_of, record)

    def _moment_of(self, mark: Message) -> datetime:
        at = moment_of_mark(mark, self._secret_keys)
        self._has_begun = True
        return at

    def _apply(
        self,
        message: Message,
        read: Callable[[Message], T],
        record: Callable[[Session, T, datetime], str | None],
    ) -> str | None:
        try:
            value = read(message)
            return self._patiently(lambda session: record(session, value, self._clock()))
        except (*BAD_MESSAGE, SQLAlchemyError) as error:
            log.warning("message dropped", problem=repr(error)[:500], message=reprlib.repr(message))
            return None

    def _patiently(self, verb: Callable[[Session], str | None]) -> str | None:
        """In one transaction, as often as it takes until the database is there.

        Raises Reject when the program shall stop before that: the message stays in the queue.
        """
        pause_s, unclear = 0.1, 0
        while True:
            try:
                with self._database.write() as session:
                    return verb(session)
            except SQLAlchemyError as error:
                unclear += is_unclear(error) and self._database.answers()
                if not passes(error) or unclear > MOST_UNCLEAR:
                    raise
                log.warning("database", problem=str(getattr(error, "orig", error)))
                if self._stopping():
                    raise Reject("the database is away", requeue=True) from error
                time.sleep(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


def _as_return(message: Message) -> JobReturn:
    """A report that nobody here understands: the run goes back, and staff are told."""
    text = "the server cannot read its report: server and graders must be of the same release"
    return JobReturn(str(message["attempt_id"]), "", ReturnCause.FAULT, text)


def recorder_app(recorder: Recorder, broker_url: str) -> Celery:
    """The Celery app with the tasks that graders call by name."""
    app = broker_app(broker_url)
    app.conf.update(worker_hijack_root_logger=False, worker_redirect_stdouts=False)
    app.task(recorder.events, name=TASK_RECORD_EVENTS, shared=False)
    app.task(recorder.report, name=TASK_RECORD_REPORT, shared=False)
    app.task(recorder.worker, name=TASK_RECORD_WORKER, shared=False)
    app.task(recorder.returned, name=TASK_RECORD_RETURN, shared=False)
    app.task(recorder.mark, name=TASK_RECORD_MARK, shared=False)
    return app


def run_recorder(
    database: Database, broker_url: str, clock: Callable[[], datetime], *, secret_keys: Sequence[str]
) -> None:
    """Record until SIGTERM or SIGINT; the message at hand is finished first, or left for later."""
    notifier = Notifier(broker_url)
    app = recorder_app(
        Recorder(database, notifier, clock, _asked_to_stop, secret_keys=secret_keys), broker_url
    )
    worker: Any = app.Worker(
        pool="solo",
        concurrency=1,
        queues=[QUEUE_REPORTS],
        without_mingle=True,
        without_gossip=True,
        without_heartbeat=True,
        quiet=True,
        loglevel="WARNING",
    )
    worker.start()
    notifier.close()


def _asked_to_stop() -> bool:
    """Whether Celery has been told to; what it notes is the status to exit with, and that is 0."""
    return any(
        asked is not None and asked is not False for asked in (state.should_stop, state.should_terminate)
    )
