"""How gunicorn is started: one process for a few thousand open connections."""

from __future__ import annotations

import resource
from collections.abc import Iterable
from pathlib import Path

from server.blobs.settings import BlobSettings
from server.config import Config

HOOKS = Path(__file__).parent / "gunicorn_hooks.py"
BLOB_CONNECTIONS = "1000"  # a grader has one at a time
OPEN_FILES = 65536
STOP_S = 10  # how long requests under way may take when the server is asked to stop


def gunicorn_options(config: Config) -> Iterable[str]:
    """The words of its command line."""
    options = {
        "config": str(HOOKS),
        "bind": f"{config.host}:{config.port}",
        "workers": str(config.web_workers),
        "worker-class": "gevent",  # a live page holds its connection; threads would run out
        "worker-connections": "4000",  # a hall of phones, two connections each
        "graceful-timeout": str(STOP_S),
        "forwarded-allow-ips": "",  # server/proxies.py alone decides whom we believe
        "log-level": "warning",  # the lines themselves are written by HOOKS
    }
    return (f"--{name}={value}" for name, value in options.items())


def blob_options(settings: BlobSettings) -> Iterable[str]:
    """Of the blob server: few clients, whose answers wait for a disk or another store."""
    options = {
        "config": str(HOOKS),
        "bind": f"{settings.host}:{settings.port}",
        "workers": "1",
        "worker-class": "gevent",  # a connection that is held open and silent costs little
        "worker-connections": BLOB_CONNECTIONS,
        "graceful-timeout": str(STOP_S),
        "forwarded-allow-ips": "",
        "log-level": "warning",
    }
    return (f"--{name}={value}" for name, value in options.items())


def allow_connections() -> None:
    """As many open files as we may have: each phone of a live quiz is one."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
