"""The Celery app of a grader and its one task: a job in, events and one report out."""

from __future__ import annotations

import os
import secrets
import signal
import sys
import threading
import warnings
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from types import FrameType
from typing import Any

import structlog
from celery import Celery
from celery.exceptions import SecurityWarning
from celery.worker import state

from grader import contract, material, report
from grader.broker import broker_app
from grader.contract import (
    EventKind,
    GradeJob,
    GradeReport,
    JobReturn,
    MalformedMessageError,
    Message,
    ReturnCause,
    SignedJob,
    WorkerHello,
    WorkerState,
)
from grader.crashes import Crashes
from grader.events import EventStream
from grader.fetch import BlobServer
from grader.fitness import LONGEST_REASON, Fitness, pause_s, try_disk
from grader.grade import Task, grade
from grader.logs import redacted
from grader.material import Material
from grader.practice.trial import trial_of
from grader.sandbox import gpu, host, leftovers, selftest
from grader.sandbox.box import BoxYieldedError
from grader.sandbox.host import SandboxMissingError
from grader.sandbox.pool import Boxes
from grader.sandbox.template import TemplateBrokenError
from grader.sender import Sender, asked_to_stop, wait
from grader.settings import Settings
from grader.signing import ForgedJobError, OtherReleaseError, verified
from grader.yielding import looking_for_jobs

MIB = 2**20
UNREAD: Mapping[type[Exception], str] = {
    ForgedJobError: "its jobs are not signed with the key that HAZI_VERIFYING_KEY is the public half of",
    OtherReleaseError: "the server's jobs are of another release: install the server's release there",
}

log = structlog.get_logger()


@dataclass(slots=True)
class Worker:
    """One process, one slot: what it grades with, and how it speaks to the server."""

    settings: Settings
    app: Celery
    boxes: Boxes
    queue: str  # where its jobs come from
    blobs: BlobServer = field(init=False)
    fitness: Fitness = field(init=False)
    crashes: Crashes = field(init=False)
    sender: Sender = field(init=False)
    process: str = field(default_factory=lambda: secrets.token_hex(16))
    given_up: bool = False  # on its card

    def __post_init__(self) -> None:
        """What it looks at before it takes jobs."""
        self.blobs = BlobServer(self.settings.blobs_url, self.settings.verifying_keys)
        self.sender = Sender(self.app, self.settings.name)
        self.crashes = Crashes(self.settings.cache / f"{self.settings.name}.runs")
        self.fitness = Fitness(self.blobs.problem, (lambda: try_disk(self.settings.cache), self._try_walls))

    def grade(self, message: Message) -> None:
        """The task: grade a job, send its report. A message that is no job goes back, where it has an id."""
        try:
            signed = SignedJob.from_message(message)
            job = verified(signed, self.settings.verifying_keys)
        except (ForgedJobError, OtherReleaseError, MalformedMessageError, AttributeError) as error:
            self._return_unread(message, error)
            return
        with EventStream(job.attempt_id, self.settings.name, self.sender.send_events, self.process) as events:
            events.tell(EventKind.STARTED, self.settings.name)
            with self.crashes.watched():
                outcome = self._outcome(signed, job, events)
            self.sender.until_sent(lambda: self._send_all(outcome, events))
        self._stay_fit()

    def hello(self, state: WorkerState | None = None) -> None:
        """Say that this worker is alive, and whether it takes jobs."""
        reason = redacted(self.boxes.unfit or self.fitness.reason)
        known = WorkerState.UNFIT if reason else WorkerState.READY
        if asked_to_stop():
            known = WorkerState.STOPPED  # a run may still be under way; nothing more is taken
        hello = WorkerHello(
            name=self.settings.name,
            queue=self.queue,
            slots=1,
            versions=report.versions(),
            process=self.process,
            state=state or known,
            reason=reason,
            release=contract.RELEASE,
        )
        try:
            self.sender.send(contract.TASK_RECORD_WORKER, hello.to_message())
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
            if not wait(pause_s(tries)):
                return False
        while not self.fitness.look_again():
            log.error("worker_unfit", reason=self.fitness.reason)
            self.hello()
            if not wait(pause_s(tries)):
                return False
            tries += 1
        self.hello()
        return True

    def _try_walls(self) -> str:
        """Why no mode of sandbox holds here; empty where one does, which is used from now on."""
        claimed, hidden = self.boxes.gpu, _hidden(self.settings)
        self.boxes.close()
        try:
            self.boxes = selftest.best_boxes(self.settings.modes, gpu=claimed, hidden=hidden)
        except SandboxMissingError as error:
            return str(error)
        return ""

    def _outcome(self, signed: SignedJob, job: GradeJob, events: EventStream) -> GradeReport | JobReturn:
        """The report of a job, or why it goes back. Whatever is wrong on our side is no verdict."""
        try:
            finished = self._graded(signed, job, events)
        except BoxYieldedError:
            log.info("yielded", attempt_id=job.attempt_id, slug=job.slug)
            return JobReturn(job.attempt_id, self.settings.name, ReturnCause.YIELDED, "")
        except Exception as error:
            cause = self.fitness.cause_of(error)
            log.exception("job_returned", attempt_id=job.attempt_id, slug=job.slug, cause=str(cause))
            text = redacted(f"{type(error).__name__}: {error}")[:LONGEST_REASON]  # staff read it on a page
            self.fitness.returned(cause, text)
            return JobReturn(job.attempt_id, self.settings.name, cause, text)
        log.info("graded", attempt_id=job.attempt_id, slug=job.slug, verdict=str(finished.verdict))
        self.fitness.graded()
        return finished

    def _graded(self, signed: SignedJob, job: GradeJob, events: EventStream) -> GradeReport:
        given_up = self.boxes.given_up
        with looking_for_jobs(self.app, self.queue, given_up) if job.yields else nullcontext():
            return grade(
                Task(job.attempt_id, job.seed),
                self.boxes,
                lambda: self._material(signed, job),
                lambda found: self._files(signed, job, found),
                events.tell,
            )

    def _material(self, signed: SignedJob, job: GradeJob) -> Material:
        found = material.from_job(job, partial(self.blobs.archive, signed), self.settings.cache)
        return trial_of(found) if job.trial else found

    def _files(self, signed: SignedJob, job: GradeJob, found: Material) -> Mapping[str, bytes]:
        return self.blobs.files(signed, job.files, found.assignment.limits.upload_mib * MIB)

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

    def _return_unread(self, message: object, error: Exception) -> None:
        """What is no job here waits for a grader that can read it, as during an upgrade; staff see why.

        With a key that does not fit nothing could be read at all: so this says something about the worker.
        """
        log.warning("job_not_read", problem=f"{type(error).__name__}: {error}")
        attempt_id = message.get("attempt_id") if isinstance(message, dict) else None
        if not isinstance(attempt_id, str):
            return
        cause = ReturnCause.RELEASE if isinstance(error, OtherReleaseError) else ReturnCause.FAULT
        text = redacted(UNREAD.get(type(error), f"no job of this release: {error}"))[:LONGEST_REASON]
        returned = JobReturn(attempt_id, self.settings.name, cause, text)
        self.sender.until_sent(lambda: self.sender.send_outcome(returned))
        self.fitness.returned(cause, text)
        if self.fitness.reason:  # which no look would find
            self.hello()
            wait(pause_s(self.fitness.relapses))
        self._stay_fit()

    def _send_all(self, outcome: GradeReport | JobReturn, events: EventStream) -> None:
        """Events first, so that the log is whole when the report is read. Raises ConnectionError."""
        events.send_all()
        self.sender.send_outcome(outcome)


def make_worker(settings: Settings) -> Worker:
    """A worker that can grade here. Raises SandboxMissingError where it cannot."""
    host.bubblewrap()
    claimed = gpu.claim(settings.device)
    leftovers.remove()
    settings.cache.mkdir(parents=True, exist_ok=True)
    boxes = selftest.best_boxes(settings.modes, gpu=claimed, hidden=_hidden(settings))
    queue = settings.queue or (contract.QUEUE_GPU if boxes.gpu else contract.QUEUE_CPU)
    app = broker_app(settings.broker_url, queue)
    worker = Worker(settings, app, boxes, queue)

    def task(message: Any) -> None:  # noqa: ANN401 - whatever lies in the queue
        worker.grade(message)

    app.task(task, name=contract.TASK_GRADE)
    return worker


def _hidden(settings: Settings) -> list[str]:
    """What lies on this machine for the worker alone."""
    return [str(settings.cache)]


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
    worker.fitness.after_crashes(worker.crashes.in_a_row())
    sick = worker.fitness.reason or worker.blobs.problem() or try_disk(worker.settings.cache)
    if sick and not worker.get_fit():
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
