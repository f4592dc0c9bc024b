"""Figures for Prometheus: requests as they are answered, and the queues as the database has them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime

import structlog
from flask import Flask, g, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from server.database import Database
from server.notices.service import MailState, mail_counts
from server.submissions.service import (
    Grading,
    State,
    grader_cards,
    live_slots,
    queues_without_grader,
    reading_of,
    recent_outcomes,
)

UNFINISHED = (State.WAITING, State.RELEASED, State.RUNNING)
log = structlog.get_logger()

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})

requests = Counter("hazi_requests", "Requests answered.", ["endpoint", "method", "status"])
latency = Histogram(
    "hazi_request_seconds",
    "Time until the answer was ready.",
    ["endpoint"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def register(app: Flask) -> None:
    """Count every request."""
    app.before_request(_begin)
    app.after_request(_count)


def exposition(database: Database, clock: Callable[[], datetime], folder: str) -> tuple[bytes, str]:
    """Everything in Prometheus' text format; `folder` is where several processes add up, if they do."""
    own = REGISTRY
    if folder:
        own = CollectorRegistry()
        MultiProcessCollector(own, folder)  # type: ignore[no-untyped-call]
    queues = CollectorRegistry()
    queues.register(_Queues(database, clock))
    return generate_latest(own) + generate_latest(queues), CONTENT_TYPE_LATEST


class _Queues:
    """The queues at the moment of the scrape."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def collect(self) -> Iterable[Metric]:
        """What the registry asks for; without the database only that it is away."""
        up = GaugeMetricFamily("hazi_database_up", "1 where the database could be asked.")
        try:
            figures = self._figures(self._clock())
        except SQLAlchemyError as error:
            log.warning("no figures", problem=str(error))
            figures = []
        up.add_metric([], 1 if figures else 0)
        return [up, *figures]

    def _figures(self, now: datetime) -> list[Metric]:
        gradings = GaugeMetricFamily("hazi_gradings", "Unfinished gradings.", labels=["queue", "state"])
        age = GaugeMetricFamily("hazi_oldest_waiting_seconds", "Age of the longest wait.", labels=["queue"])
        workers = GaugeMetricFamily("hazi_workers", "Graders that take jobs.", labels=["queue"])
        with self._database.read() as session:
            counts = select(Grading.queue, Grading.state, func.count(), func.min(Grading.created_at))
            counts = counts.where(Grading.state.in_(UNFINISHED)).group_by(Grading.queue, Grading.state)
            for queue, state, count, oldest in session.execute(counts):
                gradings.add_metric([queue, state], count)
                if state == State.WAITING:
                    age.add_metric([queue], (now - oldest).total_seconds())
            for queue, count in live_slots(session, now).items():
                workers.add_metric([queue], count)
            return [gradings, age, workers, *self._graders(session, now), *_mails(session, now)]

    def _graders(self, session: Session, now: datetime) -> Iterable[Metric]:
        """Graders: what each does, how its runs ended, and how many gradings wait for one."""
        state = GaugeMetricFamily(
            "hazi_grader", "1 for the state that a grader is in.", labels=["worker", "queue", "state"]
        )
        runs = GaugeMetricFamily(
            "hazi_grader_runs", "Runs of the last hour by verdict, or lost.", labels=["worker", "outcome"]
        )
        returned = GaugeMetricFamily(
            "hazi_returned", "Waiting because graders gave it back.", labels=["queue", "cause"]
        )
        without = GaugeMetricFamily(
            "hazi_queue_without_grader", "1 where something waits and nobody takes it.", labels=["queue"]
        )
        unread = GaugeMetricFamily("hazi_reports_unread_seconds", "Since the last mark that was read.")
        known = grader_cards(session, now)
        for card in known.cards:
            state.add_metric([card.name, card.queue, card.state], 1)
        for worker, outcome, count in recent_outcomes(session, now):
            runs.add_metric([worker, outcome], count)
        for one in known.held:
            returned.add_metric([one.queue, one.cause], one.count)
        for queue in queues_without_grader(session, now):
            without.add_metric([queue], 1)
        if reading := reading_of(session):
            unread.add_metric([], (now - reading.until).total_seconds())
        return [state, runs, returned, without, unread]


def _mails(session: Session, now: datetime) -> Iterable[Metric]:
    """Notices that are to be mailed, and those that were given up."""
    mails = GaugeMetricFamily("hazi_notice_mails", "Notices to be mailed, or given up.", labels=["state"])
    age = GaugeMetricFamily("hazi_notice_mail_oldest_seconds", "Age of the oldest that waits to be mailed.")
    found = mail_counts(session)
    for state in (MailState.WAITING, MailState.FAILED):
        mails.add_metric([state], found[state].count if state in found else 0)
    waiting = found.get(MailState.WAITING)
    age.add_metric([], (now - waiting.oldest).total_seconds() if waiting else 0)
    return [mails, age]


def _begin() -> None:
    g.metrics_began = time.perf_counter()


def _count(response: Response) -> Response:
    # Neither the path nor a made-up method: strangers would choose how many figures there are.
    endpoint = request.endpoint or "none"
    method = request.method if request.method in METHODS else "other"
    requests.labels(endpoint, method, response.status_code).inc()
    latency.labels(endpoint).observe(time.perf_counter() - g.get("metrics_began", time.perf_counter()))
    return response
