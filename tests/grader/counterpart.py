"""The server's side: queue and blob server, and a real worker process beside them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from threading import Thread

from celery import Celery
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from kombu import Message, Queue
from werkzeug.serving import make_server

from assignments import archive
from grader import contract
from grader.contract import (
    BundleFile,
    EventBatch,
    GradeJob,
    GradeReport,
    JobReturn,
    WorkerHello,
    WorkerState,
)
from grader.draws import DEVELOPMENT_KEY
from grader.signing import new_signing_key, public_text, sign
from server.blobs.app import create_blob_app
from server.store.folder import FolderStore
from tests import servers

WORK = ("-m", "grader", "work")


KEY = new_signing_key()


@contextmanager
def blob_server(store: Path, keys: Sequence[Ed25519PublicKey] = (KEY.public_key(),)) -> Iterator[str]:
    """A real blob server for this store in a thread; yields its URL."""
    wsgi = make_server("127.0.0.1", 0, create_blob_app(FolderStore(store), keys), threaded=True)
    thread = Thread(target=wsgi.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{wsgi.port}"
    finally:
        wsgi.shutdown()
        thread.join()
        wsgi.server_close()


class Server:
    """The other side: puts jobs and blobs where the worker looks, and reads what it sends."""

    def __init__(self, broker_url: str, store: Path, queue: str) -> None:
        self._stack = ExitStack()
        self.blobs_url = self._stack.enter_context(blob_server(store))
        self.app = Celery("test", broker=broker_url, set_as_current=False)
        self.app.conf.update(contract.CELERY_SETTINGS)
        self.store = store
        self.queue = queue
        self.batches: list[EventBatch] = []
        self.hellos: list[WorkerHello] = []
        self.reports: list[GradeReport] = []
        self.returns: list[JobReturn] = []
        self.keep(contract.STORE_PROBE)

    def close(self) -> None:
        """Give everything back."""
        self._stack.close()
        self.app.close()

    def keep(self, data: bytes, path_of: Callable[[str], str] = contract.blob_path) -> str:
        """Put bytes into the store."""
        digest = sha256(data).hexdigest()
        path = self.store / path_of(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return digest

    def job(self, folder: Path, source: bytes, *, attempt_id: str = "attempt-1", seed: int = 3) -> GradeJob:
        """A job for one file of code."""
        file = BundleFile("submission.py", self.keep(source), len(source))
        version = self.keep(archive.pack(folder), contract.archive_path)
        return GradeJob(attempt_id, folder.name, version, (file,), seed, DEVELOPMENT_KEY)

    def send_job(self, job: GradeJob) -> None:
        """Put a job into the queue, signed as the server does."""
        self.send(sign(job, KEY).to_message())

    def send(self, message: object) -> None:
        """Put any message into the queue of jobs."""
        self.app.send_task(contract.TASK_GRADE, args=[message], queue=self.queue)

    def listen_until(self, condition: Callable[[], object], what: str, patience_s: float = 100) -> None:
        """Take messages as they come until the condition holds."""
        queue = Queue(contract.QUEUE_REPORTS, routing_key=contract.QUEUE_REPORTS)
        with (
            self.app.connection_for_read() as connection,
            connection.Consumer(queue, callbacks=[self._take]),
        ):
            deadline = time.monotonic() + patience_s
            while not condition():
                assert time.monotonic() < deadline, f"{what} did not come"
                with suppress(TimeoutError):
                    connection.drain_events(timeout=1)

    def _take(self, payload: list[object], message: Message) -> None:
        message.ack()
        body = payload[0][0]
        match message.headers["task"]:
            case contract.TASK_RECORD_EVENTS:
                self.batches.append(EventBatch.from_message(body))
            case contract.TASK_RECORD_WORKER:
                self.hellos.append(WorkerHello.from_message(body))
            case contract.TASK_RECORD_REPORT:
                self.reports.append(GradeReport.from_message(body))
            case contract.TASK_RECORD_RETURN:
                self.returns.append(JobReturn.from_message(body))

    def return_of(self, attempt_id: str, patience_s: float = 100) -> JobReturn:
        """How this attempt came back, once it has."""
        self.listen_until(
            lambda: any(one.attempt_id == attempt_id for one in self.returns), "a return", patience_s
        )
        return next(one for one in self.returns if one.attempt_id == attempt_id)

    def hello_in(self, state: WorkerState, patience_s: float = 100) -> WorkerHello:
        """The last hello, once it says this."""
        self.listen_until(
            lambda: self.hellos and self.hellos[-1].state is state, f"hello: {state}", patience_s
        )
        return self.hellos[-1]

    def wait_for_report(self, count: int = 1, patience_s: float = 100) -> GradeReport:
        """The last report, when there are this many."""
        self.listen_until(lambda: len(self.reports) >= count, "a report", patience_s)
        return self.reports[-1]

    def report_of(self, attempt_id: str, patience_s: float = 100) -> GradeReport:
        """The report of this attempt, once it has come."""
        self.listen_until(
            lambda: any(one.attempt_id == attempt_id for one in self.reports), "a report", patience_s
        )
        return next(one for one in self.reports if one.attempt_id == attempt_id)


@contextmanager
def worker(
    server: Server, broker: servers.RedisServer, home: Path, program: Sequence[str] = WORK, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m grader work`, or another program in its place; stopped when the block ends."""
    settings = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "HAZI_BROKER_URL": broker.broker_url,
        "HAZI_BLOBS_URL": server.blobs_url,
        "HAZI_VERIFYING_KEY": public_text(KEY),
        "HAZI_GRADER_NAME": "grader-1",
        "HAZI_GRADER_DEVICE": "cpu",
        "HAZI_GRADER_CACHE": str(home / "cache"),
    }
    log = home / "worker.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, *program], env=settings | environment, stdout=output, stderr=output
        )
    try:
        yield child
    finally:
        servers.end(child)
        sys.stdout.write(log.read_text())  # shown when the test fails
