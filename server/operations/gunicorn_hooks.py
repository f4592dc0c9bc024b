"""What gunicorn calls, and its workers, of the web server and of the blob server.

Counts of workers are kept in order, live pages and connections at rest ended when it stops, and its log is
ours. This file is loaded before gevent changes the standard library: it must load nothing of the server.
"""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import time
from types import TracebackType
from typing import Any, Protocol, Self

import gevent
from gevent.hub import Hub
from gunicorn.glogging import Logger
from gunicorn.workers.ggevent import GeventWorker
from prometheus_client.multiprocess import mark_process_dead

from grader import logs

LOOK_S = 0.5
COUNTS = "PROMETHEUS_MULTIPROC_DIR"  # where the processes of the web server add up; the blob server has none
# Gunicorn's remote control lies in the home folder, where two servers would share it and a container has no
# right to write.
control_socket_disable = True
logs.configure(logs.secrets_in(os.environ))  # of the first process; each worker does so again


class Log(Logger):  # type: ignore[misc]
    """Gunicorn's own lines, of requests that make no sense and of workers that die, in the form of ours."""

    def _set_handler(
        self, log: logging.Logger, output: str | None, _fmt: logging.Formatter, stream: object = None
    ) -> None:
        super()._set_handler(log, output, logs.Formatter(), stream)


logger_class = Log


class Worker(GeventWorker):  # type: ignore[misc]
    """A worker that waits for requests under way when it stops, and not for connections at rest.

    Gunicorn's own waits for all of them, and after its time cuts requests as well.
    """

    def __init__(self, *facts: Any, **named: Any) -> None:  # noqa: ANN401 - gunicorn's own
        super().__init__(*facts, **named)
        self.at_rest: set[_Rest] = set()

    def timeout_ctx(self) -> gevent.Timeout:
        """For how long a connection may wait for its next request."""
        return _Rest(self.cfg.keepalive, self.at_rest)

    def close_what_rests(self) -> None:
        """Close the connections on which no request is to be expected now."""
        for rest in [*self.at_rest]:
            rest.end()


class _Rest(gevent.Timeout):  # type: ignore[misc]
    """A connection waits for its next request."""

    def __init__(self, longest_s: float, at_rest: set[_Rest]) -> None:
        super().__init__(longest_s, False)
        self._at_rest = at_rest
        self._connection = gevent.getcurrent()
        self._since = time.monotonic()

    def __enter__(self) -> Self:
        self._at_rest.add(self)
        return super().__enter__()  # type: ignore[no-any-return]

    def __exit__(self, kind: object, error: object, trace: object) -> bool | None:
        self._at_rest.discard(self)
        return super().__exit__(kind, error, trace)  # type: ignore[no-any-return]

    def end(self) -> None:
        """As if the time were over, unless a request may just be coming in."""
        if time.monotonic() - self._since > LOOK_S:
            self._connection.kill(self, block=False)


worker_class = Worker  # an open connection costs little; threads would run out


class _Worker(Protocol):
    pid: int
    alive: bool
    wsgi: Any  # the Flask application

    def close_what_rests(self) -> None: ...


def post_worker_init(worker: _Worker) -> None:
    """Live pages would hold a worker that shall stop: end them as soon as it is told to."""
    gevent.spawn(_close_on_signal, worker)
    Hub.print_exception = _log_uncaught


def _log_uncaught(
    _hub: Hub,
    _context: object,
    kind: type[BaseException],
    error: BaseException | None,
    trace: TracebackType | None,
) -> None:
    """In place of gevent's own traceback of a greenlet that died."""
    logs.log_uncaught(kind, error, trace)


def _close_on_signal(worker: _Worker) -> None:
    while worker.alive:
        gevent.sleep(LOOK_S)
    if services := worker.wsgi.extensions.get("hazi"):  # the blob server has none
        services.hub.close()  # and nothing else: requests are under way
    while True:  # until the process ends
        worker.close_what_rests()
        gevent.sleep(LOOK_S)


def child_exit(server: object, worker: _Worker) -> None:  # noqa: ARG001
    """A worker has ended: its gauges no longer count."""
    if COUNTS in os.environ:
        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def _forget_counts(first: int) -> None:
    """The web server has ended, perhaps before it began: nobody adds up the counts any more."""
    if os.getpid() == first:  # and not only one of its workers
        shutil.rmtree(os.environ[COUNTS], ignore_errors=True)


if COUNTS in os.environ:
    atexit.register(_forget_counts, os.getpid())
