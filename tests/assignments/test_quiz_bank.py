"""The quiz bank is whole: both languages, concepts and explanations everywhere, each id once."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

import assignments
from assignments.localized import Localized
from assignments.questions.choice import Choice, Option
from assignments.questions.registry import modules_of_types
from assignments.quiz import GeneratedQuestion, Question
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
QUIZ = pytest.mark.parametrize("slug", sorted(FILES))


def concepts(slug: str) -> set[str]:
    """The vocabulary that stands at the head of a quiz's file."""
    head = FILES[slug].read_text(encoding="utf-8").partition("slug =")[0]
    return set(re.findall(r"[a-z0-9-]+", head.partition("Concepts:")[2]))


def test_bank_has_enough_questions_of_every_type():
    assert len(questions()) >= 48
    assert {question.type for question in questions().values()} == set(modules_of_types())


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


def concepts_and_time(question: Question) -> bool:
    """It has concepts and a sensible time."""
    return bool(question.tags) and 15 <= question.seconds <= 120


def both_languages(question: Question) -> bool:
    """Question and explanation are in both languages."""
    explanation = question.explanation
    return (
        explanation is not None and question.text.en != question.text.hu and explanation.en != explanation.hu
    )


def alike_where_it_may_be(question: Question) -> bool:
    """Only formulas and names are alike in both languages."""
    alike = {text.en for text in texts(question) if text.en == text.hu}
    rest = {re.sub(r"\$[^$]*\$", "", prose(text)).strip() for text in alike}
    return rest - {""} <= NAMES


def decimals(question: Question) -> bool:
    """Decimals are written as each language does."""
    return not any(
        re.search(r"\d\.\d", prose(text.hu)) or re.search(r"\d(,|\{,\})\d", prose(text.en))
        for text in texts(question)
    )


def same_programs(question: Question) -> bool:
    """Programs are the same in both languages, and are programs."""
    english, hungarian = (re.sub(r"#.*", "", code(one)) for one in (question.text.en, question.text.hu))
    compile(english, question.id, "exec")
    return english == hungarian


def closed(question: Question) -> bool:
    """Formulas and code are closed."""
    return all(
        prose(text).count("$") % 2 == 0
        and text.count("`") % 2 == 0
        and all(part.count("{") == part.count("}") for part in prose(text).split("$"))
        for both in texts(question)
        for text in (both.en, both.hu)
    )


def reasons(question: Question) -> bool:
    """Every wrong option says why."""
    options = question.body.options if isinstance(question.body, Choice) else ()
    return all(option.correct or option.feedback for option in options)


def different_options(question: Question) -> bool:
    """Options differ from one another."""
    body = question.body
    for language in assignments.LANGUAGES if isinstance(body, Choice) else ():
        shown = [getattr(option.text, language) for option in body.options]
        if len(shown) != len(set(shown)):
            return False
    return True


def not_always_first(question: Question) -> bool:
    """Options that stay as they are written do not begin with the right one."""
    body = question.body
    return not isinstance(body, Choice) or body.shuffle or not body.options[0].correct


def tells_no_answer_before(question: Question) -> bool:
    """What is asked for as a word stands neither in the title nor in a text that is shown before it."""
    quizzes = [quiz for quiz in bank().values() if question.id in {one.id for one in quiz.questions}]
    earlier = [one for quiz in quizzes for one in _before(quiz.questions, question.id)]
    forms = [
        one.text.replace("*", "") for one in getattr(question.body, "accepted", ()) if hasattr(one, "text")
    ]
    shown = " ".join(
        text
        for both in (
            *(quiz.title for quiz in quizzes),
            *(text for one in earlier for text in texts(questions()[one])),
        )
        for text in (both.en.lower(), both.hu.lower())
    )
    return not any(form.lower() in shown for form in forms)


def _before(asked: Sequence[Question | GeneratedQuestion], name: str) -> list[str]:
    """The questions of the same quiz that come before this one."""
    ids = [one.id for one in asked]
    return ids[: ids.index(name)]


RULES = (
    *(concepts_and_time, both_languages, alike_where_it_may_be, decimals, same_programs, closed),
    *(reasons, different_options, not_always_first, tells_no_answer_before),
)


@pytest.mark.parametrize("name", sorted(questions()))
def test_question_keeps_all_rules(name: str):
    question = questions()[name]
    assert [rule.__doc__ for rule in RULES if not rule(question)] == []


BAD = Localized("Is 0,5 `right?", "0.5 `jó?")


def test_rules_find_what_breaks_them():
    option = Option(BAD)
    question = Question("bad", BAD, Choice((option, option)), seconds=5)
    kept = [rule for rule in RULES if rule(question)]
    assert kept == [alike_where_it_may_be, same_programs, not_always_first, tells_no_answer_before]


@pytest.mark.parametrize("name", sorted(generated()))
def test_hundred_students_get_sound_and_different_questions(name: str):
    drawn = variants_of(name)
    assert len(drawn) == DRAWN
    assert len({(question.text.en, str(question.body)) for question in drawn}) > DRAWN / 2
    assert [question.text.en for question in drawn if "{{" in shown(question)] == []


def shown(question: Question) -> str:
    return "".join(text.en + text.hu for text in texts(question))
