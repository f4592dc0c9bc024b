"""Rooms of another course on the same server: the PIN is global, but staff of this course run none."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from assignments.quiz import Policy
from server.person import Role
from server.quizzes.authoring.publishing import sync_quizzes
from server.quizzes.room.rooms import StaffAction, find_room, open_room
from server.web import services
from tests.server.builders import NOON, a_person, another_course
from tests.server.conftest import Browser
from tests.server.quizzes.conftest import QUIZ
from tests.server.submissions.builders import ZONE

READ = (
    *("/live/{pin}/remote", "/live/{pin}/wall", "/live/{pin}/results", "/live/{pin}/results.csv"),
    *("/live/{pin}/replay", "/api/v1/live/{pin}/results", "/api/v1/live/{pin}/desk"),
    *("/api/v1/live/{pin}/wall", "/api/v1/live/{pin}/replay"),
)


@pytest.fixture
def theirs(app: Flask, tmp_path: Path) -> str:
    """The PIN of a room of another course, in its lobby."""
    (tmp_path / "theirs" / "quizzes").mkdir(parents=True)
    (tmp_path / "theirs" / "quizzes" / "week-1.toml").write_text(QUIZ)
    database = services(app).database
    with database.write() as session:
        other = another_course(session)
        lecturer = a_person(session, "LEC002", role=Role.LECTURER, course_id=other)
    sync_quizzes(database, services(app).store, tmp_path / "theirs", ZONE, NOON, course_id=other)
    with database.write() as session:
        policy = Policy(replay_until=NOON + timedelta(days=1))
        return open_room(session, "week-1", policy, StaffAction(lecturer, NOON)).pin


@pytest.mark.parametrize("address", READ)
def test_staff_read_no_room_of_another_course(lecturer: Browser, theirs: str, address: str):
    answer = lecturer.get(address.format(pin=theirs), headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["slug"]) == (404, "wrong-pin")


def test_staff_move_no_room_of_another_course(app: Flask, lecturer: Browser, theirs: str):
    headers = {"X-CSRFToken": lecturer.csrf_token()}
    requests = {"advance": {"to": "question"}, "lock": {"locked": True}}
    for verb, request in requests.items():
        answer = lecturer.client.post(f"/api/v1/live/{theirs}/{verb}", json=request, headers=headers)
        assert (answer.status_code, answer.get_json()["slug"]) == (404, "wrong-pin"), verb
    with services(app).database.read() as session:
        assert not find_room(session, theirs).locked


def test_lists_of_quizzes_and_rooms_are_those_of_the_course(lecturer: Browser, theirs: str):
    page = lecturer.get("/quizzes").text
    assert theirs not in page
    assert "week-1" not in page
