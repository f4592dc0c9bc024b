"""Live pages over a real connection: events arrive, a dropped stream goes on, and streams end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Thread
from typing import Any

import httpx
import pytest
from flask import Flask
from werkzeug.serving import make_server

from grader.contract import EventKind
from server import create_app
from server.accounts.access import deactivate
from server.config import Config
from server.grading.models import Submission
from server.notifications import STREAMS_EACH
from server.submissions.queue.grader_records import record_worker
from server.submissions.queue.recording import record_events, record_report
from server.submissions.queue.releasing import release
from server.web import services
from tests.sampling import few
from tests.server.builders import COURSE, NOON, PASSWORD, a_person
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

EVENT_STREAM = {"Accept": "text/event-stream"}


@dataclass(frozen=True, slots=True)
class Said:
    """One event of a stream."""

    kind: str
    data: dict[str, Any]
    id: str


@pytest.fixture(params=few(["with redis", "without redis"], 1))
def live_app(request: pytest.FixtureRequest, config: Config) -> Iterator[Flask]:
    """The application with notifications, and where it has to look by itself."""
    if request.param == "with redis":
        config = replace(config, broker_url=request.getfixturevalue("redis_url"))
    app = create_app(config, clock=lambda: NOON)
    yield app
    services(app).close()


@pytest.fixture
def client(live_app: Flask) -> Iterator[httpx.Client]:
    """ABC123's program, over a real connection."""
    with services(live_app).database.write() as session:
        an_assignment(session)
        a_person(session, "ABC123", password=PASSWORD)
        a_person(session, "XYZ789", password=PASSWORD)
    server = make_server("127.0.0.1", 0, live_app, threaded=True)
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}/api/v1", timeout=30) as client:
        yield sign_in(client, "ABC123")
    services(live_app).hub.close()
    server.shutdown()
    thread.join()
    server.server_close()


def sign_in(client: httpx.Client, neptun: str) -> httpx.Client:
    answer = client.post("/tokens", json={"neptun": neptun, "password": PASSWORD, "name": "test"})
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return client


class Run:
    """A submission, and the grader that works on it."""

    def __init__(self, app: Flask) -> None:
        self.app_services = services(app)
        with self.app_services.database.write() as session:
            person = a_person(session, "RUN001")
            record_worker(session, a_hello(slots=9), NOON)
            self.id = a_submission(session, replace(person, id=1)).id
            [one] = release(session, ZONE, NOON)
        self.attempt_id = one.job.attempt_id

    def tell(self, *seqs: int) -> None:
        with self.app_services.database.write() as session:
            events = [an_event(seq, EventKind.POINT, "p", epoch=float(seq)) for seq in seqs]
            record_events(session, a_batch(self.attempt_id, *events), NOON)
        self.app_services.notifier.notify(self.id)

    def lose(self) -> None:
        with self.app_services.database.write() as session:
            grading = grading_of(session, session.get_one(Submission, self.id))
            grading.state, grading.attempt, grading.attempt_id = "released", 2, "second"
        self.attempt_id = "second"

    def report(self) -> None:
        with self.app_services.database.write() as session:
            record_report(session, a_report(self.attempt_id), NOON + timedelta(seconds=9))
        self.app_services.notifier.notify(self.id)


@pytest.fixture
def run(live_app: Flask, client: httpx.Client) -> Run:
    return Run(live_app)


@contextmanager
def watching(client: httpx.Client, run: Run, last: str = "") -> Iterator[Iterator[Said]]:
    headers = EVENT_STREAM | ({"Last-Event-ID": last} if last else {})
    with client.stream("GET", f"/submissions/{run.id}/events", headers=headers) as response:
        assert response.headers["Content-Type"].startswith("text/event-stream")
        yield said(response.iter_lines())


def said(lines: Iterator[str]) -> Iterator[Said]:
    fields: dict[str, str] = {}
    for line in lines:
        if not line:
            if "data" in fields:
                yield Said(fields["event"], json.loads(fields["data"]), fields.get("id", ""))
            fields = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value


def test_page_that_stays_open_ends_when_its_reader_is_let_in_no_more(
    client: httpx.Client, run: Run, live_app: Flask
):
    with watching(client, run) as told:
        assert next(told).kind == "state"
        with services(live_app).database.write() as session:
            deactivate(session, COURSE, "ABC123", NOON)
        run.tell(0)
        assert list(told) == []
    assert client.get(f"/submissions/{run.id}").status_code == 401


def test_run_is_told_as_it_happens(client: httpx.Client, run: Run):
    with watching(client, run) as stream:
        assert next(stream).data["state"] == "released"
        run.tell(0, 1)
        assert [next(stream).kind for _ in range(3)] == ["state", "point", "point"]
        run.tell(2)
        assert next(stream).data["values"] == {"epoch": 2.0}
        run.report()
        rest = list(stream)
    assert [one.kind for one in rest] == ["state", "end"]
    assert rest[-1].data["points"] == 5.0


def test_dropped_stream_goes_on_after_the_last_event(client: httpx.Client, run: Run):
    run.tell(0, 1)
    with watching(client, run) as stream:
        next(stream)
        last = next(stream).id
    run.tell(2)
    run.report()
    with watching(client, run, last) as stream:
        seen = [one.data["values"]["epoch"] for one in stream if one.kind == "point"]
    assert seen == [1.0, 2.0]


def test_finished_run_is_told_and_ended_at_once(client: httpx.Client, run: Run):
    run.tell(0)
    run.report()
    with watching(client, run) as stream:
        assert [one.kind for one in stream] == ["state", "point", "end"]


@pytest.mark.parametrize("last", ["nonsense", "-1", "9" * 30])
def test_strange_last_event_is_ignored(client: httpx.Client, run: Run, last: str):
    run.tell(0)
    run.report()
    with watching(client, run, last) as stream:
        assert "point" in [one.kind for one in stream]


def test_stranger_cannot_watch(client: httpx.Client, run: Run):
    sign_in(client, "XYZ789")
    assert client.get(f"/submissions/{run.id}/events", headers=EVENT_STREAM).status_code == 404


def test_closing_server_ends_streams(live_app: Flask, client: httpx.Client, run: Run):
    with watching(client, run) as stream:
        next(stream)
        services(live_app).hub.close()
        assert list(stream) == []


def test_streams_of_one_person_are_bounded(live_app: Flask, client: httpx.Client, run: Run):
    hub = services(live_app).hub
    taken = [hub.open_stream(1) for _ in range(STREAMS_EACH)]
    assert all(taken)
    answer = client.get(f"/submissions/{run.id}/events", headers=EVENT_STREAM)
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)
    hub.close_stream(1)
    run.report()
    assert client.get(f"/submissions/{run.id}/events", headers=EVENT_STREAM).status_code == 200


def test_lost_run_starts_anew_in_the_stream(live_app: Flask, client: httpx.Client, run: Run):
    run.tell(0)
    with watching(client, run) as stream:
        assert [next(stream).kind for _ in range(2)] == ["state", "point"]
        run.lose()
        run.tell(0)
        anew = list(until_point(stream))
    # The stream may look between the loss and the first word of the second run, and says so then.
    assert {one.kind for one in anew[:-1]} == {"state"}
    assert {one.data["attempt"] for one in anew[:-1]} == {2}


def until_point(stream: Iterator[Said]) -> Iterator[Said]:
    for one in stream:
        yield one
        if one.kind == "point":
            return
