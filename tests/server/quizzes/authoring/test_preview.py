"""A question of the editor as a phone will show it, before anything is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from server.web import services
from tests.server.conftest import Browser

SUM = {
    "id": "sum",
    "type": "numeric",
    "text": "{{a}} + 1?",
    "accepted": ["{{b}}"],
    "generate": "variants.py:addition",
}
TRUTH = {"id": "truth", "type": "true-false", "text": {"en": "$x^2$", "hu": "Igaz?"}, "correct": True}
FUNCTION = "def addition(rng):\n    return {'a': 41, 'b': 42}\n"


@pytest.fixture
def course(app: Flask, quiz_folder: Path) -> Path:
    """The folder in which the application looks for functions."""
    known = services(app)
    app.extensions["hazi"] = replace(known, config=replace(known.config, assignments=quiz_folder))
    return quiz_folder


def preview(browser: Browser, question: object, **changes: Any) -> TestResponse:  # noqa: ANN401
    document = {"slug": "preview", "title": "Preview", "question": [question]} | changes
    sent = {"document": json.dumps(document)}
    return browser.post("/quizzes/preview", sent, headers={"Accept": "application/json"})


def test_question_is_drawn_in_both_languages(lecturer: Browser):
    seen = preview(lecturer, TRUTH).get_json()
    assert "<math" in seen["en"]["question"]["text"]
    assert seen["hu"]["question"]["text"] == "Igaz?"
    assert seen["hu"]["answered"]["right"] is True


def test_mistake_is_told_with_its_field(lecturer: Browser):
    answer = preview(lecturer, TRUTH | {"seconds": 2})
    assert (answer.status_code, answer.get_json()["field"]) == (422, "question[0].seconds")


def test_formula_that_is_none_points_at_the_question(lecturer: Browser):
    answer = preview(lecturer, TRUTH | {"text": "$\\frac{$"})
    assert (answer.status_code, answer.get_json()["field"]) == (422, "question[0]")
    assert "is not understood" in answer.get_json()["problem"]


def test_generated_question_shows_numbers_of_its_own(lecturer: Browser, course: Path):
    (course / "quizzes" / "variants.py").write_text(FUNCTION)
    seen = preview(lecturer, SUM).get_json()["en"]
    assert (seen["question"]["text"], seen["answered"]["right"]) == ("41 + 1?", ["42"])


def test_function_that_is_not_there_is_named(lecturer: Browser):
    assert "variants.py" in preview(lecturer, SUM).get_json()["problem"]


def test_script_in_a_question_is_text(lecturer: Browser):
    shown = preview(lecturer, TRUTH | {"text": "<img src=x onerror=alert(1)>"}).get_json()
    assert shown["en"]["question"]["text"].startswith("&lt;img")


@pytest.mark.parametrize("question", [None, 5, [], {}, {"text": {"en": []}}, {"generate": "../x.py:f"}])
def test_what_is_no_question_is_refused(lecturer: Browser, question: object):
    assert preview(lecturer, question).status_code == 422
