"""The quiz bank is whole: both languages, concepts and explanations everywhere, each id once."""

from __future__ import annotations

import re

import pytest

import assignments
from assignments.questions.choice import Choice
from assignments.questions.types import QuestionType
from assignments.quiz import Question
from assignments.quiz_reading import read_quiz
from assignments.quiz_writing import write_quiz
from tests.assignments.quiz_bank import (
    DRAWN,
    FILES,
    bank,
    code,
    generated,
    prose,
    questions,
    texts,
    variants_of,
)

# What is written alike in both languages.
NAMES = {"ReLU", "leaky ReLU", "softplus", "LeNet (1989)", "LeNet-5 (1998)", "AlexNet (2012)"}
NAMED = pytest.mark.parametrize("name", sorted(questions()))
QUIZ = pytest.mark.parametrize("slug", sorted(FILES))


def concepts(slug: str) -> set[str]:
    """The vocabulary that stands at the head of a quiz's file."""
    head = FILES[slug].read_text(encoding="utf-8").partition("slug =")[0]
    return set(re.findall(r"[a-z0-9-]+", head.partition("Concepts:")[2]))


def test_bank_has_enough_questions_of_every_type():
    assert len(questions()) >= 48
    assert {question.type for question in questions().values()} == set(QuestionType)


def test_no_two_questions_share_an_id():
    ids = [question.id for quiz in bank().values() for question in quiz.questions]
    assert len(ids) == len(set(ids))


@QUIZ
def test_quiz_fits_into_one_lecture(slug: str):
    assert 7 <= len(bank()[slug].questions) <= 10
    assert bank()[slug].title.en != bank()[slug].title.hu


@QUIZ
def test_head_lists_just_the_concepts_used(slug: str):
    used = {tag for question in bank()[slug].questions for tag in questions()[question.id].tags}
    assert used == concepts(slug)


@QUIZ
def test_written_quiz_is_read_again(slug: str):
    zone = assignments.course().zone
    assert read_quiz(write_quiz(bank()[slug], zone), zone) == bank()[slug]


@NAMED
def test_question_has_concepts_and_a_sensible_time(name: str):
    question = questions()[name]
    assert question.tags
    assert 15 <= question.seconds <= 120


@NAMED
def test_question_and_explanation_are_in_both_languages(name: str):
    question = questions()[name]
    assert question.explanation is not None
    assert question.text.en != question.text.hu
    assert question.explanation.en != question.explanation.hu


@NAMED
def test_only_formulas_and_names_are_alike_in_both_languages(name: str):
    alike = {text.en for text in texts(questions()[name]) if text.en == text.hu}
    rest = {re.sub(r"\$[^$]*\$", "", prose(text)).strip() for text in alike}
    assert rest - {""} <= NAMES


@NAMED
def test_decimals_are_written_as_each_language_does(name: str):
    for text in texts(questions()[name]):
        assert re.search(r"\d\.\d", prose(text.hu)) is None
        assert re.search(r"\d(,|\{,\})\d", prose(text.en)) is None


@NAMED
def test_programs_are_the_same_in_both_languages(name: str):
    text = questions()[name].text
    english, hungarian = (re.sub(r"#.*", "", code(one)) for one in (text.en, text.hu))
    assert english == hungarian
    compile(english, name, "exec")


@NAMED
def test_formulas_and_code_are_closed(name: str):
    for text in (one for both in texts(questions()[name]) for one in (both.en, both.hu)):
        assert prose(text).count("$") % 2 == 0
        assert text.count("`") % 2 == 0
        assert all(part.count("{") == part.count("}") for part in prose(text).split("$"))


@NAMED
def test_every_wrong_option_says_why(name: str):
    body = questions()[name].body
    options = body.options if isinstance(body, Choice) else ()
    assert [option.text.en for option in options if not option.correct and not option.feedback] == []


@NAMED
def test_options_differ_from_one_another(name: str):
    body = questions()[name].body
    for language in assignments.LANGUAGES if isinstance(body, Choice) else ():
        shown = [getattr(option.text, language) for option in body.options]
        assert len(shown) == len(set(shown))


@pytest.mark.parametrize("name", sorted(generated()))
def test_hundred_students_get_sound_and_different_questions(name: str):
    drawn = variants_of(name)
    assert len(drawn) == DRAWN
    assert len({(question.text.en, str(question.body)) for question in drawn}) > DRAWN / 2
    assert [question.text.en for question in drawn if "{{" in shown(question)] == []


def shown(question: Question) -> str:
    return "".join(text.en + text.hu for text in texts(question))
