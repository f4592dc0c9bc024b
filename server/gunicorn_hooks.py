"""What gunicorn calls: counts of its workers kept in order, and live pages ended when it stops."""

from __future__ import annotations

import os
import shutil
from typing import Any, Protocol

import gevent
from prometheus_client.multiprocess import mark_process_dead

LOOK_S = 0.5
# Gunicorn's remote control lies in the home folder, where two servers would share it and a container has no
# right to write.
control_socket_disable = True


class _Worker(Protocol):
    pid: int
    alive: bool
    wsgi: Any  # the Flask application; named so, for this file must load nothing of the server


def post_worker_init(worker: _Worker) -> None:
    """Live pages would hold a worker that shall stop: end them as soon as it is told to."""
    gevent.spawn(_close_when_told, worker)


def _close_when_told(worker: _Worker) -> None:
    while worker.alive:
        gevent.sleep(LOOK_S)
    worker.wsgi.extensions["hazi"].close()


def child_exit(server: object, worker: _Worker) -> None:  # noqa: ARG001
    """A worker has ended: its gauges no longer count."""
    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: object) -> None:  # noqa: ARG001
    """The web server has ended: nobody adds up the counts any more."""
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
