"""Logs of the server: the set-up that all programs share, and one line for each request."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Mapping
from typing import Any

import structlog
from celery import signals
from flask import Flask, current_app, g, request
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from grader import logs

log = structlog.get_logger()
QUIET = frozenset({"static", "health.healthz", "health.readyz", "health.metrics"})
SECRET_PARTS = frozenset({"token", "key"})  # of addresses
ELSE = "..."
PART = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")


def configure() -> None:
    """Write this process's log as `grader.logs` says. Call once, before the settings are read."""
    logs.configure(logs.secrets_in(os.environ))
    signals.setup_logging.connect(_hands_off, weak=False)


def register(app: Flask) -> None:
    """Log every request once, when its answer is ready."""
    app.before_request(_begin)
    app.after_request(_end)


def asked_path() -> str:
    """The address that was asked for, without the keys of one-time links.

    What matches a rule of ours is the rule with its parts filled in, but for SECRET_PARTS. Of anything else
    only the first part is told, and that only if some rule begins with it: a link that was mistyped, doubled
    or cut still holds most of its key.
    """
    if isinstance(request.url_rule, Rule):
        return _filled(request.url_rule.rule, request.view_args or {})
    first = request.path.lstrip("/").partition("/")[0]
    known = {rule.rule.split("/")[1] for rule in current_app.url_map.iter_rules()}
    return f"/{first}/{ELSE}" if first in known else f"/{ELSE}"


def _filled(rule: str, parts: Mapping[str, Any]) -> str:
    return PART.sub(
        lambda part: ELSE if part[1] in SECRET_PARTS else str(parts.get(part[1], ELSE)),
        rule,
    )


def _hands_off(**_facts: object) -> None:
    """Celery asks whether somebody else has set up the log; if nobody has, it does so by itself."""


def _begin() -> None:
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=secrets.token_hex(6))


def log_in_batches() -> None:
    """Leave the request at hand, where it succeeds, to the line that tells of many like it."""
    g.in_batches = True


def _end(response: Response) -> Response:
    if request.endpoint in QUIET or ("in_batches" in g and response.status_code < 400):
        return response
    who = g.get("person")
    log.info(
        "request",
        method=request.method,
        path=asked_path(),
        status=response.status_code,
        took_ms=round(1000 * (time.perf_counter() - g.get("began", time.perf_counter())), 1),
        neptun=who.neptun if who else None,
        address=request.remote_addr,
    )
    return response
