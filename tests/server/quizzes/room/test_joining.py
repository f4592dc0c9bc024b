"""Who comes into a room, who waits before its door, and who is sent away."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.service import people
from server.person import Person, Role
from server.quizzes.models import Device, DoorRequest, Player
from server.quizzes.room import joining
from server.quizzes.room.joining import DEVICES
from server.web import services
from tests.server.conftest import Browser, Clock
from tests.server.quizzes.conftest import Phone, Remote

Joined = Callable[..., Phone]
People = Callable[..., Person]
OpenRoom = Callable[..., Remote]


@pytest.fixture
def stranger(app: Flask, remote: Remote) -> Phone:
    """A phone that nobody has seen before."""
    return Phone(app.test_client(), remote.pin)


def knocks(app: Flask) -> list[tuple[str, str]]:
    with services(app).database.read() as session:
        return [(one.kind, one.typed) for one in session.query(DoorRequest)]


def problem(answer: Any) -> tuple[int, str]:  # noqa: ANN401
    return answer.status_code, answer.get_json()["slug"]


@pytest.mark.parametrize("typed", ["ABC123", " abc123 ", "ａｂｃ１２３"])
def test_code_of_the_class_list_opens_the_door(person: People, stranger: Phone, typed: str):
    person("ABC123")
    answer = stranger.join(typed)
    assert answer.status_code == 201
    assert "ABC123" not in answer.get_json()["nickname"].upper()


def test_wrong_pin_is_said(app: Flask):
    assert problem(Phone(app.test_client(), "000000").join("ABC123")) == (404, "wrong-pin")


def test_code_of_nobody_stays_outside(person: People, stranger: Phone, app: Flask):
    person("ABC123")
    assert stranger.join("QQQQQQ").status_code == 202
    assert problem(stranger.state()) == (409, "device-waiting")
    assert knocks(app) == []


@pytest.mark.parametrize("typed", ["ABC12", "ABC1234", "?"])
def test_what_is_no_code_is_told_so(person: People, stranger: Phone, typed: str):
    person("ABC123")
    assert problem(stranger.join(typed)) == (403, "not-on-roster")


def test_near_miss_is_shown_to_the_lecturer_only(person: People, stranger: Phone, app: Flask):
    person("ABC123", name="Kiss Anna")
    answer = stranger.join("ABC124")
    assert answer.status_code == 202
    assert "Anna" not in answer.text
    assert "ABC123" not in answer.text
    assert knocks(app) == [("near", "ABC124")]


@pytest.mark.parametrize("typed", ["ABC124", "QQQQQQ", "ABC12", "XYZ789"])
def test_everybody_is_looked_through_while_no_writer_waits(
    person: People, phone: Joined, stranger: Phone, monkeypatch: pytest.MonkeyPatch, typed: str
):
    """Each class list is read on its own, before the transaction that writes."""
    person("ABC123")
    phone("XYZ789")
    writing: list[bool] = []

    def watched(session: Session, course_id: int) -> dict[int, Person]:
        writing.append(bool(session.connection().get_execution_options().get("hazi_write")))
        return people(session, course_id)

    monkeypatch.setattr(joining, "people", watched)
    assert stranger.join(typed).status_code in {202, 403}
    assert writing == [False]


@pytest.mark.parametrize(
    "typed", ["", "\0", "x" * 100, "<b>", "ABC12\u202e3", "💥💥💥💥💥💥", "ABC123\ud800"]
)
def test_hostile_code_is_refused(person: People, stranger: Phone, typed: str):
    person("ABC123")
    assert stranger.join(typed).status_code in {403, 422}


def test_whoever_tries_one_code_after_the_other_is_slowed_down(person: People, stranger: Phone):
    person("ABC123")
    stranger.client.get(f"/live/{stranger.pin}")
    statuses = [stranger.join(f"QQQQ{number:02}").status_code for number in range(40)]
    assert 429 in statuses
    assert stranger.join("ABC123").status_code == 201, "a right code is never slowed down"


@pytest.mark.parametrize("pin", ["00000%00", "12345", "1234567", "abcdef", "%F0%9F%92%A5", "１２３４５６"])
def test_pin_of_another_shape_leads_nowhere(app: Flask, pin: str):
    for path in (f"/live/{pin}", f"/api/v1/live/{pin}/state"):
        answer = app.test_client().get(path, headers={"Authorization": "Bearer play_x"})
        assert answer.status_code == 404


def test_person_no_longer_active_is_refused(app: Flask, stranger: Phone, person: People):
    who = person("ABC123")
    with services(app).database.write() as session:
        session.connection().exec_driver_sql(f"UPDATE enrolment SET active = 0 WHERE user_id = {who.id}")
    assert stranger.join("ABC123").status_code == 202


def test_same_device_comes_back_as_itself(person: People, stranger: Phone):
    person("ABC123")
    first, second = stranger.join("ABC123"), stranger.join("ABC123")
    assert first.get_json() == second.get_json()


def test_second_device_waits_until_it_is_let_in(app: Flask, remote: Remote, phone: Joined):
    old, new = phone("ABC123"), Phone(app.test_client(), remote.pin)
    answer = new.join("ABC123")
    assert (answer.status_code, answer.get_json()["waiting"]) == (202, True)
    assert problem(new.state()) == (409, "device-waiting")
    assert remote.post("knocks/1", {"let_in": True}).status_code == 204
    assert new.see()["phase"] == "lobby"
    assert problem(old.state()) == (401, "not-joined")


def test_dismissed_device_stays_outside(app: Flask, remote: Remote, phone: Joined, clock: Clock):
    phone("ABC123")
    new = Phone(app.test_client(), remote.pin)
    new.join("ABC123")
    remote.post("knocks/1", {"let_in": False})
    assert problem(new.state()) == (409, "device-waiting"), "it is not told that somebody looked"
    assert remote.post("knocks/1", {"let_in": True}).status_code == 204
    assert problem(new.state()) == (409, "device-waiting")
    clock.pass_by(minutes=16)
    assert problem(new.state()) == (401, "not-joined")


def test_waiting_device_answers_nothing(app: Flask, remote: Remote, phone: Joined):
    phone("ABC123")
    new = Phone(app.test_client(), remote.pin)
    new.join("ABC123")
    remote.ask()
    assert problem(new.answer("relu", 0)) == (409, "device-waiting")


def test_signed_in_student_joins_with_one_tap(student: Browser, remote: Remote):
    client = student.client
    headers = {"X-CSRFToken": student.csrf_token()}
    answer = client.post(f"/api/v1/live/{remote.pin}/join", json={}, headers=headers)
    assert answer.status_code == 201
    assert remote.results()["players"][0]["proof"] == "signed-in"


def test_joining_by_cookie_needs_the_visits_token(student: Browser, remote: Remote):
    assert problem(student.client.post(f"/api/v1/live/{remote.pin}/join", json={})) == (400, "csrf")


def test_signing_in_outranks_a_typed_code(student: Browser, app: Flask, remote: Remote, clock: Clock):
    impostor = Phone(app.test_client(), remote.pin)
    assert impostor.join("ABC123").status_code == 201
    headers = {"X-CSRFToken": student.csrf_token()}
    answer = student.client.post(f"/api/v1/live/{remote.pin}/join", json={}, headers=headers)
    assert answer.status_code == 201
    remote.ask()
    assert problem(impostor.answer("relu", 0)) == (401, "not-joined")


def test_bearer_of_a_token_joins_as_its_owner(
    app: Flask, person: People, remote: Remote, token: Callable[[str], dict[str, str]]
):
    person("ABC123")
    path = f"/api/v1/live/{remote.pin}/join"
    answer = app.test_client().post(path, json={}, headers=token("ABC123"))
    assert answer.status_code == 201
    bearer = {"Authorization": f"Bearer {answer.get_json()['token']}"}
    assert app.test_client().get(f"/api/v1/live/{remote.pin}/state", headers=bearer).status_code == 200


def test_locked_room_lets_nobody_else_in(remote: Remote, phone: Joined, person: People, stranger: Phone):
    inside = phone("ABC123")
    person("XYZ789")
    remote.post("lock", {"locked": True})
    assert problem(stranger.join("XYZ789")) == (403, "room-locked")
    assert inside.join("ABC123").status_code == 201
    remote.post("lock", {"locked": False})
    assert stranger.join("XYZ789").status_code == 201


def test_late_joiner_sees_where_the_quiz_is(remote: Remote, phone: Joined):
    remote.ask()
    assert phone("ABC123").see()["question"]["type"] == "single"


def test_player_who_was_sent_out_is_out_until_forgiven(remote: Remote, phone: Joined, app: Flask):
    one = phone("ABC123")
    remote.ask()
    one.answer("relu", 0)
    with services(app).database.read() as session:
        player_id = session.query(Player.id).scalar()
    remote.post(f"players/{player_id}", {"kicked": True})
    assert problem(one.state()) == (403, "kicked")
    assert problem(one.answer("relu", 1, n=2)) == (403, "kicked")
    assert problem(one.join("ABC123")) == (403, "kicked")
    remote.post(f"players/{player_id}", {"kicked": False})
    assert one.see()["me"]["n"] == 1, "what was answered is still there"


def test_number_that_no_id_reaches_is_not_found(remote: Remote):
    assert remote.post(f"players/{10**30}", {"kicked": True}).status_code == 404
    assert remote.post(f"knocks/{10**30}", {"let_in": False}).status_code == 404


def test_player_of_another_room_cannot_be_sent_out(open_room: OpenRoom, person: People, app: Flask):
    first, second = open_room(), open_room()
    person("ABC123")
    Phone(app.test_client(), first.pin).join("ABC123")
    assert problem(second.post("players/1", {"kicked": True})) == (409, "not-now")


def test_word_on_the_wall_is_asked_for(open_room: OpenRoom, person: People, app: Flask, lecturer: Browser):
    room = open_room(word=True)
    person("ABC123")
    phone = Phone(app.test_client(), room.pin)
    assert problem(phone.join("ABC123")) == (403, "wrong-word")
    with lecturer.client.get(f"/api/v1/live/{room.pin}/wall", buffered=False) as wall:
        text = ""
        for part in wall.response:
            text += part.decode()
            if "data:" in text:
                break
    word = re.search(r'"word":"(\w+)"', text)
    assert word is not None
    assert phone.join("ABC123", word=word[1]).status_code == 201


def test_key_of_one_room_opens_no_other(open_room: OpenRoom, person: People, app: Flask):
    first, second = open_room(), open_room()
    person("ABC123")
    phone = Phone(app.test_client(), first.pin)
    phone.join("ABC123")
    bearer = {"Authorization": f"Bearer {phone.token}"}
    assert problem(app.test_client().get(f"/api/v1/live/{second.pin}/state", headers=bearer)) == (
        401,
        "not-joined",
    )


def test_nicknames_in_a_room_are_all_different(phone: Joined, remote: Remote):
    for number in range(30):
        phone(f"AAAA{number:02}")
    nicknames = [one["nickname"] for one in remote.results()["players"]]
    assert len(set(nicknames)) == 30


def test_staff_may_try_it_but_count_as_nobody_else(person: People, stranger: Phone):
    person("TUTOR1", role=Role.ASSISTANT)
    assert stranger.join("TUTOR1").status_code == 201


def test_joining_without_end_fills_no_table(
    app: Flask, person: People, token: Callable[[str], dict[str, str]], remote: Remote
):
    """A program without a cookie is a new phone each time; the newest ones play."""
    person("ABC123")
    who = token("ABC123")
    for _ in range(DEVICES + 3):
        path = f"/api/v1/live/{remote.pin}/join"
        assert app.test_client().post(path, json={"neptun": ""}, headers=who).status_code == 201
    with services(app).database.read() as session:
        assert len(session.scalars(select(Device)).all()) == DEVICES
