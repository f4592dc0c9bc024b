"""The Celery app of a grader and its one task: a job in, events and one report out."""

from __future__ import annotations

import os
import secrets
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import structlog
from celery import Celery
from celery.exceptions import Reject, SecurityWarning
from celery.worker import state
from kombu.exceptions import OperationalError

from grader import contract, material, report
from grader.contract import (
    EventKind,
    GradeJob,
    GradeReport,
    JobReturn,
    MalformedMessageError,
    Message,
    WorkerHello,
    WorkerState,
)
from grader.events import EventStream
from grader.fetch import fetch_files, try_store
from grader.fitness import LONGEST_REASON, Fitness, pause_s, try_disk
from grader.grade import Task, grade
from grader.logs import redacted
from grader.material import Material
from grader.sandbox import gpu, host, leftovers, selftest
from grader.sandbox.host import SandboxMissingError
from grader.sandbox.spare import Boxes
from grader.sandbox.template import TemplateBrokenError
from grader.settings import Settings

MIB = 2**20
LOOK_S = 0.2  # how often a pause looks whether the program shall stop
LONGEST_SENDING_PAUSE_S = 4.0
EVENT_RETRY = {"max_retries": 1, "interval_start": 0.1}

log = structlog.get_logger()


@dataclass(slots=True)
class Worker:
    """One process, one slot: what it grades with, and how it speaks to the server."""

    settings: Settings
    app: Celery
    boxes: Boxes
    fitness: Fitness = field(init=False)
    process: str = field(default_factory=lambda: secrets.token_hex(8))
    given_up: bool = False  # on its card

    def __post_init__(self) -> None:
        """What it looks at before it takes jobs."""
        self.fitness = Fitness(
            lambda: try_store(self.settings.store), (lambda: try_disk(self.settings.cache), self._try_walls)
        )

    def grade(self, message: Message) -> None:
        """The task: grade a job and send what came of it. What is no job is dropped."""
        try:
            job = GradeJob.from_message(message)
        except (MalformedMessageError, AttributeError) as error:
            log.warning("malformed_job_dropped", error=str(error))
            return
        with EventStream(job.attempt_id, self.settings.name, self._send_events, self.process) as events:
            events.tell(EventKind.STARTED, self.settings.name)
            outcome = self._outcome(job, events)
            self._until_sent(lambda: self._send_outcome(outcome, events))
        self._stay_fit()

    @property
    def queue(self) -> str:
        """Where its jobs come from: by default what fits its device."""
        return self.settings.queue or (contract.QUEUE_GPU if self.boxes.gpu else contract.QUEUE_CPU)

    def hello(self, state: WorkerState | None = None) -> None:
        """Say that this worker is alive, and whether it takes jobs."""
        reason = redacted(self.boxes.unfit or self.fitness.reason)
        known = WorkerState.UNFIT if reason else WorkerState.READY
        hello = WorkerHello(
            name=self.settings.name,
            queue=self.queue,
            slots=1,
            versions=report.versions(),
            process=self.process,
            state=state or known,
            reason=reason,
        )
        try:
            self._send(contract.TASK_RECORD_WORKER, hello.to_message(), EVENT_RETRY)
        except OSError as error:
            log.warning("hello_not_sent", error=str(error))

    def keep_saying_hello(self) -> None:
        """From a thread of its own, so that it goes on while a run is on."""
        over = threading.Event()
        while not over.wait(contract.HEARTBEAT_S):
            self.hello()

    def get_fit(self) -> bool:
        """Look at store and walls, with growing pauses, until both are as they should be or it shall stop.

        It takes no job meanwhile, for this is the thread that takes them.
        """
        tries = self.fitness.relapses
        if tries > 1:  # it looked well before, and was not
            self.hello()
            if not _wait(pause_s(tries)):
                return False
        while not self.fitness.look_again():
            log.error("worker_unfit", reason=self.fitness.reason)
            self.hello()
            if not _wait(pause_s(tries)):
                return False
            tries += 1
        self.hello()
        return True

    def _try_walls(self) -> str:
        """Why no mode of sandbox holds here; empty where one does, which is used from now on."""
        card, hidden = self.boxes.gpu, _hidden(self.settings)
        self.boxes.close()
        try:
            self.boxes = selftest.best_boxes(self.settings.modes, gpu=card, hidden=hidden)
        except SandboxMissingError as error:
            return str(error)
        return ""

    def _outcome(self, job: GradeJob, events: EventStream) -> GradeReport | JobReturn:
        """The report of a job, or why it goes back. Whatever is wrong on our side is no verdict."""
        task = Task(job.attempt_id, job.seed)
        try:
            finished = grade(
                task,
                self.boxes,
                lambda: self._material(job),
                lambda found: self._files(job, found),
                events.tell,
            )
        except Exception as error:
            cause = self.fitness.cause_of(error)
            log.exception("job_returned", attempt_id=job.attempt_id, slug=job.slug, cause=str(cause))
            text = redacted(f"{type(error).__name__}: {error}")[:LONGEST_REASON]  # staff read it on a page
            self.fitness.returned(cause, text)
            return JobReturn(job.attempt_id, self.settings.name, cause, text)
        log.info("graded", attempt_id=job.attempt_id, slug=job.slug, verdict=str(finished.verdict))
        self.fitness.graded()
        return finished

    def _material(self, job: GradeJob) -> Material:
        store, cache = self.settings.store, self.settings.cache
        return material.from_store(store, job.slug, job.version, cache, job.held_out_key)

    def _files(self, job: GradeJob, found: Material) -> Mapping[str, bytes]:
        return fetch_files(self.settings.store, job.files, at_most=found.assignment.limits.upload_mib * MIB)

    def _stay_fit(self) -> None:
        """Get ready for the next job, or leave the queue until that is possible."""
        if self.boxes.unfit:
            log.error("worker_gives_up", reason=self.boxes.unfit)
            self.given_up = True
            state.should_stop = os.EX_OK  # once this job is acknowledged; Celery has no other way to say so
            return
        if self.fitness.reason:
            self.boxes.renew()
            if not self.get_fit():
                return
        try:
            self.boxes.warm()
        except (OSError, TemplateBrokenError) as error:  # the next run says what to do about it
            log.warning("box_not_warmed", problem=str(error))

    def _send_outcome(self, outcome: GradeReport | JobReturn, events: EventStream) -> None:
        """Events first, so that the log is whole when the report is read. Raises ConnectionError."""
        events.send_all()
        task = (
            contract.TASK_RECORD_REPORT if isinstance(outcome, GradeReport) else contract.TASK_RECORD_RETURN
        )
        self._send(task, outcome.to_message(), EVENT_RETRY)

    def _until_sent(self, send: Callable[[], None]) -> None:
        """Try as long as it takes: what came of a run must not be lost because the broker is away.

        Heartbeats go on beside it. Where the worker shall stop first, the job is given to another one later.
        """
        tries = 0
        while True:
            try:
                return send()
            except OSError as error:
                log.warning("outcome_not_sent", error=str(error), tries=tries)
            if not _wait(min(pause_s(tries), LONGEST_SENDING_PAUSE_S)):
                raise Reject("the broker is away", requeue=True)
            tries += 1

    def _send_events(self, batch: contract.EventBatch) -> None:
        self._send(contract.TASK_RECORD_EVENTS, batch.to_message(), EVENT_RETRY)

    def _send(self, task: str, message: Message, retry: Mapping[str, float]) -> None:
        """Hand a message to the broker. Raises ConnectionError when it cannot be reached."""
        try:
            self.app.send_task(task, args=[message], queue=contract.QUEUE_REPORTS, retry_policy=dict(retry))
        except OperationalError as error:
            raise ConnectionError(str(error)) from error


def _wait(seconds: float) -> bool:
    """Whether to go on after this long; false as soon as the program shall stop."""
    until = time.monotonic() + seconds
    while not _asked_to_stop():
        if time.monotonic() >= until:
            return True
        time.sleep(min(LOOK_S, seconds))
    return False


def _asked_to_stop() -> bool:
    """Whether Celery has been told to; what it notes is the status to exit with, and that may be 0."""
    return any(
        asked is not None and asked is not False for asked in (state.should_stop, state.should_terminate)
    )


def make_worker(settings: Settings) -> Worker:
    """A worker that can grade here. Raises SandboxMissingError where it cannot."""
    host.bubblewrap()
    card = gpu.claim(settings.device)
    leftovers.remove()
    settings.cache.mkdir(parents=True, exist_ok=True)
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
    signal.signal(signal.SIGTERM, _stop)  # until Celery has a handler of its own
    worker = make_worker(settings)
    try:
        _take_jobs(worker)
    finally:
        worker.hello(WorkerState.STOPPED)
        worker.boxes.close()
        if worker.given_up:
            sys.exit(os.EX_UNAVAILABLE)


def _stop(_number: int, _frame: FrameType | None) -> None:
    state.should_stop = os.EX_OK


def _take_jobs(worker: Worker) -> None:
    """From the queue, once store and disk are as they should be; the walls were tried already."""
    threading.Thread(target=worker.keep_saying_hello, name="hello", daemon=True).start()
    if (try_store(worker.settings.store) or try_disk(worker.settings.cache)) and not worker.get_fit():
        return
    worker.boxes.warm()
    worker.hello()
    log.info("worker_starts", name=worker.settings.name, queue=worker.queue, device=worker.boxes.device)
    worker.app.worker_main(
        [
            *("--quiet", "worker", "--pool", "solo", "--queues", worker.queue),
            *("--hostname", worker.settings.name, "--loglevel", "WARNING"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ]
    )
