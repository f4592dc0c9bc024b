"""Quizzes as files: what is written comes back, and whatever is wrong is named with its line."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings

from assignments.questions.choice import Choice
from assignments.questions.matrix import Cell, Matrix
from assignments.questions.numeric import AcceptedNumber, Numeric
from assignments.questions.shape import Shape
from assignments.quiz import GeneratedQuestion, Question, Quiz
from assignments.quiz_files import quiz_files, read_quiz_file
from assignments.quiz_reading import read_quiz
from assignments.quiz_writing import write_quiz
from assignments.toml.fields import SpecError
from assignments.variants import draw, filled, variants
from tests.assignments.quiz_strategies import quizzes

ZONE = ZoneInfo("Europe/Budapest")
HEAD = 'slug = "week-1"\ntitle = { en = "Week 1", hu = "1. hét" }\n'
QUESTION = '[[question]]\nid = "q"\ntext = "What?"\n'


def read(question: str, head: str = HEAD) -> Quiz:
    return read_quiz(f"{head}\n[[question]]\n{question}", ZONE)


def one(question: str) -> Question:
    found = read(f'id = "q"\ntext = "What?"\n{question}').questions[0]
    assert isinstance(found, Question)
    return found


def problem(question: str) -> str:
    with pytest.raises(SpecError) as caught:
        one(question)
    return str(caught.value)


@given(quizzes())
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_what_is_written_is_read_again(quiz: Quiz):
    assert read_quiz(write_quiz(quiz, ZONE), ZONE) == quiz


def test_single_choice_with_plain_options():
    question = one('type = "single"\noptions = ["0", { text = "1", correct = true }]')
    assert question.type == "single"
    assert isinstance(question.body, Choice)
    assert [option.correct for option in question.body.options] == [False, True]


def test_number_without_tolerance_may_stand_alone():
    assert one('type = "numeric"\naccepted = [0.5]').body == Numeric((AcceptedNumber(0.5),))


def test_scalar_has_the_empty_shape():
    assert one('type = "shape"\nshape = []').body == Shape(())


def test_cells_are_row_and_column():
    body = one(
        'type = "cell"\nclasses = ["a", "b"]\nmatrix = [[1, 2], [3, 4]]\ncells = [[0, 1]]',
    ).body
    assert body == Matrix(("a", "b"), ((1, 2), (3, 4)), frozenset({Cell(0, 1)}))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ('type = "single"\noptions = ["a", "b"]', "options: exactly one must have correct = true, not 0"),
        ('type = "multiple"\noptions = ["a", "b"]', "options: at least one must have correct = true"),
        ('type = "single"\noptions = ["a"]', "options: must be 2 to 26, not 1"),
        ('type = "shape"\nshape = [-1]', "shape: each must be a whole number"),
        ('type = "numeric"\naccepted = []', "accepted: must be 1 to 50, not 0"),
        ('type = "singlee"\noptions = []', "is 'single' meant?"),
        ('type = "true-false"\ncorrect = 1', "correct: must be true or false"),
        ('type = "true-false"\ncorrect = true\ntime = 3', "time: is not a known key"),
        (
            'type = "cell"\nclasses = ["a", "b"]\nmatrix = [[1], [3, 4]]\ncells = [[0, 1]]',
            "matrix: must be 2 lists of 2 numbers each",
        ),
        ('type = "single"\noptions = ["a\\u0000", "b"]', "has invisible characters"),
    ],
)
def test_what_is_wrong_is_named(question: str, said: str):
    assert said in problem(question)


def test_error_in_an_option_names_the_line_of_the_options():
    text = 'type = "single"\noptions = [\n  "a",\n  { text = "b", korrect = true },\n]'
    assert problem(text).startswith("quiz.toml, line 8: question[0].options[1].korrect: is not a known key")


def test_two_questions_of_one_name_are_refused():
    twice = 2 * (QUESTION + 'type = "true-false"\ncorrect = true\n')
    with pytest.raises(SpecError, match="'q' is there twice"):
        read_quiz(HEAD + twice, ZONE)


def test_text_in_one_language_alone_is_refused():
    with pytest.raises(SpecError, match=r"text\.hu: is missing"):
        read('id = "q"\ntext = { en = "What?" }\ntype = "true-false"\ncorrect = true')


GENERATED = """\
id = "q"
type = "numeric"
text = "TP = {{tp}}: precision?"
accepted = [{ value = "{{precision}}", tolerance = 0.01 }]
generate = "variants.py:precision"
"""
FUNCTION = """\
def precision(rng):
    tp = rng.randint(1, 20)
    return {"tp": tp, "precision": tp / 20}
"""


def test_each_seed_has_its_own_numbers(tmp_path: Path):
    (tmp_path / "variants.py").write_text(FUNCTION)
    generated = read(GENERATED).questions[0]
    assert isinstance(generated, GeneratedQuestion)
    drawn = draw(str(tmp_path / "variants.py"), generated.function, 7, 30)
    made = variants(generated, drawn, file="week-1.toml")
    assert len({question.text.en for question in made}) > 5
    for question, values in zip(made, drawn, strict=True):
        assert question.body == Numeric((AcceptedNumber(values["tp"] / 20, 0.01),))
        assert str(values["tp"]) in question.text.en


def test_same_seed_draws_the_same(tmp_path: Path):
    (tmp_path / "variants.py").write_text(FUNCTION)
    file = str(tmp_path / "variants.py")
    assert draw(file, "precision", 7, 5) == draw(file, "precision", 7, 5) != draw(file, "precision", 8, 5)


def test_variant_that_is_no_question_is_named(tmp_path: Path):
    generated = read(GENERATED).questions[0]
    assert isinstance(generated, GeneratedQuestion)
    with pytest.raises(SpecError, match=r"q, variant 0\.accepted\[0\]\.value: must be a number"):
        variants(generated, [{"tp": 1, "precision": "half"}], file="week-1.toml")


def test_braces_of_latex_stay():
    assert filled(r"$\frac{{a}}{{{b}}}$ {{n}}", {"n": 3}) == r"$\frac{{a}}{{{b}}}$ 3"


def test_file_must_carry_the_name_of_its_quiz(tmp_path: Path):
    folder = tmp_path / "quizzes"
    folder.mkdir()
    (folder / "week-2.toml").write_text(HEAD + QUESTION + 'type = "true-false"\ncorrect = true\n')
    [path] = quiz_files(tmp_path).values()
    with pytest.raises(SpecError, match="must be the name of the file, 'week-2'"):
        read_quiz_file(path, ZONE)


def test_generator_that_is_not_there_is_named(tmp_path: Path):
    folder = tmp_path / "quizzes"
    folder.mkdir()
    (folder / "week-1.toml").write_text(f"{HEAD}[[question]]\n{GENERATED}")
    with pytest.raises(SpecError, match=r"line 8: .*no file 'variants\.py'"):
        read_quiz_file(folder / "week-1.toml", ZONE)
