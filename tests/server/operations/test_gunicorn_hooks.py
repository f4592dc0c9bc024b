"""A worker that stops closes connections at rest; it waits for what is under way."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import gevent
from gevent.event import Event
from server.operations.gunicorn_hooks import LOOK_S, _Rest

at_rest, request = set(), Event()
ended = []


def connection(name):
    with _Rest(3600.0, at_rest):
        request.wait()
    ended.append(name)


resting = gevent.spawn(connection, "resting")
gevent.sleep(2 * LOOK_S)
fresh = gevent.spawn(connection, "fresh")
gevent.sleep(0)
for rest in [*at_rest]:
    rest.end()
resting.join()
print(ended, len(at_rest))
request.set()
fresh.join()
print(ended, len(at_rest))
"""


def test_only_connections_that_rest_for_a_while_are_closed():
    """In a process of its own: gevent stays out of this one."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines() == ["['resting'] 1", "['resting', 'fresh'] 0"]
