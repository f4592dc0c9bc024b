"""Tables of other quiz services, by the headers of their templates."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assignments.questions.ordering import Ordering
from assignments.questions.short_text import AcceptedText, ShortText
from assignments.quiz import Question
from server.quizzes.formats.importing import both
from server.quizzes.formats.quiz_tables import right_numbers
from server.quizzes.formats.reading import read
from server.quizzes.formats.result import Imported, Unreadable
from server.spreadsheets import as_xlsx

QUIZIZZ = [
    "Question Text", "Question Type", "Option 1", "Option 2", "Option 3", "Option 4", "Option 5",
    "Correct Answer", "Time in seconds", "Image Link", "Answer explanation",
]  # fmt: skip
BLOOKET = [
    "Question #", "Question Text", "Answer 1", "Answer 2", "Answer 3\n(Optional)", "Answer 4\n(Optional)",
    "Time Limit (sec)\n(Max: 300 seconds)", "Correct Answer(s)\n(Only include Answer #)",
]  # fmt: skip
GIMKIT = ["Question", "Correct Answer", *(f"Incorrect Answer {at} (Optional)" for at in (1, 2, 3))]
WOOCLAP = ["Type", "Title", "Correct", "Choice", "Choice", "Choice"]
SINGLE = [("3", False), ("4", True), ("5", False)]


def table(*rows: list[str], sign: str = ",") -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=sign).writerows(rows)
    return written.getvalue().encode()


def options(question: Question) -> list[tuple[str, bool]]:
    return [(one.text.en, one.correct) for one in question.body.options]


def reasons(found: Imported) -> str:
    return " ".join(str(note.reason) for note in found.notes)


CASES = [
    (QUIZIZZ, ["What is {2}+2?", "Multiple Choice", "3", "4", "5", "", "", "2", "20", "", "So."]),
    (BLOOKET, ["1", "What is {2}+2?", "3", "4", "5", "", "20", "2"]),
    (WOOCLAP, ["MCQ", "What is {2}+2?", "2", "3", "4", "5"]),
]


@pytest.mark.parametrize(("header", "row"), CASES)
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_choice_of_each_service_is_read(header: list[str], row: list[str], sign: str):
    [found] = read("export.csv", table(header, row, sign=sign)).questions
    assert (found.type, options(found), found.text.en) == ("single", SINGLE, "What is {2}+2?")


@pytest.mark.parametrize(("header", "row"), CASES)
def test_the_same_is_read_of_a_workbook(header: list[str], row: list[str]):
    [found] = read("export.xlsx", as_xlsx("Sheet1", [["A title"], header, row])).questions
    assert options(found) == SINGLE


RIGHT = [("1,3", {1, 3}), ("1.3", {1, 3}), ("1;3", {1, 3}), ("1 3", {1, 3}), ("3 | 1", {1, 3}),
         ("1 és 3", {1, 3}), ("1", {1}), ("1.0", {1}), ("2,", {2}), ("1,2,3", {1, 2, 3}),
         ("", set()), ("5", set()), ("0", set()), ("1.23", set()), ("1.2,3", set()), ("1.1", set()),
         ("13", set()), ("1-3", set()), ("x", set())]  # fmt: skip


@pytest.mark.parametrize(("said", "numbers"), RIGHT)
def test_right_ones_are_named_by_number_however_a_spreadsheet_has_made_it(said: str, numbers: set[int]):
    assert right_numbers(said, 4) == numbers


def test_with_ten_answers_a_fraction_could_be_two_pairs():
    assert right_numbers("1.3", 10) == frozenset()
    assert right_numbers("1,10", 10) == {1, 10}


@pytest.mark.parametrize("said", ["1,3", 1.3, "1 3"])
@pytest.mark.parametrize(
    "header",
    [
        [*QUIZIZZ[:2], *QUIZIZZ[2:6], "Correct Answer"],
        ["Question", *(f"Answer {at}" for at in (1, 2, 3, 4)), "Time limit", "Correct answer(s)"],
    ],
)
def test_every_table_has_the_same_rule_for_right_ones(header: list[str], said: object):
    values = {"Question": "What?", "Question Text": "What?", "Question Type": "Checkbox", "Time limit": 20}
    row = [values.get(name, said if name.startswith("Correct") else name[-1]) for name in header]
    [found] = read("a.xlsx", as_xlsx("Sheet1", [header, row])).questions
    assert [right for _text, right in options(found)] == [True, False, True, False]


def test_an_answer_that_is_a_fraction_is_named_by_its_text():
    row = ["How much?", "Multiple Choice", "1.3", "1.5", "", "", "", 1.3, 20, "", ""]
    [found] = read("a.xlsx", as_xlsx("Sheet1", [QUIZIZZ, row])).questions
    assert options(found) == [("1.3", True), ("1.5", False)]


KAHOOT = ["Question", "Answer 1", "Answer 2", "Time limit", "Correct answer(s)"]


@pytest.mark.parametrize(("first", "later"), [([*QUIZIZZ[:4], "Correct Answer"], KAHOOT), (KAHOOT, QUIZIZZ)])
def test_the_first_header_is_that_of_the_table(first: list[str], later: list[str]):
    row = ["Which?", "", "a", "b", "1"] if first != KAHOOT else ["Which?", "a", "b", "20", "1"]
    found = read("a.csv", table(["My quiz"], first, row, later))
    assert [(one.text.en, options(one)) for one in found.questions] == [
        ("Which?", [("a", True), ("b", False)])
    ]
    assert found.skipped == 1


@pytest.mark.parametrize("title", ["A title; with; signs", "One, two, three", "sep=;"])
def test_a_title_above_does_not_say_what_divides_the_cells(title: str):
    row = ["Which?", "a", "b", "20", "1"]
    content = title.encode() + b"\r\n\r\n" + table(KAHOOT, row, sign=";")
    [found] = read("a.csv", content).questions
    assert options(found) == [("a", True), ("b", False)]


def test_in_gimkit_the_first_is_right():
    [found] = read(
        "a.csv", table(["Gimkit Spreadsheet Import Template"], GIMKIT, ["2+2?", "4", "3", "5", ""])
    ).questions
    assert options(found) == [("4", True), ("3", False), ("5", False)]


def test_the_lines_of_a_cell_stay_lines():
    row = ["x = 1\n\nWhat is\r\nx?", "Multiple Choice", "1\n", "2", "", "", "", "1", "", "", ""]
    [found] = read("a.csv", table(QUIZIZZ, row)).questions
    assert (found.text.en, options(found)[0]) == ("x = 1\n\nWhat is\\\nx?", ("1", True))


def test_time_and_explanation_are_kept():
    [found] = read("a.csv", table(*CASES[0])).questions
    assert (found.seconds, found.explanation) == (20, both("So."))


def test_several_right_ones_are_all_to_be_chosen():
    row = ["Which?", "Checkbox", "a", "b", "c", "", "", "1,3", "", "", ""]
    [found] = read("a.csv", table(QUIZIZZ, row)).questions
    assert (found.type, options(found)) == ("multiple", [("a", True), ("b", False), ("c", True)])


@pytest.mark.parametrize("right", ["b", "B", "2", "2.0"])
def test_the_right_one_is_named_by_number_letter_or_text(right: str):
    [found] = read("a.csv", table(WOOCLAP, ["MCQ", "Which?", right, "a", "b"])).questions
    assert options(found) == [("a", False), ("b", True)]


def test_what_is_typed_and_what_is_ordered_are_read():
    typed = ["Capital?", "Fill-in-the-Blank", "Paris", "paris city", "", "", "", "", "", "", ""]
    ordered = ["Order?", "Reorder", "a", "b", "c", "", "", "", "", "", ""]
    first, second = read("a.csv", table(QUIZIZZ, typed, ordered)).questions
    assert first.body == ShortText((AcceptedText("Paris"), AcceptedText("paris city")))
    assert second.body == Ordering((both("a"), both("b"), both("c")))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["Say?", "Open-Ended", "", "", "", "", "", "", "", "", ""], "openended"),
        (["Which?", "Multiple Choice", "a", "b", "", "", "", "7", "", "", ""], "must name answers"),
        (["Which?", "Multiple Choice", "a", "b", "", "", "", "", "", "", ""], "must name answers"),
        (["Which?", "Multiple Choice", "a", "", "", "", "", "1", "", "", ""], "fewer than two"),
        (["Which?", "Multiple Choice", "a", "b", "", "", "", "1", "", "https://x/y.png", ""], "picture"),
        (["", "Multiple Choice", "a", "b", "", "", "", "1", "", "", ""], "no question"),
    ],
)
def test_what_cannot_be_asked_is_left_out(row: list[str], reason: str):
    found = read("a.csv", table(QUIZIZZ, row))
    assert (found.questions, found.skipped) == ((), 1)
    assert reason in reasons(found)


def test_the_row_that_explains_the_columns_is_no_question():
    row = [
        "Text of the question\n\n(required)",
        "Question Type",
        "Text for option 1",
        "2",
        "",
        "",
        "",
        "1",
        "",
        "",
        "",
    ]
    assert len(read("a.csv", table(QUIZIZZ, row, CASES[0][1])).questions) == 1


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.text(max_size=8) | st.sampled_from(["1", "2", "A", "1,2", "9"]), max_size=8), max_size=4
    ),
    st.sampled_from([QUIZIZZ, BLOOKET, GIMKIT, WOOCLAP]),
)
def test_any_rows_are_read_or_left_out(rows: list[list[str]], header: list[str]):
    try:
        content = table(header, *rows)
    except (csv.Error, UnicodeEncodeError):
        return
    try:
        found = read("a.csv", content)
    except Unreadable:
        return
    assert all(question.text.en for question in found.questions)
