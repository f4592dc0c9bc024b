"""What a grader sends to the server: events, reports, returns and hellos, through the broker."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from celery import Celery
from celery.exceptions import Reject
from celery.worker import state
from kombu.exceptions import EncodeError, OperationalError

from grader import contract
from grader.contract import GradeReport, JobReturn, Message, ReturnCause
from grader.fitness import pause_s

RETRY = {"max_retries": 1, "interval_start": 0.1}
LONGEST_PAUSE_S = 4.0
LOOK_S = 0.2  # how often a pause looks whether the program shall stop

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sender:
    """Of one worker."""

    app: Celery
    worker: str

    def send(self, task: str, message: Message) -> None:
        """Hand a message to the broker. Raises ConnectionError when it cannot be reached."""
        try:
            self.app.send_task(task, args=[message], queue=contract.QUEUE_REPORTS, retry_policy=dict(RETRY))
        except OperationalError as error:
            raise ConnectionError(str(error)) from error

    def send_events(self, batch: contract.EventBatch) -> None:
        """Raises ConnectionError."""
        self.send(contract.TASK_RECORD_EVENTS, batch.to_message())

    def send_outcome(self, outcome: GradeReport | JobReturn) -> None:
        """Send a report, or give a job back; so does a report that is no JSON. Raises ConnectionError."""
        if isinstance(outcome, JobReturn):
            self.send(contract.TASK_RECORD_RETURN, outcome.to_message())
            return
        try:
            self.send(contract.TASK_RECORD_REPORT, outcome.to_message())
        except (EncodeError, TypeError, ValueError, RecursionError) as error:
            log.exception("report_not_written", attempt_id=outcome.attempt_id)
            text = f"the report could not be written: {type(error).__name__}"
            self.send_outcome(JobReturn(outcome.attempt_id, self.worker, ReturnCause.FAULT, text))

    def until_sent(self, send: Callable[[], None]) -> None:
        """Try as long as it takes: a report must not be lost because the broker is away.

        Heartbeats go on beside it. Where the worker shall stop first, the server gives the job to another one
        when its lease is over: no grader may write into the queue of jobs.
        """
        tries = 0
        while True:
            try:
                return send()
            except OSError as error:
                log.warning("outcome_not_sent", error=str(error), tries=tries)
            if not wait(min(pause_s(tries), LONGEST_PAUSE_S)):
                raise Reject("the broker is away", requeue=False)
            tries += 1


def wait(seconds: float) -> bool:
    """Whether to go on after this long; false as soon as the program shall stop."""
    until = time.monotonic() + seconds
    while not asked_to_stop():
        if time.monotonic() >= until:
            return True
        time.sleep(min(LOOK_S, seconds))
    return False


def asked_to_stop() -> bool:
    """Whether Celery has been told to; what it notes is the status to exit with, and that may be 0."""
    return any(
        asked is not None and asked is not False for asked in (state.should_stop, state.should_terminate)
    )
