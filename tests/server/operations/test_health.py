"""Health, readiness and figures, on real servers and on missing ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs

from grader.contract import WorkerHello, WorkerState
from server import create_app
from server.config import BucketConfig, Config
from server.operations.health import checks
from server.submissions.queue.grader_records import record_worker
from server.web import services
from tests.server.builders import a_person
from tests.server.submissions.builders import HELD_OUT, a_submission, an_assignment, grading_of
from tests.servers import ObjectServer

ALERTS = Path(__file__).parents[3] / "deploy/prometheus-alerts.yml"


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
        {"database": "ok", "broker": "ok", "store": "ok", "graders": "missing"},
    )


def say_hello(app: Flask, **changes: object) -> None:
    """A grader says that it is there, by the database's clock."""
    database = services(app).database
    with database.write() as session:
        hello = WorkerHello("grader-1", "grade.cpu", 1, {})
        record_worker(session, replace(hello, **changes), database.now())  # type: ignore[arg-type]


def test_readiness_says_whether_a_grader_is_there(complete: Flask):
    say_hello(complete)
    assert complete.test_client().get("/readyz").get_json()["graders"] == "ok"


@pytest.mark.parametrize("state", [WorkerState.UNFIT, WorkerState.STOPPED])
def test_grader_that_takes_no_jobs_is_not_there(complete: Flask, state: WorkerState):
    say_hello(complete, state=state, reason="the store is away")
    answer = complete.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()["graders"]) == (200, "missing")


def test_queue_that_no_grader_takes_from_is_named(complete: Flask):
    say_hello(complete)
    with services(complete).database.write() as session:
        anna = a_person(session, "ABC123")
        an_assignment(session, tables=HELD_OUT)
        grading_of(session, a_submission(session, anna)).queue = "grade.gpu"
    [found] = [check for check in checks(services(complete)) if check.name == "graders"]
    assert "something waits in grade.gpu" in found.problem


def test_grader_beside_others_that_takes_no_jobs_is_named(complete: Flask):
    say_hello(complete)
    say_hello(complete, name="grader-2", state=WorkerState.UNFIT, reason="the store is away")
    [found] = [check for check in checks(services(complete)) if check.name == "graders"]
    assert "grader-2 takes no jobs: the store is away" in found.problem


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


def test_a_bucket_with_other_keys_is_named_with_what_to_do(config: Config, object_server: ObjectServer):
    names = object_server.settings("health")
    bucket = BucketConfig("health", "", names["HAZI_STORE_ENDPOINT"], "us-east-1", "an-access-key", "wrong")
    app = create_app(replace(config, bucket=bucket))
    [found] = [check for check in checks(services(app)) if check.name == "store"]
    services(app).close()
    assert "refuses the secret key: look at HAZI_STORE_ACCESS_KEY" in found.problem


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


def test_figures_tell_of_each_grader(complete: Flask):
    say_hello(complete)
    say_hello(complete, name="grader-2", state=WorkerState.UNFIT, reason="the store is away")
    page = complete.test_client().get("/metrics").text
    assert 'hazi_grader{queue="grade.cpu",state="ready",worker="grader-1"} 1.0' in page
    assert 'hazi_grader{queue="grade.cpu",state="unfit",worker="grader-2"} 1.0' in page
    assert 'hazi_workers{queue="grade.cpu"} 1.0' in page


def test_alerts_ask_for_figures_that_there_are(complete: Flask):
    page = complete.test_client().get("/metrics").text
    names = set(re.findall(r"^# TYPE (\w+)", page, re.MULTILINE)) | {"up"}
    rules = [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]
    asked = {name for rule in rules for name in re.findall(r"\b(?:hazi_\w+|up)\b", rule["expr"])}
    assert len(rules) >= 8
    assert asked <= names
    assert all(rule["annotations"]["summary"] and rule["labels"]["severity"] for rule in rules)
