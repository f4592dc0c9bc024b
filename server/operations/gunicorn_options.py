"""How gunicorn is started: one process for a few thousand open connections."""

from __future__ import annotations

import resource
from collections.abc import Iterable
from pathlib import Path

from server.blobs.settings import BlobSettings
from server.config import Config

HOOKS = Path(__file__).parent / "gunicorn_hooks.py"
BLOB_CONNECTIONS = 1000  # a grader has one at a time
OPEN_FILES = 65536
# A phone answers a question a minute after the one before: over the same connection, not a new one, of which
# a hall makes a thousand in a second. An idle one costs a few kilobytes.
KEEP_S = 90
BACKLOG = 4096  # connections that wait to be taken; what is beyond is tried again after a second, or three
STOP_S = 10  # how long requests under way may take when the server is asked to stop


def gunicorn_options(config: Config) -> Iterable[str]:
    """The words of its command line."""
    # A hall of phones, two connections each.
    return _options(config.host, config.port, workers=config.web_workers, connections=4000)


def blob_options(settings: BlobSettings) -> Iterable[str]:
    """Of the blob server: few clients, whose answers wait for a disk or another store."""
    return _options(settings.host, settings.port, workers=1, connections=BLOB_CONNECTIONS)


def _options(host: str, port: int, *, workers: int, connections: int) -> Iterable[str]:
    options = {
        "config": str(HOOKS),
        "bind": f"{host}:{port}",
        "workers": str(workers),
        "worker-connections": str(connections),
        "keep-alive": str(KEEP_S),
        "backlog": str(BACKLOG),
        "graceful-timeout": str(STOP_S),
        "forwarded-allow-ips": "",  # server/proxies.py alone decides whom we believe
        "log-level": "warning",  # the lines themselves are written by HOOKS
    }
    return (f"--{name}={value}" for name, value in options.items())


def allow_connections() -> None:
    """As many open files as we may have: each phone of a live quiz is one."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
