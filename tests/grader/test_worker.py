from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader import contract
from grader.contract import BundleFile, EventKind, Verdict
from tests import servers
from tests.grader import blobs
from tests.grader.counterpart import Server, worker


@pytest.fixture(scope="module")
def broker() -> Iterator[servers.RedisServer]:
    """A Redis of its own: the queue of reports has one reader."""
    with servers.redis_server() as server:
        yield server


@pytest.fixture(scope="module")
def server(broker: servers.RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(broker.broker_url, tmp_path_factory.mktemp("store"), contract.QUEUE_CPU)
    yield server
    server.app.close()


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
    server.send(job.to_message())
    report = server.report_of("first")
    assert (report.verdict, report.seed) == (Verdict.SCORED, 3)
    assert report.public is not None
    assert report.public.points == 10
    assert server.hellos[0].name == "grader-1"
    assert server.hellos[0].queue == contract.QUEUE_CPU


@pytest.mark.usefixtures("at_work")
def test_events_arrive_in_order_before_the_report(server: Server, tmp_path: Path):
    job = server.job(blobs.write_assignment(tmp_path), blobs.HONEST.encode(), attempt_id="events")
    server.send(job.to_message())
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
    for nonsense in (None, 7, [], {"attempt_id": 1}, job.to_message() | {"files": ["x"]}):
        server.send(nonsense)
    server.send(job.to_message())
    assert server.report_of("sound").verdict is Verdict.SCORED
    assert at_work.poll() is None
    assert len(server.reports) == before + 1


@pytest.mark.usefixtures("at_work")
def test_missing_blob_is_our_error(server: Server, tmp_path: Path):
    job = server.job(blobs.write_assignment(tmp_path), blobs.HONEST.encode(), attempt_id="lost")
    lost = replace(job, files=(BundleFile("submission.py", "0" * 64, 10),))
    server.send(lost.to_message())
    report = server.report_of("lost")
    assert report.verdict is Verdict.GRADER_ERROR
    assert report.verdict in contract.UNCHARGED


def test_worker_refuses_secrets_of_the_server(server: Server, broker: servers.RedisServer, tmp_path: Path):
    with worker(server, broker, tmp_path, HAZI_DATABASE_URL="postgresql://") as child:
        assert child.wait(60) != 0
    assert "HAZI_DATABASE_URL" in (tmp_path / "worker.log").read_text()


def test_killed_worker_leaves_no_student_process(tmp_path: Path):
    sleeper = blobs.code(train="os.write(1, b'asleep\\n'); time.sleep(600)")
    with servers.redis_server() as broker:
        server = Server(broker.broker_url, tmp_path / "store", contract.QUEUE_CPU)
        job = server.job(blobs.write_assignment(tmp_path, wall="600s"), sleeper)
        with worker(server, broker, tmp_path) as child:
            server.send(job.to_message())
            server.listen_until(lambda: _heard(server, "asleep"), "sleep")
            family = _descendants(child.pid)
            child.kill()
            child.wait()
            servers.wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family), "their end")
        server.app.close()
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
from grader.sandbox import spare
from grader import settings
from grader.worker import work
def unfit(boxes): boxes.unfit = "GPU 0 is not as it was before the run"
spare.Boxes._look_at_gpu = unfit
work(settings.read())
"""


@pytest.mark.slow
def test_worker_with_a_sick_card_reports_and_goes(broker: servers.RedisServer, tmp_path: Path):
    """The report is right; whoever comes next must not meet that card."""
    server = Server(broker.broker_url, tmp_path / "store", "grade.sick")
    folder = blobs.write_assignment(tmp_path)
    for attempt in ("seen", "unseen"):
        server.send(server.job(folder, blobs.HONEST.encode(), attempt_id=attempt).to_message())
    with worker(server, broker, tmp_path, ["-c", UNFIT], HAZI_GRADER_QUEUE=server.queue) as child:
        assert server.report_of("seen").verdict is Verdict.SCORED
        assert child.wait(timeout=60) == os.EX_UNAVAILABLE
    with server.app.connection_for_read() as connection:
        left = connection.SimpleQueue(server.queue).get(timeout=10)
    assert left.payload[0][0]["attempt_id"] == "unseen"
    server.app.close()
