"""Who may come in where: every route there is, tried by everybody. No table, so no route can be forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from grader.contract import DataSheet, Sample
from server.accounts.people import find_person
from server.accounts.person import Person, Role
from server.web import services
from tests.server.submissions.builders import a_graded_submission, an_assignment

SAMPLES = {
    "slug": "no-such-homework",
    "name": "x.py",
    "submission_id": "11111111-2222-4333-8444-555555555555",
    "upload_id": "11111111-2222-4333-8444-555555555556",
    "number": 1,
    "token": "x",
    "token_id": 999,
    "neptun": "XYZ789",
    "pin": "000000",
    "question": "no-such-question",
    "player_id": 1,
    "knock_id": 1,
    "report_id": 1,
    "file_format": "gift",
    "suffix": "csv",
    "filename": "css/base.css",
}
FOR_EVERYBODY = {
    "static",
    "home",
    "accounts.login",
    "accounts.logout",
    "accounts.language",
    "accounts.invitation",
    "accounts_api.create_token",
    "help.errors_page",
    "quizzes.check",
    "quizzes.check_echo",
    "quizzes.check_stream",
    "quizzes.enter",
    "quizzes.phone",
    "openapi.openapi",
    "health.healthz",
    "health.readyz",
    "health.metrics",
}
FOR_PLAYERS = {"quizzes_api.join", "quizzes_api.state", "quizzes_api.events", "quizzes_api.answer"}
FOR_STAFF = {
    "accounts.people",
    "accounts.import_roster",
    "accounts.invitations",
    "accounts_api.roster",
    "gradebook.overview",
    "gradebook.gradebook",
    "gradebook.gradebook_file",
    "gradebook_api.gradebook",
    "gradebook.student",
    "quizzes.allow_replay",
    "quizzes.decide",
    "quizzes.edit_quiz",
    "quizzes.export",
    "quizzes.change_report",
    "quizzes.convert",
    "quizzes.history",
    "quizzes.history_file",
    "quizzes.import_quiz",
    "quizzes.take_reports",
    "quizzes.new_quiz",
    "quizzes.open_quiz",
    "quizzes.participation",
    "quizzes.participation_file",
    "quizzes.preview",
    "quizzes.publish",
    "quizzes.source",
    "quizzes.quiz",
    "quizzes.quizzes",
    "quizzes.remote",
    "quizzes.results",
    "quizzes.results_file",
    "quizzes.wall",
    "quizzes_api.advance",
    "quizzes_api.create_session",
    "quizzes_api.desk_events",
    "quizzes_api.knock",
    "quizzes_api.lock",
    "quizzes_api.player",
    "quizzes_api.results",
    "quizzes_api.rulings",
    "quizzes_api.wall_events",
}
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def doors(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Every route with each of its methods and an address that fits."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        values = {name: SAMPLES[name] for name in rule.arguments}
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            yield rule, method, adapter.build(rule.endpoint, values, method=method)


def doors_of(app: Flask, submission_id: str) -> Iterator[tuple[str, str]]:
    """Every route that shows one submission, with the address for this one."""
    for rule, method, path in doors(app):
        if "submission_id" in rule.arguments:
            yield method, path.replace(str(SAMPLES["submission_id"]), submission_id)


def guarded_doors(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    return (door for door in doors(app) if door[0].endpoint not in FOR_EVERYBODY | FOR_PLAYERS)


@pytest.fixture
def programs(
    person: Callable[..., Person], token: Callable[[str], dict[str, str]]
) -> dict[str, dict[str, str]]:
    """Headers of everybody's programs, which need no token of a form."""
    person("ABC123")
    person("ASS001", name="Tóth Béla", role=Role.ASSISTANT)
    return {"student": token("ABC123"), "assistant": token("ASS001")}


def test_the_lists_above_name_routes_that_exist(app: Flask):
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= FOR_EVERYBODY | FOR_PLAYERS | FOR_STAFF


def test_nobody_gets_behind_a_guard(app: Flask, client: FlaskClient):
    for rule, method, path in guarded_doors(app):
        answer = client.open(path, method=method)
        if path.startswith("/api/"):
            assert (answer.status_code, answer.get_json()["slug"]) == (401, "not-signed-in"), path
        elif method in UNSAFE:
            assert answer.status_code == 400, f"{method} {path} takes a form without a token"
        else:
            assert (answer.status_code, answer.location.split("?")[0]) == (302, "/login"), rule.endpoint


def test_a_bad_token_opens_nothing(app: Flask, client: FlaskClient):
    headers = {"Authorization": "Bearer hazi_nonsense", "Accept": "application/json"}
    for _rule, method, path in guarded_doors(app):
        answer = client.open(path, method=method, headers=headers)
        assert (answer.status_code, answer.get_json()["slug"]) == (401, "token-invalid"), path


def test_students_get_through_no_door_of_the_staff(
    app: Flask, client: FlaskClient, programs: dict[str, dict[str, str]]
):
    for rule, method, path in guarded_doors(app):
        if rule.endpoint in FOR_STAFF:
            answer = client.open(path, method=method, headers=programs["student"])
            assert answer.status_code == 403, f"{method} {path}"


def test_staff_find_no_door_shut(app: Flask, client: FlaskClient, programs: dict[str, dict[str, str]]):
    for _rule, method, path in guarded_doors(app):
        if path != "/api/v1/tokens/current":  # would shut all that follow
            answer = client.open(path, method=method, headers=programs["assistant"])
            assert answer.status_code not in {401, 403, 500}, f"{method} {path}: {answer.status_code}"


def test_no_door_breaks_for_a_student(app: Flask, client: FlaskClient, programs: dict[str, dict[str, str]]):
    for _rule, method, path in guarded_doors(app):
        if path != "/api/v1/tokens/current":
            answer = client.open(path, method=method, headers=programs["student"])
            assert answer.status_code != 500, f"{method} {path}"
            assert answer.status_code != 401, f"{method} {path}"


@pytest.fixture
def of_anna(app: Flask, programs: dict[str, dict[str, str]]) -> str:
    """The id of a graded submission of ABC123, with a data sheet, so that every door leads somewhere."""
    sheet = DataSheet(samples=(Sample("a", 1, 1, 1, "AA=="),))
    with services(app).database.write() as session:
        an_assignment(session)
        anna = find_person(session, "ABC123")
        assert anna is not None
        return a_graded_submission(session, anna, told={"sheet": sheet}).id


def test_the_work_of_others_looks_like_nothing(
    app: Flask,
    client: FlaskClient,
    person: Callable[..., Person],
    token: Callable[[str], dict[str, str]],
    of_anna: str,
):
    person("XYZ789", name="Nagy Péter")
    other = token("XYZ789")
    found = list(doors_of(app, of_anna))
    assert found
    for method, path in found:
        assert client.open(path, method=method, headers=other).status_code == 404, f"{method} {path}"


def test_ones_own_work_and_that_of_students_is_shown(
    app: Flask, client: FlaskClient, programs: dict[str, dict[str, str]], of_anna: str
):
    """The walk above would also pass if the addresses led nowhere for anybody."""
    for method, path in doors_of(app, of_anna):
        if not path.endswith(("/files/1", "/events")):  # its bytes are not in the store; its stream is long
            for headers in programs.values():
                answer = client.open(path, method=method, headers=headers)
                assert answer.status_code == 200, f"{method} {path}: {answer.text[:200]}"


@pytest.mark.parametrize("password", ["\ud800", "\0" * 20, "x" * 100_000, "é" * 900])
def test_strange_passwords_are_only_wrong(client: FlaskClient, password: str):
    wish = {"neptun": "ABC123", "password": password, "name": "x"}
    assert client.post("/api/v1/tokens", json=wish).status_code in {401, 422}
