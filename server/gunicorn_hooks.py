"""What gunicorn calls in its master process: keeping the counts of its workers in order."""

from __future__ import annotations

import os
import shutil
from typing import Protocol

from prometheus_client.multiprocess import mark_process_dead


class _Process(Protocol):
    pid: int


def child_exit(server: object, worker: _Process) -> None:  # noqa: ARG001
    """A worker has ended: its gauges no longer count."""
    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: object) -> None:  # noqa: ARG001
    """The web server has ended: nobody adds up the counts any more."""
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
