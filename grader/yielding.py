"""A run that gives way: while it is on, somebody looks whether another job waits for this grader."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from celery import Celery

LOOK_S = 0.25

log = structlog.get_logger()


@contextmanager
def looking_for_jobs(app: Celery, queue: str, found: threading.Event) -> Iterator[None]:
    """Set `found` as soon as a job waits in the queue, until the block ends.

    A broker that is away, or does not let this grader look, leaves it unset: then the run goes on.
    """
    over = threading.Event()
    looker = threading.Thread(
        target=_look, args=(app, queue, found, over), name="looking for jobs", daemon=True
    )
    looker.start()
    try:
        yield
    finally:
        over.set()
        looker.join()
        found.clear()


def _look(app: Celery, queue: str, found: threading.Event, over: threading.Event) -> None:
    connection = app.connection_for_read()
    try:
        with connection:
            client = connection.default_channel.client
            while not over.wait(LOOK_S):
                if client.llen(queue):
                    found.set()
                    return
    except (*connection.connection_errors, *connection.channel_errors) as error:
        log.warning("does_not_yield", problem=str(error))
