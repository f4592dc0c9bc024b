"""The Celery app of a grader and its one task: a job in, events and one report out."""

from __future__ import annotations

import os
import sys
import threading
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from celery import Celery
from celery.exceptions import SecurityWarning
from celery.worker import state
from kombu.exceptions import OperationalError

from grader import contract, material, report
from grader.contract import (
    EventKind,
    GradeJob,
    GradeReport,
    MalformedMessageError,
    Message,
    Verdict,
    WorkerHello,
)
from grader.events import EventStream
from grader.fetch import fetch_files
from grader.grade import Task, grade
from grader.material import Material
from grader.sandbox import gpu, host, leftovers, selftest
from grader.sandbox.spare import Boxes
from grader.settings import Settings

MIB = 2**20
REPORT_RETRY = {"max_retries": 12, "interval_start": 0.2, "interval_step": 0.5, "interval_max": 4.0}
EVENT_RETRY = {"max_retries": 1, "interval_start": 0.1}

log = structlog.get_logger()


@dataclass(slots=True)
class Worker:
    """One process, one slot: what it grades with, and how it speaks to the server."""

    settings: Settings
    app: Celery
    boxes: Boxes
    given_up: bool = False  # on its card

    def grade(self, message: Message) -> None:
        """The task: grade a job and send its report. What is no job is dropped."""
        try:
            job = GradeJob.from_message(message)
        except (MalformedMessageError, AttributeError) as error:
            log.warning("malformed_job_dropped", error=str(error))
            return
        with EventStream(job.attempt_id, self.settings.name, self._send_events) as events:
            events.tell(EventKind.STARTED, self.settings.name)
            finished = self._report(job, events)
        log.info("graded", attempt_id=job.attempt_id, slug=job.slug, verdict=str(finished.verdict))
        self._send(contract.TASK_RECORD_REPORT, finished.to_message(), REPORT_RETRY)
        if self._is_fit(finished):
            self.boxes.warm()
        else:
            self.given_up = True
            state.should_stop = os.EX_OK  # once this job is acknowledged; Celery has no other way to say so

    @property
    def queue(self) -> str:
        """Where its jobs come from: by default what fits its device."""
        return self.settings.queue or (contract.QUEUE_GPU if self.boxes.gpu else contract.QUEUE_CPU)

    def _is_fit(self, finished: GradeReport) -> bool:
        """Whether it may take another job. A sick card would fail whoever comes next."""
        reason = self.boxes.unfit
        if not reason and self.boxes.gpu and finished.verdict is Verdict.GRADER_ERROR:
            reason = "a run on its card failed for no fault of the student's"
        if reason:
            log.error("worker_gives_up", reason=reason)
        return not reason

    def hello(self) -> None:
        """Say that this worker is alive."""
        hello = WorkerHello(self.settings.name, self.queue, slots=1, versions=report.versions())
        try:
            self._send(contract.TASK_RECORD_WORKER, hello.to_message(), EVENT_RETRY)
        except OSError as error:
            log.warning("hello_not_sent", error=str(error))

    def keep_saying_hello(self) -> None:
        """From a thread of its own, so that it goes on while a run is on."""
        over = threading.Event()
        while not over.wait(contract.HEARTBEAT_S):
            self.hello()

    def _report(self, job: GradeJob, events: EventStream) -> GradeReport:
        task = Task(job.attempt_id, job.seed)
        try:
            return grade(
                task,
                self.boxes,
                lambda: self._material(job),
                lambda found: self._files(job, found),
                events.tell,
            )
        except Exception:
            # Whatever it is, it is ours: the student reads one sentence, the log has the rest.
            log.exception("grading_failed", attempt_id=job.attempt_id, slug=job.slug)
            return report.failure_of_ours(job.attempt_id, job.seed, self.boxes.device)

    def _material(self, job: GradeJob) -> Material:
        store, cache = self.settings.store, self.settings.cache
        return material.from_store(store, job.slug, job.version, cache, job.held_out_key)

    def _files(self, job: GradeJob, found: Material) -> Mapping[str, bytes]:
        return fetch_files(self.settings.store, job.files, at_most=found.assignment.limits.upload_mib * MIB)

    def _send_events(self, batch: contract.EventBatch) -> None:
        self._send(contract.TASK_RECORD_EVENTS, batch.to_message(), EVENT_RETRY)

    def _send(self, task: str, message: Message, retry: Mapping[str, float]) -> None:
        """Hand a message to the broker. Raises ConnectionError when it cannot be reached."""
        try:
            self.app.send_task(task, args=[message], queue=contract.QUEUE_REPORTS, retry_policy=dict(retry))
        except OperationalError as error:
            raise ConnectionError(str(error)) from error


def make_worker(settings: Settings) -> Worker:
    """A worker that can grade here. Raises SandboxMissingError where it cannot."""
    host.bubblewrap()
    card = gpu.claim(settings.device)
    leftovers.remove()
    boxes = selftest.best_boxes(settings.modes, gpu=card, hidden=_hidden(settings))
    app = Celery("grader", broker=settings.broker_url, set_as_current=False)
    app.conf.update(contract.CELERY_SETTINGS)
    app.conf.update(worker_hijack_root_logger=False, worker_redirect_stdouts=False)
    worker = Worker(settings, app, boxes)

    def task(message: Any) -> None:  # noqa: ANN401 - whatever lies in the queue
        worker.grade(message)

    app.task(task, name=contract.TASK_GRADE)
    return worker


def _hidden(settings: Settings) -> list[str]:
    """What lies on this machine for the worker alone."""
    return [str(settings.cache), *([settings.store] if settings.store.startswith("/") else [])]


def work(settings: Settings) -> None:
    """Take jobs from the queue until told to stop. Exits 69 when it gave up on its card.

    Whatever starts it again tries its walls and its card anew.
    """
    # What Celery fears of a worker run by root are pickled messages; ours are JSON only.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    worker = make_worker(settings)
    worker.boxes.warm()
    threading.Thread(target=worker.keep_saying_hello, name="hello", daemon=True).start()
    worker.hello()
    log.info("worker_starts", name=settings.name, queue=worker.queue, device=worker.boxes.device)
    try:
        worker.app.worker_main(
            [
                *("--quiet", "worker", "--pool", "solo", "--queues", worker.queue),
                *("--hostname", settings.name, "--loglevel", "WARNING"),
                *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            ]
        )
    finally:
        worker.boxes.close()
        if worker.given_up:
            sys.exit(os.EX_UNAVAILABLE)
