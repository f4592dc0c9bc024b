"""How questions did over the years: rooms and old reports of Kahoot, question by question."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from server.quizzes.reports.history import Asked, Game, QuestionHistory, best_match, hardest_first, plain
from tests.server.conftest import Browser
from tests.server.quizzes.conftest import Phone, Remote
from tests.server.quizzes.formats.samples import sample
from tests.server.quizzes.formats.test_kahoot_report import RAW, workbook

GAME = Game(datetime(2025, 10, 1, tzinfo=UTC), 3, None)
TEXTS = st.text(st.characters(codec="ascii", categories=["L"]), min_size=8, max_size=60)


def asked(right: int, answers: int) -> Asked:
    return Asked(GAME, answers, right, None, None, None)


def remembered(name: str, *times: Asked) -> QuestionHistory:
    return QuestionHistory(name, "", current=True, tags=(), asked=times)


def a_report(*questions: str, right: int = 1) -> bytes:
    """Two players each, of whom `right` know it."""
    rows = [
        [f"{at + 1} Quiz", text, "a", "b", "a", 20, player, "a" if knows else "b", *_marks(knows), 2]
        for at, text in enumerate(questions)
        for player, knows in (("One", right > 0), ("Two", right > 1))
    ]
    return workbook(RawReportData_Data=[RAW, *rows])


def _marks(knows: bool) -> Sequence[object]:
    return ("Correct" if knows else "Incorrect", int(knows), 900 if knows else 0)


def take(lecturer: Browser, slug: str, *contents: bytes, day: str = "2025-10-01") -> TestResponse:
    files = [(BytesIO(content), f"report-{at}.xlsx") for at, content in enumerate(contents)]
    return lecturer.post(f"/quizzes/{slug}/history/reports", {"reports": files, "played_on": day})


def table(lecturer: Browser, slug: str) -> list[list[str]]:
    """Question, where, answers and right of each line of the file."""
    text = lecturer.get(f"/quizzes/{slug}/history.csv").data.decode("utf-8-sig")
    return [[row[0], row[2], row[4], row[5]] for row in list(csv.reader(StringIO(text)))[1:]]


@given(TEXTS)
def test_same_text_is_found_however_it_is_written(text: str):
    known = {"other": ["Something else altogether, with 42 words"], "this": [f"**{text.upper()}**?", "x"]}
    assert best_match(f"  {text.lower()} ", known) == "this"


@given(st.text(max_size=80), st.text(max_size=80))
def test_matching_never_fails_and_never_guesses_from_nothing(text: str, other: str):
    found = best_match(text, {"other": [other]})
    assert found is None or plain(text)


def test_text_with_one_word_changed_is_still_found():
    known = {"a": ["What is the derivative of ReLU at minus two?"], "b": ["What is softmax?"]}
    assert best_match("What is the derivative of ReLU at minus 2?", known) == "a"
    assert best_match("Who made LeNet?", known) is None


def test_hardest_question_stands_first():
    questions = [remembered("easy", asked(3, 3)), remembered("new"), remembered("hard", asked(1, 3))]
    assert [one.id for one in hardest_first(questions)] == ["hard", "easy", "new"]


def test_share_is_that_of_all_answers_of_all_games():
    assert remembered("q", asked(1, 2), asked(8, 8)).share_right == 0.9


@pytest.fixture
def played(app: Flask, open_room: Callable[..., Remote], person: Callable[..., Any]) -> Remote:
    """One player in two votes on the first question: wrong, then right."""
    remote = open_room()
    person("ABC123", password=None)
    phone = Phone(app.test_client(), remote.pin)
    phone.join("ABC123")
    remote.ask()
    phone.choose("relu", "2")
    remote.press("close")
    remote.press("again")
    remote.clock.pass_by(seconds=1.5)
    phone.choose("relu.2", "0")
    remote.close()
    remote.press("end")
    return remote


def test_room_is_part_of_the_history(played: Remote, published: str, lecturer: Browser):
    assert table(lecturer, published) == [["relu", played.pin, "1", "1"]]


def test_vote_before_the_discussion_is_told(played: Remote, published: str, lecturer: Browser):
    text = lecturer.get(f"/quizzes/{published}/history.csv").data.decode("utf-8-sig")
    row = next(csv.DictReader(StringIO(text)))
    assert (row["Before the discussion (%)"], row["Right (%)"]) == ("0.0", "100.0")


def test_questions_of_a_report_are_found_by_their_text(published: str, lecturer: Browser):
    answer = take(lecturer, published, a_report("What is  ReLU(-2)?", "Who is it?"))
    assert answer.status_code == 302
    assert table(lecturer, published) == [["relu", "Kahoot", "2", "1"]]


def test_real_report_is_taken(published: str, lecturer: Browser):
    assert take(lecturer, published, sample("kahoot-report-rawdata.xlsx")).status_code == 302
    assert "Player A" not in lecturer.get(f"/quizzes/{published}/history").text


def test_same_report_is_taken_once(published: str, lecturer: Browser):
    content = a_report("What is ReLU(-2)?")
    take(lecturer, published, content)
    answer = take(lecturer, published, a_report("Shape?"), content)
    assert (answer.status_code, "Taken before" in answer.text) == (409, True)
    assert len(table(lecturer, published)) == 1, "nothing of the second hand-over is there"


def test_lecturer_says_which_question_is_which(published: str, lecturer: Browser):
    take(lecturer, published, a_report("Something that nobody finds"))
    lecturer.post(f"/quizzes/{published}/history/reports/1", {"row-1": "shape"})
    assert table(lecturer, published) == [["shape", "Kahoot", "2", "1"]]
    lecturer.post(f"/quizzes/{published}/history/reports/1", {"row-1": "no such question"})
    assert table(lecturer, published) == []


def test_report_is_taken_out_again(published: str, lecturer: Browser):
    take(lecturer, published, a_report("What is ReLU(-2)?"))
    lecturer.post(f"/quizzes/{published}/history/reports/1", {"remove": "1"})
    assert table(lecturer, published) == []


def test_report_of_another_quiz_is_out_of_reach(published: str, lecturer: Browser):
    assert lecturer.post(f"/quizzes/{published}/history/reports/99", {}).status_code == 404


def test_report_without_questions_says_what_to_do(published: str, lecturer: Browser):
    answer = take(lecturer, published, sample("kahoot-report-finalscores.xlsx"))
    assert (answer.status_code, "raw data" in answer.text) == (422, True)


@pytest.mark.parametrize("day", ["", "yesterday", "9999-99-99", "0001-01-01"])
def test_day_that_is_none_is_refused(published: str, lecturer: Browser, day: str):
    assert take(lecturer, published, a_report("Shape?"), day=day).status_code == 422


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"\x00" * 100, b"<xml/>"])
def test_file_that_is_no_report_is_refused(published: str, lecturer: Browser, content: bytes):
    assert take(lecturer, published, content).status_code == 422
