"""GET /api/v1/quizzes: what staff can open a room for; nothing for students."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.server.conftest import Browser


def test_staff_see_what_there_is_to_play(lecturer: Browser, published: str):
    found = lecturer.client.get("/api/v1/quizzes").get_json()["quizzes"]
    one = next(quiz for quiz in found if quiz["slug"] == published)
    assert one["questions"] > 0
    assert one["links"]["sessions"] == f"/api/v1/quizzes/{published}/sessions"
    assert lecturer.client.get(one["links"]["html"]).status_code == 200


def test_nobody_else_does(client: FlaskClient):
    assert client.get("/api/v1/quizzes").status_code == 401
