"""Health, readiness and figures, on real servers and on missing ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs

from server import create_app
from server.config import Config
from server.web import services


@pytest.fixture
def complete(config: Config, redis_url: str) -> Iterator[Flask]:
    """The application with everything it needs."""
    app = create_app(replace(config, broker_url=redis_url))
    yield app
    services(app).close()


def test_a_process_without_anything_is_alive(client: FlaskClient):
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_everything_there_is_ready(complete: Flask):
    answer = complete.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()) == (
        200,
        {"database": "ok", "broker": "ok", "store": "ok"},
    )


def test_a_missing_broker_is_named(client: FlaskClient):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["broker"]) == (503, "failed")


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"database_url": "sqlite:///{folder}/empty.sqlite3"}, "database"),
        ({"database_url": "sqlite:////proc/none/x.sqlite3"}, "database"),
        ({"store": "/proc/none"}, "store"),
    ],
)
def test_each_missing_part_is_named_alone(
    config: Config,
    redis_url: str,
    tmp_path_factory: pytest.TempPathFactory,
    change: dict[str, str],
    part: str,
):
    folder = tmp_path_factory.mktemp("empty")
    filled = {name: value.format(folder=folder) for name, value in change.items()}
    app = create_app(replace(config, broker_url=redis_url, **filled))
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert [name for name, state in answer.get_json().items() if state == "failed"] == [part]
    services(app).close()


def test_strangers_who_ask_often_get_what_was_found_just_now(client: FlaskClient):
    with capture_logs() as logs:
        answers = [client.get("/readyz") for _ in range(20)]
    assert {answer.status_code for answer in answers} == {503}
    assert len([entry for entry in logs if entry["event"] == "not ready"]) < len(answers)


def test_reasons_stay_in_the_log(client: FlaskClient, config: Config):
    assert config.broker_url not in client.get("/readyz").text


def test_figures_count_requests_by_endpoint(client: FlaskClient):
    client.get("/healthz")
    client.open("/some/path/of/a/stranger", method="STRANGER")
    page = client.get("/metrics").text
    names = {family.name for family in text_string_to_metric_families(page)}
    assert {"hazi_requests", "hazi_request_seconds", "hazi_gradings", "hazi_workers"} <= names
    assert 'endpoint="health.healthz",method="GET",status="200"' in page
    assert "stranger" not in page.lower()


def test_figures_are_for_this_machine(client: FlaskClient):
    elsewhere = {"REMOTE_ADDR": "10.0.0.7"}
    assert client.get("/metrics", environ_overrides=elsewhere).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.7"}).status_code == 404


def test_figures_are_for_who_has_the_token(config: Config):
    app = create_app(replace(config, metrics_token="prometheus"))
    client, elsewhere = app.test_client(), {"REMOTE_ADDR": "10.0.0.7"}
    right, wrong = ({"Authorization": f"Bearer {key}"} for key in ("prometheus", "guess"))
    assert client.get("/metrics", headers=right, environ_overrides=elsewhere).status_code == 200
    assert client.get("/metrics", headers=wrong, environ_overrides=elsewhere).status_code == 404
