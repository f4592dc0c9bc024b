from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
import redis

from grader import contract
from grader.contract import BundleFile, EventKind, ReturnCause, SignedJob, Verdict, WorkerState
from grader.signing import new_signing_key, sign
from tests import servers
from tests.grader import blobs
from tests.grader.counterpart import KEY, Server, blob_server, worker


@pytest.fixture(scope="module")
def broker() -> Iterator[servers.RedisServer]:
    """A Redis of its own: the queue of reports has one reader."""
    with servers.redis_server() as server:
        yield server


@pytest.fixture(scope="module")
def server(broker: servers.RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with closing(Server(broker.broker_url, tmp_path_factory.mktemp("store"), contract.QUEUE_CPU)) as server:
        yield server


@pytest.fixture(scope="module")
def at_work(
    server: Server, broker: servers.RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[subprocess.Popen[bytes]]:
    """One worker for all tests that leave it alive."""
    with worker(server, broker, tmp_path_factory.mktemp("worker")) as child:
        yield child


@pytest.mark.usefixtures("at_work")
def test_job_goes_in_and_report_comes_out(server: Server, tmp_path: Path):
    job = server.job(blobs.write_assignment(tmp_path), blobs.HONEST.encode(), attempt_id="first")
    server.send_job(job)
    report = server.report_of("first")
    assert (report.verdict, report.seed) == (Verdict.SCORED, 3)
    assert report.public is not None
    assert report.public.points == 10
    assert server.hellos[0].name == "grader-1"
    assert server.hellos[0].queue == contract.QUEUE_CPU


@pytest.mark.usefixtures("at_work")
def test_events_arrive_in_order_before_the_report(server: Server, tmp_path: Path):
    job = server.job(blobs.write_assignment(tmp_path), blobs.HONEST.encode(), attempt_id="events")
    server.send_job(job)
    server.report_of("events")
    events = [event for batch in server.batches if batch.attempt_id == "events" for event in batch.events]
    assert [event.seq for event in events] == list(range(len(events)))
    assert events[0].kind is EventKind.STARTED
    phases = [event.text for event in events if event.kind is EventKind.PHASE]
    assert phases == ["fetch", "unpack", "start", "train", "predict", "score"]
    assert [event.values for event in events if event.kind is EventKind.POINT] == [{"epoch": 1, "loss": 0.5}]
    assert "learned 3 centres" in "".join(event.text for event in events)


def test_what_is_no_job_is_dropped(server: Server, at_work: subprocess.Popen[bytes], tmp_path: Path):
    job = server.job(blobs.write_assignment(tmp_path), blobs.HONEST.encode(), attempt_id="sound")
    before = len(server.reports)
    for nonsense in (None, 7, [], {"attempt_id": 1}):
        server.send(nonsense)
    server.send(job.to_message() | {"files": ["x"], "attempt_id": "not signed"})
    server.send_job(job)
    assert server.report_of("sound").verdict is Verdict.SCORED
    assert at_work.poll() is None
    assert len(server.reports) == before + 1
    assert server.return_of("not signed").cause is ReturnCause.FAULT


@pytest.mark.slow
def test_jobs_that_are_signed_with_another_key_come_back_and_the_worker_says_why(
    alone: Server, own_broker: servers.RedisServer, tmp_path: Path
):
    """It must not swallow what others could grade."""
    job = alone.job(blobs.write_assignment(tmp_path), blobs.HONEST.encode())
    with worker(alone, own_broker, tmp_path):
        for attempt in ("first", "second"):
            forged = sign(replace(job, attempt_id=attempt), new_signing_key())
            alone.send(forged.to_message())
            assert alone.return_of(attempt).cause is ReturnCause.FAULT
        assert "HAZI_VERIFYING_KEY" in alone.hello_in(WorkerState.UNFIT).reason
        alone.send_job(job)
        assert alone.report_of("attempt-1").verdict is Verdict.SCORED


@pytest.mark.slow
def test_job_of_another_release_comes_back_unread(
    alone: Server, own_broker: servers.RedisServer, tmp_path: Path
):
    """As in the middle of an upgrade: what its words mean is known to the next release alone."""
    body = '{"attempt_id": "newer", "notebook": {}}'
    signature = KEY.sign(contract.signed_bytes("0123456789abcdef", body)).hex()
    with worker(alone, own_broker, tmp_path):
        alone.send(SignedJob("newer", "0123456789abcdef", body, signature).to_message())
        assert alone.return_of("newer").cause is ReturnCause.RELEASE
        assert "another release" in alone.hello_in(WorkerState.UNFIT).reason


@pytest.mark.usefixtures("at_work")
def test_job_whose_blob_is_missing_comes_back(server: Server, tmp_path: Path):
    """The store is there and the worker is fine: it goes on with other jobs."""
    job = server.job(blobs.write_assignment(tmp_path), blobs.HONEST.encode(), attempt_id="lost")
    lost = replace(job, files=(BundleFile("submission.py", "0" * 64, 10),))
    server.send_job(lost)
    server.send_job(replace(job, attempt_id="beside"))
    assert server.return_of("lost").cause is ReturnCause.BLOB
    assert server.report_of("beside").verdict is Verdict.SCORED
    assert not any(one.attempt_id == "lost" for one in server.reports)


@pytest.mark.usefixtures("at_work")
def test_job_of_a_broken_assignment_comes_back(server: Server, tmp_path: Path):
    folder = blobs.write_assignment(tmp_path)
    (folder / "data.py").write_text("def load(): return open('/missing')")
    server.send_job(server.job(folder, blobs.HONEST.encode(), attempt_id="broken"))
    returned = server.return_of("broken")
    assert returned.cause is ReturnCause.ASSIGNMENT
    assert "/missing" in returned.text


@pytest.mark.usefixtures("at_work")
def test_run_that_yields_comes_back_when_another_job_waits(server: Server, tmp_path: Path):
    """The worker goes on with the other one, and is as fit as before."""
    endless = blobs.code(train="os.write(1, b'endless\\n'); time.sleep(600)")
    folder = blobs.write_assignment(tmp_path, wall="600s")
    patient = replace(server.job(folder, endless, attempt_id="patient"), yields=True)
    server.send_job(patient)
    server.listen_until(lambda: _heard(server, "endless"), "the patient run")
    server.send_job(server.job(folder, blobs.HONEST.encode(), attempt_id="urgent"))
    assert server.return_of("patient").cause is ReturnCause.YIELDED
    assert server.report_of("urgent").verdict is Verdict.SCORED
    assert server.hellos[-1].state is WorkerState.READY


@pytest.mark.usefixtures("at_work")
def test_run_that_yields_ends_well_where_nothing_waits(server: Server, tmp_path: Path):
    job = server.job(blobs.write_assignment(tmp_path), blobs.HONEST.encode(), attempt_id="undisturbed")
    server.send_job(replace(job, yields=True))
    assert server.report_of("undisturbed").verdict is Verdict.SCORED


@pytest.mark.usefixtures("at_work")
def test_job_whose_packages_are_missing_waits_for_another_worker(server: Server, tmp_path: Path):
    folder = blobs.write_assignment(tmp_path)
    toml = folder / "assignment.toml"
    toml.write_text(toml.read_text() + '\n[environment]\npackages = ["nothing-of-the-kind"]\n')
    server.send_job(server.job(folder, blobs.HONEST.encode(), attempt_id="elsewhere"))
    returned = server.return_of("elsewhere")
    assert returned.cause is ReturnCause.PACKAGES
    assert "nothing-of-the-kind" in returned.text
    assert server.hellos[-1].state is WorkerState.READY


@pytest.mark.slow
def test_worker_refuses_secrets_of_the_server(server: Server, broker: servers.RedisServer, tmp_path: Path):
    with worker(server, broker, tmp_path, HAZI_DATABASE_URL="postgresql://") as child:
        assert child.wait(60) != 0
    assert "HAZI_DATABASE_URL" in (tmp_path / "worker.log").read_text()


@pytest.mark.slow
def test_killed_worker_leaves_no_student_process(tmp_path: Path):
    sleeper = blobs.code(train="os.write(1, b'asleep\\n'); time.sleep(600)")
    with (
        servers.redis_server() as broker,
        closing(Server(broker.broker_url, tmp_path / "store", contract.QUEUE_CPU)) as server,
    ):
        job = server.job(blobs.write_assignment(tmp_path, wall="600s"), sleeper)
        with worker(server, broker, tmp_path) as child:
            server.send_job(job)
            server.listen_until(lambda: _heard(server, "asleep"), "sleep")
            family = _descendants(child.pid)
            child.kill()
            child.wait()
            servers.wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family), "their end")
    assert len(family) >= 2


def _heard(server: Server, text: str) -> bool:
    return any(text in event.text for batch in server.batches for event in batch.events)


def _descendants(pid: int) -> list[int]:
    children = [
        int(child)
        for thread in Path(f"/proc/{pid}/task").iterdir()
        for child in (thread / "children").read_text().split()
    ]
    return children + [grandchild for child in children for grandchild in _descendants(child)]


UNFIT = """
from grader.sandbox import pool
from grader import settings
from grader.worker import work
def unfit(boxes): boxes.unfit = "GPU 0 is not as it was before the run"
pool.Boxes._look_at_gpu = unfit
work(settings.read())
"""


@pytest.mark.slow
def test_worker_with_a_sick_card_reports_and_goes(broker: servers.RedisServer, tmp_path: Path):
    """The report is right; whoever comes next must not meet that card."""
    folder = blobs.write_assignment(tmp_path)
    with closing(Server(broker.broker_url, tmp_path / "store", "grade.sick")) as server:
        for attempt in ("seen", "unseen"):
            server.send_job(server.job(folder, blobs.HONEST.encode(), attempt_id=attempt))
        with worker(server, broker, tmp_path, ["-c", UNFIT], HAZI_GRADER_QUEUE=server.queue) as child:
            assert server.report_of("seen").verdict is Verdict.SCORED
            assert child.wait(timeout=60) == os.EX_UNAVAILABLE
        with server.app.connection_for_read() as connection:
            left = connection.SimpleQueue(server.queue).get(timeout=10)
    assert "unseen" in left.payload[0][0]["body"]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def own_broker() -> Iterator[servers.RedisServer]:
    """A Redis for one test, so that no other worker's words are heard."""
    with servers.redis_server() as server:
        yield server


@pytest.fixture
def alone(own_broker: servers.RedisServer, store: Path) -> Iterator[Server]:
    with closing(Server(own_broker.broker_url, store, contract.QUEUE_CPU)) as server:
        yield server


@pytest.mark.slow
def test_worker_with_an_empty_store_takes_no_job(
    alone: Server, own_broker: servers.RedisServer, tmp_path: Path
):
    empty = tmp_path / "empty"
    empty.mkdir()
    alone.send_job(alone.job(blobs.write_assignment(tmp_path), blobs.HONEST.encode()))
    with blob_server(empty) as url, worker(alone, own_broker, tmp_path, HAZI_BLOBS_URL=url):
        hello = alone.hello_in(WorkerState.UNFIT)
        assert "HAZI_BLOBS_URL must lead to the server's blob server" in hello.reason
        probe = empty / contract.blob_path(sha256(contract.STORE_PROBE).hexdigest())
        assert (alone.batches, alone.reports, alone.returns) == ([], [], [])
        probe.parent.mkdir(parents=True)
        probe.write_bytes(contract.STORE_PROBE)
        assert alone.hello_in(WorkerState.READY).reason == ""
        assert alone.return_of("attempt-1").cause is ReturnCause.BLOB


@pytest.mark.slow
def test_store_that_is_away_hands_the_run_back_until_it_is_there(
    alone: Server, own_broker: servers.RedisServer, store: Path, tmp_path: Path
):
    first = alone.job(blobs.write_assignment(tmp_path), blobs.HONEST.encode(), attempt_id="first")
    with worker(alone, own_broker, tmp_path):
        alone.hello_in(WorkerState.READY)
        store.rename(tmp_path / "away")
        alone.send_job(first)
        assert alone.return_of("first").cause is ReturnCause.STORE
        alone.send_job(replace(first, attempt_id="second"))
        assert "the blob server answers 503" in alone.hello_in(WorkerState.UNFIT).reason
        (tmp_path / "away").rename(store)
        assert alone.report_of("second").verdict is Verdict.SCORED
    assert [one.attempt_id for one in alone.returns] == ["first"]


@pytest.mark.slow
def test_stopped_worker_signs_off(alone: Server, own_broker: servers.RedisServer, tmp_path: Path):
    with worker(alone, own_broker, tmp_path) as child:
        alone.hello_in(WorkerState.READY)
        child.terminate()
        assert child.wait(timeout=60) == 0
    alone.hello_in(WorkerState.STOPPED)


@pytest.mark.slow
def test_unfit_worker_stops_when_told(alone: Server, own_broker: servers.RedisServer, tmp_path: Path):
    with worker(alone, own_broker, tmp_path, HAZI_BLOBS_URL="http://127.0.0.1:1") as child:
        alone.hello_in(WorkerState.UNFIT)
        child.terminate()
        assert child.wait(timeout=60) == 0
    alone.hello_in(WorkerState.STOPPED)


@pytest.mark.slow
def test_report_waits_for_the_broker(tmp_path: Path):
    """The broker dies while a run is on, and comes back a while after it has ended."""
    slow = blobs.code(train="os.write(1, b'begun\\n'); time.sleep(3)")
    with (
        servers.redis_server() as broker,
        closing(Server(broker.broker_url, tmp_path / "store", contract.QUEUE_CPU)) as server,
    ):
        job = server.job(blobs.write_assignment(tmp_path), slow)
        with worker(server, broker, tmp_path):
            server.send_job(job)
            server.listen_until(lambda: _heard(server, "begun"), "the run")
            with nobody_reaches(broker):
                log = tmp_path / "worker.log"
                servers.wait_until(lambda: "outcome_not_sent" in log.read_text(), "an attempt to send", 60)
            assert server.report_of("attempt-1").verdict is Verdict.SCORED


@contextmanager
def nobody_reaches(broker: servers.RedisServer) -> Iterator[None]:
    """All connections break, and no new one can be made, until the block ends."""
    path = broker.folder / "redis.sock"
    with redis.Redis.from_url(broker.url) as client:
        client.ping()
        path.rename(path.with_suffix(".away"))
        client.client_kill_filter(_type="normal", skipme=True)
        yield
        path.with_suffix(".away").rename(path)


BOXES_FAIL = """
import sys
from grader import run, settings
from grader.run import BoxNotReadyError, Run
from grader.sandbox import selftest
from grader.worker import work
tried = []
def never(self):
    tried.append(self)
    print("box", len(tried), flush=True)
    if len(tried) <= 4: raise BoxNotReadyError("the sandbox did not start")
    return ready(self)
ready = Run._wait_until_ready
Run._wait_until_ready = never
trials = selftest.try_walls
def counted(*args): print("selftest", flush=True); return trials(*args)
selftest.try_walls = counted
work(settings.read())
"""


@pytest.mark.slow
def test_two_boxes_that_do_not_open_send_the_worker_out_of_the_queue(
    alone: Server, own_broker: servers.RedisServer, tmp_path: Path
):
    """Each run is tried in two boxes; after the second run the walls are tried anew before it takes a job."""
    job = alone.job(blobs.write_assignment(tmp_path), blobs.HONEST.encode())
    for attempt in ("first", "second", "third"):
        alone.send_job(replace(job, attempt_id=attempt))
    with worker(alone, own_broker, tmp_path, ["-c", BOXES_FAIL]):
        assert alone.return_of("first").cause is ReturnCause.BOX
        assert alone.return_of("second").cause is ReturnCause.BOX
        assert alone.report_of("third").verdict is Verdict.SCORED
    lines = [
        line
        for line in (tmp_path / "worker.log").read_text().splitlines()
        if line.startswith(("box", "self"))
    ]
    assert lines == ["selftest", "box 1", "box 2", "box 3", "box 4", "selftest", "box 5"]
