"""`/live/check`: what a phone in the hall can find out about the network before the first lecture."""

from __future__ import annotations

import time
from collections.abc import Iterator

from flask import Response, jsonify, render_template
from flask.typing import ResponseReturnValue

from server.errors import TooManyAttempts
from server.notifications import Hub
from server.quizzes.blueprints import routes
from server.web import services, utc_now

TICKS = 6
APART_S = 0.5
SEAT = "check"  # all who check share the seats: a stream here is nobody's


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
    live = services().live
    place = (SEAT, int(time.monotonic()) // 4)  # in each four seconds some more may begin
    if not live.take_seat(place):
        raise TooManyAttempts(retry_after_s=4)
    response = Response(_ticks(live), mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(lambda: live.leave_seat(place))
    return response


def _ticks(live: Hub) -> Iterator[str]:
    yield "retry: 600000\n\n"
    for number in range(1, TICKS + 1):
        if live.wait_for_end(APART_S):
            return
        yield f"event: tick\ndata: {number}\n\n"
    yield "event: end\ndata: 0\n\n"
