"""The practice kit over HTTP: for those who may read the assignment, whole and unchanged."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import asdict
from hashlib import sha256

import pytest
from flask import Flask
from flask.testing import FlaskClient

from grader.contract import BundleFile
from server.grading.models import AssignmentVersion
from server.person import Person
from server.web import services
from tests.server.conftest import Browser, Clock
from tests.server.submissions.builders import SLUG, an_assignment

KIT = b"all that a student may have"
ADDRESS = f"/assignments/{SLUG}/practice"
Headers = dict[str, str]


@pytest.fixture
def version(app: Flask) -> AssignmentVersion:
    """An assignment without a kit."""
    with services(app).database.write() as session:
        return an_assignment(session)


@pytest.fixture
def kit(app: Flask, version: AssignmentVersion) -> BundleFile:
    """And its kit."""
    app_services = services(app)
    blob = app_services.store.keep(io.BytesIO(KIT), 100)
    file = BundleFile(f"{SLUG}-practice.safetensors", blob.sha256, blob.size)
    with app_services.database.write() as session:
        session.merge(version).practice = asdict(file)
    return file


@pytest.fixture
def anna(person: Callable[..., Person], token: Callable[[str], Headers]) -> Headers:
    person("ABC123")
    return token("ABC123")


@pytest.mark.usefixtures("kit")
def test_program_is_told_of_the_kit_and_gets_it(client: FlaskClient, anna: Headers):
    told = client.get(f"/api/v1/assignments/{SLUG}", headers=anna).json["practice"]
    assert told == {"href": f"/api/v1{ADDRESS}", "sha256": sha256(KIT).hexdigest(), "size": len(KIT)}
    answer = client.get(told["href"], headers=anna, buffered=True)
    assert answer.data == KIT
    assert answer.content_length == len(KIT)


@pytest.mark.usefixtures("kit")
def test_page_offers_the_kit_and_the_command(student: Browser):
    page = student.get(f"/assignments/{SLUG}").text
    assert f'href="{ADDRESS}"' in page
    assert f"hazi check {SLUG} submission.py" in page
    answer = student.get(ADDRESS, buffered=True)
    assert answer.data == KIT
    assert f"{SLUG}-practice.safetensors" in answer.headers["Content-Disposition"]


@pytest.mark.usefixtures("version")
def test_page_offers_nothing_where_there_is_no_kit(student: Browser):
    assert "hazi check" not in student.get(f"/assignments/{SLUG}").text


@pytest.mark.usefixtures("version")
def test_program_is_told_where_there_is_no_kit(client: FlaskClient, anna: Headers):
    assert client.get(f"/api/v1/assignments/{SLUG}", headers=anna).json["practice"] is None
    assert client.get(f"/api/v1{ADDRESS}", headers=anna).status_code == 404


@pytest.mark.usefixtures("kit")
def test_kit_is_nobodys_before_the_opening(
    client: FlaskClient, clock: Clock, person: Callable[..., Person], token: Callable[[str], Headers]
):
    clock.pass_by(days=-30)
    person("ABC123")
    early = token("ABC123")
    assert client.get(f"/api/v1/assignments/{SLUG}", headers=early).json["practice"] is None
    assert client.get(f"/api/v1{ADDRESS}", headers=early).status_code == 404


@pytest.mark.usefixtures("kit")
def test_stranger_gets_no_kit(client: FlaskClient):
    assert client.get(f"/api/v1{ADDRESS}").status_code == 401


@pytest.fixture
def table(app: Flask, version: AssignmentVersion) -> str:
    """The address of a starter file, as held-out inputs are."""
    app_services = services(app)
    blob = app_services.store.keep(io.BytesIO(b"id,x_0\n0,1.5\n"), 100)
    with app_services.database.write() as session:
        file = BundleFile("inputs.csv", blob.sha256, blob.size)
        session.merge(version).starter = [asdict(file)]
    return f"/api/v1/assignments/{SLUG}/starter/inputs.csv"


def test_starter_files_come_through_the_api_too(client: FlaskClient, anna: Headers, table: str):
    assert client.get(table, headers=anna, buffered=True).data == b"id,x_0\n0,1.5\n"
    assert client.get(f"{table}.py", headers=anna).status_code == 404
    assert client.get(table).status_code == 401


def test_starter_files_are_nobodys_before_the_opening(
    client: FlaskClient,
    clock: Clock,
    person: Callable[..., Person],
    token: Callable[[str], Headers],
    table: str,
):
    clock.pass_by(days=-30)
    person("ABC123")
    early = token("ABC123")
    assert client.get(f"/api/v1/assignments/{SLUG}", headers=early).json["starter"] == []
    assert client.get(table, headers=early).status_code == 404
