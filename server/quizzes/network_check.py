"""`/live/check`: what a phone in the hall can find out about the network before the first lecture."""

from __future__ import annotations

import time
from collections.abc import Iterator

from flask import jsonify, render_template
from flask.typing import ResponseReturnValue

from server import sse
from server.notifications import Hub
from server.quizzes.blueprints import routes
from server.sse import stream_response
from server.web import services, utc_now

TICKS = 6
APART_S = 0.5
APART_FROM_S = 4
OWNER = "check"  # of the streams of all who check: a stream here is nobody's


@routes.get("/live/check")
def check() -> ResponseReturnValue:
    """Template quizzes/check.html."""
    return render_template("quizzes/check.html")


@routes.get("/live/check/echo", endpoint="check_echo")
def echo() -> ResponseReturnValue:
    """The server's clock, for the round trip."""
    return jsonify(now=round(utc_now().timestamp() * 1000))


@routes.get("/live/check/stream", endpoint="check_stream")
def stream() -> ResponseReturnValue:
    """Some events, half a second apart: a proxy that gathers them lets them through all at once."""
    owner = (OWNER, int(time.monotonic()) // APART_FROM_S)  # in each four seconds some more may begin
    return stream_response(_ticks(services().hub), owner, retry_after_s=APART_FROM_S)


def _ticks(hub: Hub) -> Iterator[str]:
    yield sse.retry(600_000)
    for number in range(1, TICKS + 1):
        if hub.wait_for_end(APART_S):
            return
        yield sse.event("tick", str(number))
    yield sse.event("end", "0")
