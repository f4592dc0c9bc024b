"""The editor's form: nothing of a quiz is lost in it, and whatever it sends is a quiz or refused."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from assignments.quiz import Quiz
from assignments.quiz_reading import read_quiz
from assignments.quiz_writing import write_quiz
from server.quizzes.quiz_form import document_of, toml_of
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
    assert read_quiz(toml_of(sent), ZONE) == quiz


def test_generated_question_comes_back_as_it_was():
    toml = QUIZ + GENERATED
    assert read_quiz(toml_of(json.dumps(document_of(toml, ZONE))), ZONE) == read_quiz(toml, ZONE)


@given(st.dictionaries(st.sampled_from(["slug", "title", "policy", "question", "x"]), JSON) | JSON)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_whatever_is_sent_is_a_text_or_refused(sent: object):
    try:
        toml = toml_of(json.dumps(sent))
    except BadQuiz:
        return
    assert isinstance(toml, str)


@pytest.mark.parametrize(
    "sent", ["", "nonsense", "[" * 100_000, '{"title": "\\ud800"}', '{"question": 5}', "7"]
)
def test_what_is_no_document_is_refused(sent: str):
    with pytest.raises(BadQuiz):
        toml_of(sent)


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


def test_text_and_form_turn_into_each_other(lecturer: Browser):
    form = lecturer.post("/quizzes/convert", {"toml": QUIZ}).get_json()["document"]
    text = lecturer.post("/quizzes/convert", {"document": json.dumps(form)}).get_json()["toml"]
    assert read_quiz(text, ZONE) == read_quiz(QUIZ, ZONE)


def test_text_with_a_mistake_stays_a_text(lecturer: Browser):
    headers = {"Accept": "application/json"}
    broken = QUIZ.replace("seconds = 20", "seconds = 2")
    answer = lecturer.post("/quizzes/convert", {"toml": broken}, headers=headers)
    assert (answer.status_code, answer.get_json()["line"]) == (422, 8)
