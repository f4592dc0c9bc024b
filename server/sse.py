"""Server-sent events: their text, and answers that stream them (WHATWG HTML, "Server-sent events")."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

import structlog
from flask import Response, request, stream_with_context
from sqlalchemy.exc import SQLAlchemyError

from server.database import passes
from server.errors import Text, TooManyAttempts
from server.web import services

log = structlog.get_logger()

EVENT_STREAM = "text/event-stream"
PING = ": ping\n\n"  # a comment: it tells proxies, and us, whether the other end is still there


def event(kind: str, data: str, event_id: int | None = None) -> str:
    """One event. `data` has no line feeds of its own, as JSON has none."""
    head = "" if event_id is None else f"id: {event_id}\n"
    return f"{head}event: {kind}\ndata: {data}\n\n"


def retry(after_ms: int) -> str:
    """How long a browser waits before it connects again."""
    return f"retry: {after_ms}\n\n"


def prefers_stream(*, usual: bool) -> bool:
    """Whether the asker wants events rather than one JSON document; `usual` is for those who say nothing."""
    offered = [EVENT_STREAM, "application/json"] if usual else ["application/json", EVENT_STREAM]
    return request.accept_mimetypes.best_match(offered) == EVENT_STREAM


def stream_response(
    parts: Iterator[str], owner: Hashable, *, detail: Text | None = None, retry_after_s: int = 10
) -> Response:
    """An answer that sends the parts as they come, to `owner`: each may have so many open at once.

    Raises TooManyAttempts, with `detail` for people.
    """
    hub = services().hub
    if not hub.open_stream(owner):
        raise TooManyAttempts(detail, retry_after_s=retry_after_s)
    response = Response(stream_with_context(until_away(parts)), mimetype=EVENT_STREAM)
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(lambda: hub.close_stream(owner))
    return response


def until_away(parts: Iterator[str]) -> Iterator[str]:
    """The parts, which just end where the database goes away: whoever follows comes again."""
    try:
        yield from parts
    except SQLAlchemyError as error:
        if not passes(error):
            raise
        log.warning("stream ended", problem=str(error))
