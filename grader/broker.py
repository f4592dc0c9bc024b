"""A grader's way to the broker: it takes jobs and sends reports, and may do nothing else there."""

from __future__ import annotations

from celery import Celery
from kombu.entity import Queue

from grader.contract import CELERY_SETTINGS, QUEUE_REPORTS


def broker_app(broker_url: str, queue: str) -> Celery:
    """A Celery app that takes from this queue and sends into the queue of reports."""
    app = Celery("grader", broker=broker_url, set_as_current=False)
    app.conf.update(CELERY_SETTINGS)
    app.conf.update(worker_hijack_root_logger=False, worker_redirect_stdouts=False)
    # What a queue is bound to is the server's: a grader must not be able to send reports of others elsewhere.
    app.conf.task_queues = [_undeclared(name) for name in (queue, QUEUE_REPORTS)]
    # A job that was taken is no longer at the broker, where the next grader could read it: if this one dies,
    # the server gives the run to another when its lease is over.
    options = CELERY_SETTINGS["broker_transport_options"]
    app.conf.broker_transport_options = {**options, "ack_emulation": False}
    return app


def _undeclared(name: str) -> Queue:
    return Queue(name, routing_key=name, no_declare=True)  # type: ignore[no-untyped-call]
