"""A run that gives way ends when it is over, whatever the broker does that was asked for other jobs."""

from __future__ import annotations

import socket
from threading import Event

from grader.broker import broker_app
from grader.contract import QUEUE_CPU
from grader.yielding import looking_for_jobs
from tests import servers


def test_job_that_waits_is_found_and_forgotten_with_the_run():
    found = Event()
    with servers.redis_server() as broker:
        app = broker_app(broker.broker_url, QUEUE_CPU)
        with looking_for_jobs(app, QUEUE_CPU, found):
            app.send_task("any", queue=QUEUE_CPU)
            assert found.wait(60)
        assert not found.is_set()


def test_broker_that_does_not_answer_keeps_no_run_from_its_end():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        app = broker_app(f"redis://127.0.0.1:{silent.getsockname()[1]}/0", QUEUE_CPU)
        with looking_for_jobs(app, QUEUE_CPU, Event()):
            connection, _ = silent.accept()  # it asks, and waits for the answer
        connection.close()
