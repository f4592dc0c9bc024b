"""Aiken: Moodle's own fixtures with the lines that Moodle's own test names, and round trips."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assignments.questions.choice import Choice, Option
from assignments.questions.true_false import TrueFalse
from assignments.quiz import Question
from server.quizzes.formats.aiken import read_aiken, write_aiken
from server.quizzes.formats.importing import both
from server.quizzes.formats.result import Language, NoteKind
from tests.server.quizzes.formats.holdable import plain_choices
from tests.server.quizzes.formats.samples import sample

GOOD = "What is it?\nA) This\nB) That\nANSWER: B\n"


def read(text: str) -> list[tuple[str, list[str], list[bool]]]:
    return [
        (one.text.en, [option.text.en for option in one.body.options], [o.correct for o in one.body.options])
        for one in read_aiken(text).questions
    ]


def noted(text: str) -> list[tuple[int, NoteKind]]:
    return [(note.line, note.kind) for note in read_aiken(text).notes]


def losses(question: Question) -> list[NoteKind]:
    return [note.kind for note in write_aiken([question], Language.EN).losses]


def test_a_question_is_read():
    assert read(GOOD) == [("What is it?", ["This", "That"], [False, True])]


@pytest.mark.parametrize("option", ["A)This", "A. This", "A.This", "A)\tThis", "  A) This  "])
def test_options_are_marked_in_every_usual_way(option: str):
    assert read(GOOD.replace("A) This", option)) == read(GOOD)


@pytest.mark.parametrize(
    "answer",
    [
        "answer: b", "ANSWER : B", "KEY: B", "Key:b", "ANSWER – B", "ANSWER： B", "ANSWER = B", "Ans: B",
        "ANSWER: (B)", "ANSWER: B)", "\n\nANSWER: B", "Helyes válasz: B.", "VÁLASZ: b",
    ],
)  # fmt: skip
def test_the_answer_is_named_in_every_usual_way(answer: str):
    assert read(GOOD.replace("ANSWER: B", answer)) == read(GOOD)
    assert noted(GOOD.replace("ANSWER: B", answer)) == []


@pytest.mark.parametrize("mark", ["{}) ", "{}. ", "({}) ", "{}: ", "{} - ", "{} – ", "{}/ "])
@pytest.mark.parametrize("letters", ["AB", "ab"])
def test_options_have_their_letter_in_any_signs(mark: str, letters: str):
    text = GOOD
    for letter, capital in zip(letters, "AB", strict=True):
        text = text.replace(f"{capital}) ", mark.format(letter))
    assert read(text) == read(GOOD)


def test_a_text_that_begins_like_another_option_is_a_text():
    assert read("B – or not B?\nA) This\nB) That\nANSWER: A") == [
        ("B – or not B?", ["This", "That"], [True, False])
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_taken(end: str):
    assert read("\ufeff" + GOOD.replace("\n", end)) == read(GOOD)


def test_lines_of_one_character_are_ignored():
    assert read(GOOD.replace("\nA)", "\nx\nA)")) == read(GOOD)


def test_html_characters_survive_as_text():
    found = read_aiken(sample("moodle-questions.aiken.txt").decode())
    assert [len(question.body.options) for question in found.questions] == [4, 2]
    assert '\\<html class="cool"> & images:' in found.questions[1].text.en
    assert found.notes == ()


def test_errors_stand_on_the_lines_that_moodle_names():
    found = read_aiken(sample("moodle-aiken_errors.txt").decode())
    assert [note.line for note in found.notes] == [3, 5, 7, 18]
    assert {note.kind for note in found.notes} == {NoteKind.SKIPPED}


def test_good_questions_between_errors_are_read():
    found = read(sample("moodle-aiken_errors.txt").decode())
    assert [text for text, _, _ in found] == ["A good question", "A second good question"]
    assert [right for _, _, right in found] == [[True, False], [False, True]]


@pytest.mark.parametrize("letter", ["C", "", "1", "none", "A, C", "of course"])
def test_an_answer_that_names_no_option_is_refused(letter: str):
    assert noted(GOOD.replace("ANSWER: B", f"ANSWER: {letter}")) == [(4, NoteKind.SKIPPED)]


def test_letters_out_of_order_are_told():
    assert noted(GOOD.replace("A) This", "C) This")) == [(1, NoteKind.WARNING)]


def test_an_unfinished_question_at_the_end_is_told():
    assert noted(f"{GOOD}\nAnd this?\nA) yes\n") == [(6, NoteKind.SKIPPED)]


def test_more_than_26_options_are_refused():
    assert noted("What?\n" + "A) x\n" * 27 + "ANSWER: A") == [(29, NoteKind.SKIPPED)]


@settings(deadline=None)
@given(st.lists(plain_choices(several=False, most=4), max_size=3))
def test_plain_single_choices_come_back_the_same(questions: list[Question]):
    exported = write_aiken(questions, Language.HU)
    kept = [one for at, one in enumerate(questions, 1) if at not in {note.line for note in exported.losses}]
    found = read_aiken(exported.content.decode()).questions
    assert [(one.text, one.body) for one in found] == [(one.text, one.body) for one in kept]


@pytest.mark.parametrize("text", ["A) or not?", "B.", "ANSWER: yes?", "x"])
def test_a_text_that_would_be_misread_is_left_out(text: str):
    body = Choice((Option(both("a"), correct=True), Option(both("b"))))
    assert losses(Question("q", both(text), body)) == [NoteKind.SKIPPED]


def test_other_types_are_left_out():
    several = Choice((Option(both("a"), correct=True), Option(both("b"))), several=True)
    for body in (several, TrueFalse(correct=True)):
        assert losses(Question("q", both("What?"), body)) == [NoteKind.SKIPPED]


def test_formatting_feedback_and_credit_are_told_as_lost():
    body = Choice((Option(both("**a**"), correct=True), Option(both("b"), credit=0.5, feedback=both("No."))))
    assert losses(Question("q", both("What?"), body)) == [NoteKind.WARNING] * 3


@settings(deadline=None)
@given(st.text() | st.lists(st.sampled_from([*GOOD.splitlines(), "", "A. x", "ANSWER:"])).map("\n".join))
def test_no_text_makes_the_reader_fail(text: str):
    read_aiken(text)


@pytest.mark.parametrize("keys", ["A, C", "A,C", "A and C", "AC", "a; c", "A C", "A & C."])
def test_several_keys_make_a_multiple_choice(keys: str):
    found = read_aiken(f"Which?\nA. a\nB. b\nC. c\nANSWER: {keys}")
    [question] = found.questions
    assert (question.type, [option.correct for option in question.body.options]) == (
        "multiple",
        [True, False, True],
    )
    assert [note.kind for note in found.notes] == [NoteKind.WARNING]


@pytest.mark.parametrize(
    "text",
    [
        "Q1\nA. 0\nB. 1\nAnswer: A",
        "Q1\na) 0\nb) 1\nanswer: a",
        "Q1\nA) 0\nB) 1\nANSWER : A",
        "Q1\nA. 0\nB. 1\nCorrect answer: A",
        "Q1\nA. 0\nB. 1\nHelyes válasz: A",
        "Q1\nA. 0\nB. 1\nANSWER: A)",
    ],
)
def test_small_letters_are_read(text: str):
    assert read(text) == [("Q1", ["0", "1"], [True, False])]


def test_more_than_a_key_is_told():
    found = read_aiken("Which?\nA. a\nB. b\nANSWER: A because it is so")
    assert [note.kind for note in found.notes] == [NoteKind.WARNING]


def test_a_text_that_begins_with_a_small_letter_is_a_text():
    assert read("i. e. what?\nA. 0\nB. 1\nANSWER: B") == [("i. e. what?", ["0", "1"], [False, True])]


def test_empty_options_are_none():
    assert read("What?\nA. 0\nB.  \nC. 1\nANSWER: C") == [("What?", ["0", "1"], [False, True])]
