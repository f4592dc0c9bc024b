"""The editor's form: nothing of a quiz is lost in it, and whatever it sends is a quiz or refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from assignments.quiz import Policy, Quiz
from assignments.quiz_reading import read_quiz
from assignments.quiz_writing import quiz_document, write_document, write_quiz
from server.quizzes.authoring.quiz_form import document_of, toml_of
from server.quizzes.refusals import BadQuiz
from tests.assignments.quiz_strategies import quizzes
from tests.server.conftest import Browser
from tests.server.quizzes.conftest import QUIZ

ZONE = ZoneInfo("Europe/Budapest")
GENERATED = """
[[question]]
id = "sum"
type = "numeric"
text = "{{a}} + 1?"
accepted = "{{accepted}}"
generate = "variants.py:addition"
"""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=12,
)


def publish(lecturer: Browser, document: object) -> TestResponse:
    return lecturer.post("/quizzes/publish", {"document": json.dumps(document)})


def a_document(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    return document_of(QUIZ, ZONE) | changes


@given(quizzes())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_quiz_comes_back_from_the_form_as_it_was(quiz: Quiz):
    sent = json.dumps(document_of(write_quiz(quiz, ZONE), ZONE))
    assert read_quiz(toml_of(sent, "", ZONE), ZONE) == quiz


def test_generated_question_comes_back_as_it_was():
    toml = QUIZ + GENERATED
    assert read_quiz(toml_of(json.dumps(document_of(toml, ZONE)), "", ZONE), ZONE) == read_quiz(toml, ZONE)


@given(quizzes(), st.datetimes(datetime(2000, 1, 2), datetime(2100, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_end_of_the_replay_keeps_its_moment(quiz: Quiz, until: datetime):
    document = quiz_document(quiz, ZONE) | {"policy": {"replay_until": until}}
    sent = json.dumps(document_of(write_document(document), ZONE))
    assert read_quiz(toml_of(sent, "", ZONE), ZONE).policy == Policy(replay_until=until)


@pytest.mark.parametrize(
    "value", ["2027-01-01", "2027-01-01T08:00:00", "08:00:00", "nan", "[inf]", "{ a = 9007199254740993 }"]
)
def test_what_a_browser_would_change_stays_a_text(lecturer: Browser, value: str):
    toml = f"{QUIZ}{GENERATED}since = {value}\n"
    with pytest.raises(BadQuiz):
        document_of(toml, ZONE)
    answer = lecturer.post("/quizzes/convert", {"toml": toml}, headers={"Accept": "application/json"})
    assert (answer.status_code, "the text of its file" in answer.get_json()["detail"]) == (422, True)


@given(
    st.dictionaries(st.sampled_from(["slug", "title", "policy", "question", "x"]), JSON) | JSON,
    st.sampled_from(["", QUIZ, "question = 5"]) | st.text(max_size=20),
)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_whatever_is_sent_is_a_text_or_refused(sent: object, base: str):
    try:
        toml = toml_of(json.dumps(sent), base, ZONE)
    except BadQuiz:
        return
    assert isinstance(toml, str)


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "nonsense",
        "[" * 100_000,
        '{"weight": NaN}',
        '{"weight": 1e999}',
        f'{{"weight": {"9" * 5000}}}',
        '{"title": "\\ud800"}',
        '{"question": 5}',
        "7",
    ],
)
def test_what_is_no_document_is_refused(sent: str):
    with pytest.raises(BadQuiz):
        toml_of(sent, "", ZONE)


def test_form_publishes_the_quiz(lecturer: Browser):
    assert publish(lecturer, a_document(title="From the form")).status_code == 302
    assert "From the form" in lecturer.get("/quizzes/week-1").text


def test_mistake_comes_back_in_the_form_at_its_field(lecturer: Browser):
    document = a_document()
    document["question"][1]["seconds"] = 2
    answer = publish(lecturer, document)
    assert answer.status_code == 422
    assert 'data-field="question[1].seconds"' in answer.text
    assert '"seconds": 2' in answer.text


def test_hostile_document_is_refused_without_a_fault(lecturer: Browser):
    answer = lecturer.post("/quizzes/publish", {"document": '{"question": [[[]]]}'})
    assert (answer.status_code, "Reload the page" in answer.text) == (422, True)


@pytest.mark.parametrize("depth", [50, 90, 150, 200, 300, 500, 900])
def test_deep_document_is_refused_without_a_fault(lecturer: Browser, depth: int):
    document = '{"question": [{"id": ' + "[" * depth + "]" * depth + "}]}"
    for address in ("publish", "preview"):
        assert lecturer.post(f"/quizzes/{address}", {"document": document}).status_code == 422


def test_formula_that_cannot_be_drawn_points_at_its_question(lecturer: Browser):
    document = a_document()
    document["question"][2]["explanation"] = "$\\frac{$"
    answer = publish(lecturer, document)
    assert (answer.status_code, 'data-field="question[2]"' in answer.text) == (422, True)


def test_function_that_fails_points_at_its_question(lecturer: Browser):
    document = document_of(QUIZ + GENERATED, ZONE)
    answer = publish(lecturer, document)
    assert (answer.status_code, 'data-field="question[3]"' in answer.text) == (422, True)


def test_only_what_stands_nowhere_else_is_unsaved(lecturer: Browser):
    assert "data-unsaved" not in lecturer.get("/quizzes/new").text
    assert "data-unsaved" in publish(lecturer, a_document(slug="No slug")).text


def test_text_and_form_turn_into_each_other(lecturer: Browser):
    form = lecturer.post("/quizzes/convert", {"toml": QUIZ}).get_json()["document"]
    text = lecturer.post("/quizzes/convert", {"document": json.dumps(form)}).get_json()["toml"]
    assert read_quiz(text, ZONE) == read_quiz(QUIZ, ZONE)


def test_text_with_a_mistake_stays_a_text(lecturer: Browser):
    headers = {"Accept": "application/json"}
    broken = QUIZ.replace("seconds = 20", "seconds = 2")
    answer = lecturer.post("/quizzes/convert", {"toml": broken}, headers=headers)
    assert (answer.status_code, answer.get_json()["line"]) == (422, 8)


def test_comments_outlive_the_form(lecturer: Browser):
    commented = QUIZ.replace("seconds = 20", "seconds = 20  # enough for all").replace("\n[[", "\n# next\n[[")
    document = document_of(commented, ZONE)
    document["question"][0]["explanation"] = "Less than 0 becomes 0."
    document["question"].reverse()
    sent = {"document": json.dumps(document), "toml": commented.replace("\n", "\r\n")}
    text = lecturer.post("/quizzes/convert", sent).get_json()["toml"]
    assert (text.count("# next\n[[question]]"), text.count("seconds = 20  # enough for all")) == (3, 1)
    assert lecturer.post("/quizzes/publish", sent).status_code == 302
    assert lecturer.get("/quizzes/week-1/source").text == text


def test_comments_outlive_a_mistake_in_the_form(lecturer: Browser):
    document = a_document()
    document["question"][1]["seconds"] = 2
    sent = {"document": json.dumps(document), "toml": f"# kept\n{QUIZ}"}
    assert "# kept\nslug" in lecturer.post("/quizzes/publish", sent).text
