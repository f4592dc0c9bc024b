"""Logs: one JSON object a line, each value in a field of its own, so that no value can forge a line."""

from __future__ import annotations

import logging
import secrets
import sys
import time

import structlog
from flask import Flask, g, request
from werkzeug.wrappers import Response

log = structlog.get_logger()
QUIET = frozenset({"static", "health.healthz", "health.readyz", "health.metrics"})


def configure(level: int = logging.INFO) -> None:
    """Write this process's log to stderr as JSON. Call once, from a command."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Without local variables: they would carry passwords into the log.
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.UnicodeDecoder(errors="backslashreplace"),
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def register(app: Flask) -> None:
    """Log every request once, when its answer is ready."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=secrets.token_hex(6))


def _end(response: Response) -> Response:
    if request.endpoint in QUIET:
        return response
    who = g.get("person")
    log.info(
        "request",
        method=request.method,
        path=_path(),
        status=response.status_code,
        took_ms=round(1000 * (time.perf_counter() - g.get("began", time.perf_counter())), 1),
        neptun=who.neptun if who else None,
        address=request.remote_addr,
    )
    return response


def _path() -> str:
    """The path, but not the key of a one-time link."""
    key = (request.view_args or {}).get("token")
    return request.path.replace(key, "...") if isinstance(key, str) else request.path
