"""Health: is this process alive, is everything it needs there, and what has it been doing."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic

import structlog
from flask import Blueprint, Flask, current_app, jsonify, request
from kombu.connection import Connection
from kombu.exceptions import OperationalError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from server.database import Database
from server.errors import NotFound, Refusal
from server.operations.metrics import exposition
from server.operations.schema_version import is_current
from server.outages import why_of
from server.proxies import FORWARDED, address_in
from server.submissions.service import anybody_ready, grader_cards, queues_without_grader
from server.web import Services, bearer_token, services

BROKER_PATIENCE_S = 3.0
FRESH_S = 2.0

health = Blueprint("health", __name__)
log = structlog.get_logger()


class NotReady(Exception):  # noqa: N818 - a finding, no error of the program
    """Something that the server needs is not as it should be."""


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """One thing that the server needs, and what is wrong with it ("" when nothing is)."""

    name: str
    problem: str
    needed: bool = True  # whether hand-ins and pages do not work without it


@health.get("/healthz")
def healthz() -> Response:
    """This process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
def readyz() -> Response:
    """Everything is there: 200, or 503 and the names of what is not. Reasons are in the log only.

    Without graders hand-ins are taken and wait: `grader_cards` says "missing", and the status stays 200.
    """
    found = _recent_checks(current_app)
    response = jsonify({check.name: _word(check) for check in found})
    response.status_code = 503 if any(check.problem and check.needed for check in found) else 200
    return response


@health.get("/metrics")
def metrics() -> Response:
    """For Prometheus: from this machine, or with HAZI_METRICS_TOKEN as bearer token. Others find nothing."""
    if not (_is_local() or _has_token()):
        raise NotFound
    config = services().config
    app_services = services()
    content, media_type = exposition(app_services.database, app_services.shared_clock, config.metrics_folder)
    return Response(content, content_type=media_type)


def checks(app_services: Services) -> Iterator[HealthCheck]:
    """Look at everything the server needs, one by one."""
    database = _check("database", lambda: _database(app_services.database))
    yield database
    yield _check("broker", lambda: _broker(app_services.config.broker_url))
    yield _check("store", app_services.store.check)
    if database.problem:  # which is waited for once only
        yield HealthCheck("graders", "nobody knows without the database", needed=False)
    else:
        yield _check("graders", lambda: _graders(app_services), needed=False)


def _recent_checks(app: Flask) -> list[HealthCheck]:
    """What was found in the last two seconds: anybody may ask, and looking costs connections and a file."""
    known: tuple[float, list[HealthCheck]] | None = app.extensions.get("hazi-checks")
    if known is not None and monotonic() - known[0] < FRESH_S:
        return known[1]
    found = list(checks(services()))
    app.extensions["hazi-checks"] = (monotonic(), found)
    for check in found:
        if check.problem and check.needed:
            log.error("not ready", part=check.name, problem=check.problem)
        elif check.problem:
            log.warning("missing", part=check.name, problem=check.problem)
    return found


def _check(name: str, probe: Callable[[], None], *, needed: bool = True) -> HealthCheck:
    try:
        probe()
    except (NotReady, Refusal, SQLAlchemyError, OperationalError, OSError) as problem:
        return HealthCheck(name, why_of(problem) or type(problem).__name__, needed)
    return HealthCheck(name, "", needed)


def _word(check: HealthCheck) -> str:
    if not check.problem:
        return "ok"
    return "failed" if check.needed else "missing"


def _database(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    if not is_current(database):
        raise NotReady("run `hazi-server migrate`")


def _broker(url: str) -> None:
    with Connection(url, connect_timeout=BROKER_PATIENCE_S) as connection:  # type: ignore[no-untyped-call]
        connection.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_PATIENCE_S)


def _graders(app_services: Services) -> None:
    """Raises NotReady where something waits in vain, or nobody is there at all."""
    moment = app_services.shared_clock()
    with app_services.database.read() as session:
        if not anybody_ready(session, moment):
            raise NotReady("no grader is alive: hand-ins are taken and wait. Start `python -m grader work`")
        if missing := queues_without_grader(session, moment):
            raise NotReady(f"something waits in {', '.join(missing)}, and no grader takes from there")
        unfit = grader_cards(session, moment).unfit
    if unfit:
        raise NotReady("; ".join(f"{one.name} takes no jobs: {one.reason}" for one in unfit))


def _is_local() -> bool:
    """From this machine, and not by way of a proxy on it, which would bring anybody."""
    address = address_in(request.remote_addr or "")
    return address is not None and address.is_loopback and not request.environ.get(FORWARDED, True)


def _has_token() -> bool:
    wanted, given = services().config.metrics_token, bearer_token() or ""
    return bool(wanted) and hmac.compare_digest(wanted.encode(), given.encode())
