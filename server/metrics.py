"""Figures for Prometheus: requests as they are answered, and the queues as the database has them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from flask import Flask, g, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from grader.contract import LEASE_S
from server.db import Database
from server.submissions.models import Grading, State, Worker

UNFINISHED = (State.WAITING, State.RELEASED, State.RUNNING)
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


def exposition(database: Database, now: datetime, folder: str) -> tuple[bytes, str]:
    """Everything in Prometheus' text format; `folder` is where several processes add up, if they do."""
    own = REGISTRY
    if folder:
        own = CollectorRegistry()
        MultiProcessCollector(own, folder)  # type: ignore[no-untyped-call]
    queues = CollectorRegistry()
    queues.register(_Queues(database, now))
    return generate_latest(own) + generate_latest(queues), CONTENT_TYPE_LATEST


class _Queues:
    """The queues at the moment of the scrape."""

    def __init__(self, database: Database, now: datetime) -> None:
        self._database = database
        self._now = now

    def collect(self) -> Iterable[Metric]:
        """What the registry asks for."""
        gradings = GaugeMetricFamily("hazi_gradings", "Unfinished gradings.", labels=["queue", "state"])
        age = GaugeMetricFamily("hazi_oldest_waiting_seconds", "Age of the longest wait.", labels=["queue"])
        workers = GaugeMetricFamily("hazi_workers", "Graders heard of lately.", labels=["queue"])
        with self._database.read() as session:
            counts = select(Grading.queue, Grading.state, func.count(), func.min(Grading.created_at))
            counts = counts.where(Grading.state.in_(UNFINISHED)).group_by(Grading.queue, Grading.state)
            for queue, state, count, oldest in session.execute(counts):
                gradings.add_metric([queue, state], count)
                if state == State.WAITING:
                    age.add_metric([queue], (self._now - oldest).total_seconds())
            alive = Worker.last_seen_at > self._now - timedelta(seconds=LEASE_S)
            slots = select(Worker.queue, func.count()).where(alive).group_by(Worker.queue)
            for queue, count in session.execute(slots):
                workers.add_metric([queue], count)
        return [gradings, age, workers]


def _begin() -> None:
    g.metrics_began = time.perf_counter()


def _count(response: Response) -> Response:
    # Neither the path nor a made-up method: strangers would choose how many figures there are.
    endpoint = request.endpoint or "none"
    method = request.method if request.method in METHODS else "other"
    requests.labels(endpoint, method, response.status_code).inc()
    latency.labels(endpoint).observe(time.perf_counter() - g.get("metrics_began", time.perf_counter()))
    return response
