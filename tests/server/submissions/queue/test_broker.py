"""Dispatcher and recorder as they run, on a real broker; a stand-in grader takes the jobs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import redis
from celery.contrib.testing.worker import start_worker
from sqlalchemy import select

from grader.contract import (
    QUEUE_CPU,
    QUEUE_REPORTS,
    TASK_RECORD_EVENTS,
    TASK_RECORD_REPORT,
    TASK_RECORD_WORKER,
    GradeJob,
    SignedJob,
)
from grader.signing import new_signing_key, verified
from server import logs
from server.broker import sender
from server.database import Database
from server.grading.models import State, Submission
from server.notifications import Hub, Notifier
from server.operations.run_folders import run_folder
from server.submissions.dispatcher import Dispatcher, attempt
from server.submissions.models import Worker
from server.submissions.queue.grader_records import record_worker
from server.submissions.queue.releasing import OVERDUE, release
from server.submissions.recorder import Recorder, recorder_app
from server.submissions.uploads.cleanup import Janitor
from server.submissions.uploads.resumable import UploadStorage
from server.submissions.uploads.spool import Spool
from tests import servers
from tests.logging_state import unchanged_logging
from tests.server.submissions.builders import (
    ZONE,
    a_batch,
    a_hello,
    a_report,
    a_submission,
    an_assignment,
    an_event,
    grading_of,
)
from tests.server.submissions.conftest import Course

KEY = new_signing_key()
KEYS = ("a key of the server",)
DEAD = "redis://127.0.0.1:1/0"  # nobody listens there


def now() -> datetime:
    return datetime.now(UTC)


class World:
    """The parts of a running server, without its processes."""

    def __init__(self, course: Course, broker_url: str) -> None:
        self.course, self.broker_url = course, broker_url
        self.notifier, self.celery = Notifier(broker_url), sender(broker_url)

    def dispatcher(self, broker_url: str = "", clock: Callable[[], datetime] = now) -> Dispatcher:
        celery = sender(broker_url) if broker_url else self.celery
        return Dispatcher(self.course.database, celery, self.notifier, ZONE, clock, key=KEY, secret_keys=KEYS)

    def hand_in(self, *, slots: int = 1) -> str:
        with self.course.database.write() as session:
            an_assignment(session, "open", due="2099-10-25T23:59:59")
            record_worker(session, a_hello(slots=slots), now())
            return a_submission(session, self.course.anna, slug="open", now=now()).id

    def state(self, submission_id: str) -> tuple[str, int]:
        with self.course.database.read() as session:
            grading = grading_of(session, session.get_one(Submission, submission_id))
            return grading.state, grading.attempt

    def job(self) -> GradeJob:
        """The next job in the broker, taken as a grader would."""
        with self.celery.connection_for_read() as connection, connection.SimpleQueue(QUEUE_CPU) as queue:
            message = queue.get(timeout=20)
            message.ack()
        [args, _options, _embed] = message.payload
        return verified(SignedJob.from_message(args[0]), [KEY.public_key()])

    def graders(self) -> set[str]:
        """The names of those that have said that they are there."""
        with self.course.database.read() as session:
            return set(session.scalars(select(Worker.name)))

    def waiting(self, queue: str) -> int:
        """How many messages a queue holds."""
        with self.celery.connection_for_read() as connection, connection.SimpleQueue(queue) as found:
            return int(found.qsize())

    def send(self, task: str, message: Any) -> None:  # noqa: ANN401
        """As graders do."""
        self.celery.send_task(task, args=[message], queue=QUEUE_REPORTS)


@pytest.fixture
def world(course: Course, redis_url: str) -> Iterator[World]:
    world = World(course, redis_url)
    with world.celery.connection_for_read() as connection:
        for name in (QUEUE_CPU, QUEUE_REPORTS):
            with connection.SimpleQueue(name) as queue:
                queue.clear()
    yield world
    world.notifier.close()
    world.celery.close()


@pytest.fixture
def recording(world: World) -> Iterator[None]:
    """The recorder's Celery worker, in a thread of this process."""
    with _recording(Recorder(world.course.database, world.notifier, now, secret_keys=KEYS), world.broker_url):
        yield


@contextmanager
def _recording(recorder: Recorder, broker_url: str) -> Iterator[None]:
    app = recorder_app(recorder, broker_url)
    options = {"pool": "solo", "queues": [QUEUE_REPORTS], "loglevel": "ERROR"}
    with start_worker(app, perform_ping_check=False, **options):
        yield
    app.close()


def test_job_reaches_the_broker_once(world: World):
    submission = world.hand_in()
    assert world.dispatcher().round() == 1
    assert world.dispatcher().round() == 0
    assert world.state(submission) == (State.RELEASED, 1)
    assert world.job().slug == "open"


@pytest.mark.slow
def test_dead_broker_loses_nothing(world: World):
    submission = world.hand_in()
    assert world.dispatcher(DEAD).round() == 0
    assert world.state(submission) == (State.WAITING, 0)
    assert world.dispatcher().round() == 1


def test_round_that_fails_is_not_the_end(world: World):
    def broken() -> datetime:
        raise RuntimeError("the clock stands still")

    assert not attempt(world.dispatcher(clock=broken).round, "round")
    assert attempt(world.dispatcher().round, "round")


def test_database_that_is_away_is_one_line_in_the_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Also where the clock of the database is all that is asked for."""
    away = Database(f"sqlite:///{tmp_path}/none/none.sqlite3")
    janitor = Janitor(UploadStorage(away, Spool(tmp_path)), away.now)
    with unchanged_logging():
        logs.configure()
        assert not attempt(janitor.look, "tidying")
    [line] = capsys.readouterr().err.splitlines()
    assert (json.loads(line)["event"], "exception" in line) == ("database", False)


@pytest.mark.slow
def test_lost_job_is_sent_again_and_stays_when_the_broker_is_gone_too(world: World):
    submission = world.hand_in()
    world.dispatcher().round()
    first = world.job()
    later = now() + OVERDUE + timedelta(seconds=1)
    with world.course.database.write() as session:
        record_worker(session, a_hello(), later)
    assert world.dispatcher(DEAD, clock=lambda: later).round() == 0
    assert world.state(submission) == (State.RELEASED, 1)
    assert world.dispatcher(clock=lambda: later).round() == 1
    assert world.job().attempt_id == first.attempt_id


def test_job_of_a_crashed_dispatcher_is_sent_by_the_next(world: World):
    submission = world.hand_in()
    before = now()
    with world.course.database.write() as session:
        [released] = release(session, ZONE, before)  # and then the power went off
    assert world.dispatcher(clock=lambda: before + timedelta(seconds=20)).round() == 1
    assert world.job().attempt_id == released.job.attempt_id
    assert world.state(submission) == (State.RELEASED, 1)


def test_report_that_nobody_understands_sends_its_run_back(world: World, recording: None):
    """A grader of another release: the run waits for one that fits, and staff read why."""
    submission = world.hand_in()
    world.dispatcher().round()
    attempt_id = world.job().attempt_id
    world.send(TASK_RECORD_REPORT, {"attempt_id": attempt_id, "verdict": "splendid"})
    servers.wait_until(lambda: world.state(submission)[0] == State.WAITING, "the return", 30)
    with world.course.database.read() as session:
        grading = grading_of(session, session.get_one(Submission, submission))
        assert (grading.return_cause, "same release" in (grading.return_text or "")) == ("fault", True)


def test_reports_find_their_way_into_the_database(world: World, recording: None):
    submission = world.hand_in()
    world.dispatcher().round()
    job = world.job()
    world.send(TASK_RECORD_EVENTS, a_batch(job.attempt_id, an_event(0)).to_message())
    servers.wait_until(lambda: world.state(submission)[0] == State.RUNNING, "the start of the run")
    for _ in range(2):
        world.send(TASK_RECORD_REPORT, a_report(job.attempt_id).to_message())
    servers.wait_until(lambda: world.state(submission)[0] == State.DONE, "the end of the run")


@pytest.mark.parametrize(
    "poison",
    [
        None,
        [],
        "text",
        {},
        {"attempt_id": 7},
        {"attempt_id": "x", "worker": "w", "events": [None]},
        {"attempt_id": "x", "worker": "w", "events": [{"seq": 0, "at": 0, "kind": "nonsense"}]},
        {"attempt_id": "x" * 100_000, "verdict": "scored"},
    ],
    ids=lambda poison: str(poison)[:20],
)
def test_poison_is_dropped_and_the_next_message_counts(world: World, recording: None, poison: object):
    submission = world.hand_in()
    world.dispatcher().round()
    job = world.job()
    for task in (TASK_RECORD_EVENTS, TASK_RECORD_REPORT, TASK_RECORD_WORKER):
        world.send(task, poison)
    world.send(TASK_RECORD_REPORT, a_report(job.attempt_id).to_message())
    servers.wait_until(lambda: world.state(submission)[0] == State.DONE, "the end of the run")


@pytest.mark.timeout(180)
def test_recorder_goes_on_after_redis_died_in_the_middle_of_a_message(
    course: Course, caplog: pytest.LogCaptureFixture
):
    """What was at hand cannot be acknowledged; the recorder asks for the next message all the same."""
    writing, killed = Event(), Event()

    def clock() -> datetime:
        writing.set()
        killed.wait(60)
        return now()

    with run_folder("redis") as folder, ExitStack() as broker:
        first = broker.enter_context(servers.redis_on(folder))
        world = World(course, first.broker_url)
        recorder = Recorder(course.database, world.notifier, clock, secret_keys=KEYS)
        with _recording(recorder, first.broker_url):
            world.send(TASK_RECORD_WORKER, a_hello("first").to_message())
            assert writing.wait(60)
            os.kill(first.pid, signal.SIGKILL)
            servers.wait_until(lambda: _is_away(first), "the end of Redis")
            killed.set()
            servers.wait_until(lambda: "Couldn't ack" in caplog.text, "the message that is not acknowledged")
            broker.enter_context(servers.redis_on(folder))
            world.send(TASK_RECORD_WORKER, a_hello("second").to_message())
            servers.wait_until(lambda: world.graders() == {"first", "second"}, "the second message")


def _is_away(server: servers.RedisServer) -> bool:
    with redis.Redis.from_url(server.url) as client:
        try:
            client.ping()
        except redis.ConnectionError:
            return True
    return False


def test_notifications_outlive_whatever_happens_to_them(world: World, monkeypatch: pytest.MonkeyPatch):
    hub, hear, failures = Hub(world.broker_url), Hub._receive, [RuntimeError("anything")]

    def fail_once(self: Hub) -> None:
        if failures:
            self.connected = True
            raise failures.pop()
        hear(self)

    monkeypatch.setattr(Hub, "_receive", fail_once)
    with hub.subscribe("topic") as subscription:
        servers.wait_until(lambda: not failures and hub.connected, "the second subscription")
        subscription.wait(5)
        world.notifier.notify("topic")
        assert subscription.wait(20)
    hub.close()


RECORD = """
import sys
from server.database import Database
from server.submissions.recorder import run_recorder
from server.web import utc_now
database = Database("postgresql+psycopg://hazi@127.0.0.1:1/hazi")
run_recorder(database, sys.argv[1], utc_now, secret_keys=("key",))
"""


STOP = """
import os, signal, time
from server.notifications import Hub
from server.operations.run_folders import run_folder
from server.submissions.models import Worker
from server.submissions.dispatcher import _stop_on_signal
hub = Hub("redis://127.0.0.1:1/0")
_stop_on_signal(hub)
with hub._lock:  # as in the middle of beginning to listen
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(0.2)
print(hub.wait_for_end(20))
"""


def test_dispatcher_stops_whatever_it_is_told_in_the_middle_of():
    done = subprocess.run(
        [sys.executable, "-c", STOP], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "True\n"


@pytest.mark.slow
def test_recorder_can_be_stopped_while_the_database_is_away(world: World):
    world.send(TASK_RECORD_EVENTS, a_batch("any", an_event(0)).to_message())
    command = [sys.executable, "-c", RECORD, world.broker_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as recorder:
        assert recorder.stdout is not None
        try:
            assert any("refused" in line for line in recorder.stdout)
            recorder.send_signal(signal.SIGTERM)
            assert recorder.wait(60) == 0
        finally:
            recorder.kill()
    assert world.waiting(QUEUE_REPORTS) == 1


def test_settings_reach_the_connection(world: World):
    with world.celery.connection_for_read() as connection:
        told = connection.default_channel.client.connection_pool.connection_kwargs
    assert told["health_check_interval"] == 15
    if "path" in told:  # a socket in the file system needs no more
        assert "socket_keepalive" not in told
    else:
        assert told["socket_keepalive"] is True


def test_page_is_rung_when_something_happens(world: World, recording: None):
    submission = world.hand_in()
    world.dispatcher().round()
    job = world.job()
    hub = Hub(world.broker_url)
    with hub.subscribe(submission) as subscription:
        servers.wait_until(lambda: hub.connected, "the subscription")
        subscription.wait(20)
        world.send(TASK_RECORD_EVENTS, a_batch(job.attempt_id, an_event(0)).to_message())
        assert subscription.wait(20)
    hub.close()
