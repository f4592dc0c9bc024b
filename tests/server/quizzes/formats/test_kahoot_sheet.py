"""Kahoot's import sheet: the official one, a filled one with its fractions, and round trips."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from assignments.questions.choice import Choice, Option
from assignments.questions.short_text import AcceptedText, ShortText
from assignments.questions.true_false import TrueFalse
from assignments.quiz import Question
from server.quizzes.formats.importing import both
from server.quizzes.formats.kahoot_sheet import HEADER, SECONDS, read_workbook, write_kahoot_sheet
from server.quizzes.formats.result import Imported, Language, NoteKind, Unreadable
from tests.server.quizzes.formats.holdable import plain_choices
from tests.server.quizzes.formats.samples import sample

ROW = ["What?", "a", "b", None, None, 20, 1]


def workbook(*rows: list[object], header: tuple[str, ...] = HEADER) -> bytes:
    book = Workbook()
    for row in ([], ["Quiz"], list(header), *rows):
        book.worksheets[0].append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def read(*rows: list[object], header: tuple[str, ...] = HEADER) -> Imported:
    return read_workbook(workbook(*rows, header=header))


def rights(found: Imported) -> list[list[int]]:
    return [
        [at for at, option in enumerate(one.body.options, 1) if option.correct] for one in found.questions
    ]


def losses(question: Question) -> list[str]:
    return [str(note.reason) for note in write_kahoot_sheet([question], Language.EN).losses]


def cells(question: Question) -> list[object]:
    book = load_workbook(io.BytesIO(write_kahoot_sheet([question], Language.EN).content))
    return [cell.value for cell in book.worksheets[0][9]]


def a_choice(*texts: str, **others: object) -> Question:
    options = tuple(Option(both(text), correct=at == 0) for at, text in enumerate(texts or ("a", "b")))
    return Question("q", both("What?"), Choice(options), **{"seconds": 20, **others})


def test_the_template_holds_one_example():
    found = read_workbook(sample("kahoot-import-template.xlsx"))
    [question] = found.questions
    assert (question.seconds, question.body.several, rights(found)) == (60, True, [[1, 2, 3, 4]])
    assert [(note.line, note.kind) for note in found.notes] == [(9, NoteKind.WARNING)]


def test_fractions_of_a_filled_template_are_whole_numbers():
    found = read_workbook(sample("kahoot-import-filled.xlsx"))
    assert [at for [at] in rights(found)] == [1, 4, 2, 1, 1, 4, 1, 3, 3, 2, 4, 1, 3, 3, 2, 3]
    assert ({question.seconds for question in found.questions}, found.notes) == ({20}, ())


@pytest.mark.parametrize("mark", ["1,2", "1, 2", "1;2", "2,1,", 1.2])
def test_several_right_answers_are_a_multiple_choice(mark: object):
    found = read([*ROW[:6], mark])
    assert (found.questions[0].body.several, rights(found)) == (True, [[1, 2]])


@pytest.mark.parametrize("mark", ["", "3", "5", "a", "1,x", "b", "0"])
def test_marks_that_name_no_answer_are_refused(mark: str):
    found = read([*ROW[:6], mark])
    assert (found.questions, [note.line for note in found.notes]) == ((), [4])


def test_columns_are_found_by_their_headers():
    order = (6, 0, 2, 1, 3, 4, 5)
    found = read([ROW[at] for at in order], header=tuple(HEADER[at] for at in order))
    assert [option.text.en for option in found.questions[0].body.options] == ["a", "b"]


def test_a_hyphen_in_the_header_is_no_obstacle():
    assert read(ROW, header=tuple(name.replace("–", "-") for name in HEADER)).questions[0].seconds == 20


@pytest.mark.parametrize("seconds", [None, "soon", 4, -20, 20.5, 1e300])
def test_a_time_that_makes_no_sense_is_told(seconds: object):
    found = read([*ROW[:5], seconds, 1])
    assert (found.questions[0].seconds, [note.kind for note in found.notes]) == (20, [NoteKind.WARNING])


@pytest.mark.parametrize("row", [["", "a", "b", None, None, 20, 1], ["What?", "a", None, None, None, 20, 1]])
def test_incomplete_rows_are_told_by_number(row: list[object]):
    assert [(note.line, note.kind) for note in read(ROW, row).notes] == [(5, NoteKind.SKIPPED)]


def test_empty_rows_are_passed_over():
    assert len(read([], ROW, [None], ROW).questions) == 2


def test_cells_are_plain_text():
    assert read(["2 * 3 = <b>?", *ROW[1:]]).questions[0].text.en == r"2 \* 3 = \<b>?"


def test_another_workbook_is_refused():
    with pytest.raises(Unreadable, match="Correct answer"):
        read(ROW, header=("Neptun", "Name"))


@settings(max_examples=30, deadline=None)
@given(
    st.booleans().flatmap(lambda several: plain_choices(several=several, most=4)), st.sampled_from(SECONDS)
)
def test_what_fits_comes_back_the_same(question: Question, seconds: int):
    question = replace(question, seconds=seconds)
    [found] = read_workbook(write_kahoot_sheet([question], Language.EN).content).questions
    assert replace(found, id="q") == question


def test_the_layout_is_the_official_one():
    official = load_workbook(io.BytesIO(sample("kahoot-import-template.xlsx"))).worksheets[0]
    ours = load_workbook(io.BytesIO(write_kahoot_sheet([a_choice()], Language.EN).content)).worksheets[0]
    header = [[cell.value for cell in sheet[8][:8]] for sheet in (official, ours)]
    assert header[0] == header[1]
    assert [cell.value for cell in ours[9][:8]] == [1, "What?", "a", "b", None, None, 20, 1]


def test_true_and_false_become_answers():
    assert cells(Question("q", both("Is it?"), TrueFalse(correct=False)))[2:8] == [
        "True", "False", None, None, 30, 2,
    ]  # fmt: skip


def test_long_texts_are_cut_and_told():
    question = replace(a_choice("b" * 76, "c"), text=both("a" * 121))
    assert [len(text) for text in cells(question)[1:3]] == [120, 75]
    assert ["cut" in loss for loss in losses(question)] == [True, True]


@pytest.mark.parametrize(("seconds", "allowed"), [(5, 5), (6, 10), (21, 30), (241, 240), (3600, 240)])
def test_times_are_rounded_up_to_what_kahoot_has(seconds: int, allowed: int):
    question = a_choice(seconds=seconds)
    assert (cells(question)[6], len(losses(question))) == (allowed, int(seconds != allowed))


def test_a_text_like_a_formula_stays_a_text():
    book = load_workbook(io.BytesIO(write_kahoot_sheet([a_choice("=1+1", "b")], Language.EN).content))
    assert book.worksheets[0]["C9"].data_type == "s"


@pytest.mark.parametrize(
    ("question", "loss"),
    [
        (a_choice("$x$", "b"), "LaTeX"),
        (a_choice("**a**", "b"), "formatting"),
        (a_choice(explanation=both("So.")), "explanations"),
        (a_choice(points=2000), "points"),
        (a_choice(points=500), "points"),
        (a_choice("a", "b", "c", "d", "e"), "four"),
        (Question("q", both("What?"), ShortText((AcceptedText("a"),))), "choices"),
    ],
)
def test_what_kahoot_cannot_say_is_told(question: Question, loss: str):
    assert loss in losses(question)[0]


def test_the_hundred_and_first_question_is_left_out():
    exported = write_kahoot_sheet([a_choice()] * 101, Language.EN)
    assert [(note.line, note.kind) for note in exported.losses] == [(101, NoteKind.SKIPPED)]
    assert len(read_workbook(exported.content).questions) == 100
