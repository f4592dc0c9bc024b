"""The gradebook: homework points and quiz credit, the same for staff and for the student."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import BytesIO, StringIO

import pytest
from flask import Flask
from openpyxl import load_workbook

from server.person import Person
from server.web import services
from tests.server.builders import NOON
from tests.server.conftest import Browser
from tests.server.quizzes.conftest import Phone, Remote
from tests.server.submissions.builders import a_graded_submission, an_assignment

Rooms = Callable[..., Remote]


@pytest.fixture
def anna(app: Flask, person: Callable[..., Person]) -> Person:
    """Somebody with 8 points of homework."""
    found = person("ABC123", name="=Kiss Anna")
    with services(app).database.write() as session:
        an_assignment(session)
        a_graded_submission(session, found, now=NOON, score=0.8)
    return found


def play(app: Flask, room: Remote, *, right: bool, neptun: str = "ABC123") -> None:
    """One question is asked and answered, and the quiz ends."""
    phone = Phone(app.test_client(), room.pin)
    phone.join(neptun)
    room.ask()
    phone.choose("relu", "0" if right else "-2")
    room.close()
    assert room.press("end").status_code == 200


def table(lecturer: Browser) -> list[list[str]]:
    text = lecturer.get("/gradebook.csv").data.decode("utf-8-sig")
    return list(csv.reader(StringIO(text)))


def test_homework_and_quiz_stand_side_by_side(app: Flask, anna: Person, open_room: Rooms, lecturer: Browser):
    play(app, open_room(), right=True)
    [head, row] = table(lecturer)
    assert head[:2] == ["Neptun code", "Name"]
    assert head[-1] == "Week 1 (%)"
    assert head[2:4] == ["Digits (10)", "Digits (public share)"]
    assert [row[0], float(row[3]), float(row[4])] == ["ABC123", pytest.approx(8, abs=0.5), 100]


def test_best_of_several_rooms_counts(app: Flask, anna: Person, open_room: Rooms, lecturer: Browser):
    play(app, open_room(), right=True)
    play(app, open_room(), right=False)
    assert float(table(lecturer)[1][4]) == 100


def test_quiz_that_is_not_over_is_no_item(app: Flask, anna: Person, open_room: Rooms, lecturer: Browser):
    open_room()
    assert len(table(lecturer)[0]) == 4


@pytest.mark.parametrize(("counts", "shown"), [("all", "100.0"), ("signed-in", ""), ("nobody", "")])
def test_policy_says_whose_credit_counts(anna: Person, open_room: Rooms, counts: str, shown: str):
    room = open_room(counts=counts)
    play(room.browser.client.application, room, right=True)
    assert table(room.browser)[1][4] == shown


def test_decision_afterwards_changes_the_gradebook(
    app: Flask, anna: Person, open_room: Rooms, lecturer: Browser
):
    room = open_room()
    play(app, room, right=False)
    assert float(table(lecturer)[1][4]) == 0
    for place in range(4):
        room.post("rulings", {"question": "relu", "kind": "accept", "value": place})
    assert float(table(lecturer)[1][4]) == 100


def test_student_sees_the_same_numbers_and_only_those(
    app: Flask, anna: Person, person: Callable[..., Person], open_room: Rooms, lecturer: Browser
):
    person("XYZ789", name="Nagy Péter")
    play(app, open_room(), right=True)
    browser = Browser(app)
    browser.sign_in("ABC123")
    page = browser.get("/grades", headers={"Accept-Language": "en"}).text
    assert "Week 1" in page
    assert "100 %" in page
    assert "Nagy Péter" not in page
    assert "100 %" in lecturer.get("/people/ABC123").text


def test_name_like_a_formula_is_a_text_in_both_files(anna: Person, lecturer: Browser):
    assert table(lecturer)[1][1] == "'=Kiss Anna"
    sheet = load_workbook(BytesIO(lecturer.get("/gradebook.xlsx").data)).active
    assert sheet is not None
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=Kiss Anna", "s")


def test_other_kinds_of_file_are_not_found(lecturer: Browser):
    assert lecturer.get("/gradebook.ods").status_code == 404


def test_empty_course_has_an_empty_book(lecturer: Browser):
    assert lecturer.get("/gradebook").status_code == 200


def test_programs_read_the_same_numbers(
    app: Flask,
    anna: Person,
    open_room: Rooms,
    lecturer: Browser,
    token: Callable[[str], dict[str, str]],
):
    play(app, open_room(), right=True)
    whole = lecturer.client.get("/api/v1/gradebook").get_json()
    own = app.test_client().get("/api/v1/grades", headers=token("ABC123")).get_json()
    [mine], [of_staff] = own["rows"], whole["rows"]
    assert mine["standings"][0]["public"] == of_staff["standings"][0]["public"]
    assert mine["standings"][0]["private"] is None, "it is told when nobody can hand in any more"
    assert of_staff["standings"][0]["private"]["points"] == of_staff["numbers"][0]
    assert (mine["neptun"], mine["numbers"][-1]) == ("ABC123", 1)
