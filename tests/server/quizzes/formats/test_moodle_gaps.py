"""Moodle's questions with gaps and with values: one of ours stands for each gap, and for the first values."""

from __future__ import annotations

import pytest

from assignments.questions.choice import Choice
from assignments.questions.numeric import AcceptedNumber, Numeric
from assignments.questions.short_text import AcceptedText, ShortText
from assignments.quiz import Question
from assignments.quiz_reading import MOST_QUESTIONS
from server.quizzes.formats.moodle.question_bank import read_moodle_xml
from server.quizzes.formats.result import Imported
from server.quizzes.questions.rendering import rendered
from tests.server.quizzes.formats.test_moodle_xml import answer, question, read, reasons

VALUES = "".join(
    f"<dataset_definition><name><text>{name}</text></name><dataset_items>"
    f"<dataset_item><number>1</number><value>{value}</value></dataset_item>"
    f"<dataset_item><number>2</number><value>99</value></dataset_item></dataset_items></dataset_definition>"
    for name, value in (("a", "3.0"), ("b", "4"))
)
DATA = f"<dataset_definitions>{VALUES}</dataset_definitions>"


def asked(kind: str, text: str, inside: str = "") -> list[Question]:
    found = read(question(kind, inside, text=text)).questions
    for one in found:
        shown = str(rendered(one)["en"]["text"])
        assert "{" not in shown
        assert "[[" not in shown
    return list(found)


@pytest.mark.parametrize("kind", ["MC", "MULTICHOICE", "MCV", "MCHS", "MULTICHOICE_VS"])
def test_a_gap_of_options_is_a_choice(kind: str):
    [found] = asked("cloze", f"We met after {{1:{kind}:~a~=an#Yes.~%50%the}} hour.")
    assert isinstance(found.body, Choice)
    assert [(one.text.en, one.correct, one.credit) for one in found.body.options] == [
        ("a", False, None), ("an", True, None), ("the", False, 0.5),
    ]  # fmt: skip
    assert found.text.en == r"We met after \_\_\_\_\_ hour."


@pytest.mark.parametrize(
    ("kind", "exact"), [("SA", False), ("SHORTANSWER", False), ("SAC", True), ("MWC", True)]
)
def test_a_gap_to_type_is_a_text(kind: str, exact: bool):
    [found] = asked("multianswer", rf"It is {{2:{kind}:=Ann\}}~%50%Anna~*}}.")
    assert found.body == ShortText((AcceptedText("Ann}"), AcceptedText("Anna", 0.5)), case_sensitive=exact)


def test_a_gap_for_a_number_has_its_tolerance():
    [found] = asked("cloze", "Pi is {1:NUMERICAL:=3.14:0.01~%50%3:0.5}.")
    assert found.body == Numeric((AcceptedNumber(3.14, 0.01), AcceptedNumber(3, 0.5, 0.5)))


def test_each_of_several_gaps_becomes_a_question_with_its_share():
    found = asked("cloze", "{1:SA:=a} and {3:MC:=b~c} and {:NM:=1}", "<defaultgrade>5</defaultgrade>")
    assert [one.weight for one in found] == [1, 3, 1]
    assert [one.text.en for one in found] == [
        r"\_\_\_\_\_ and (…) and (…)", r"(…) and \_\_\_\_\_ and (…)", r"(…) and (…) and \_\_\_\_\_",
    ]  # fmt: skip
    assert "3 gaps" in reasons("cloze", "", text="{1:SA:=a} {1:SA:=b} {1:SA:=c}")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no gap", "no gap"),
        ("{1:SA:=a", "no end"),
        ("{1:XX:=a}", "type “XX”"),
        ("{1:MC:=a}", "one option"),
        ("{1:MC:~a~b}", "right"),
        ("{1:SA:=<math><mi>x</mi></math>}", "type"),
        ("{1:MC:=<img src='x.png'>~b}", "picture"),
        ("{1:SA:=a} " * 30, "30 gaps"),
        ("{1:SA:}", "no answers"),
    ],
)
def test_a_gap_that_makes_no_sense_is_left_out(text: str, reason: str):
    found = read(question("cloze", "", text=text))
    assert (found.questions, found.skipped) == ((), 1)
    assert reason in " ".join(str(note.reason) for note in found.notes)


def chosen(kind: str, element: str) -> Imported:
    words = [("an", 1), ("a", 1), ("big", 2), ("small", 2), ("an", 1)]
    inside = "".join(
        f"<{element}><text>{word}</text><group>{group}</group></{element}>" for word, group in words
    )
    return read(question(kind, inside, text="It is [[1]] [[4]] day."))


@pytest.mark.parametrize(("kind", "element"), [("gapselect", "selectoption"), ("ddwtos", "dragbox")])
def test_words_are_chosen_for_each_gap_among_those_of_its_group(kind: str, element: str):
    first, second = chosen(kind, element).questions
    assert [(one.text.en, one.correct) for one in first.body.options] == [("an", True), ("a", False)]
    assert [(one.text.en, one.correct) for one in second.body.options] == [("big", False), ("small", True)]
    assert (first.text.en, first.weight) == (r"It is \_\_\_\_\_ (…) day.", 0.5)


def test_a_gap_without_its_word_is_left_out():
    assert read(question("gapselect", "", text="It is [[1]].")).questions == ()


def test_a_calculated_question_is_asked_with_its_first_values():
    inside = answer("{a} * pow({b}, 2) + pi()*0", 100, "<tolerance>0.01</tolerance>") + DATA
    [found] = asked("calculated", "What is {a} times {b} squared? {={a}+1} apples.", inside)
    assert found.text.en == "What is 3 times 4 squared? 4 apples."
    assert found.body == Numeric((AcceptedNumber(48, 0.48),))


def test_a_nominal_tolerance_stays_what_it_is():
    inside = answer("{a}", 100, "<tolerance>0.5</tolerance><tolerancetype>2</tolerancetype>") + DATA
    [found] = asked("calculatedsimple", "{a}?", inside)
    assert found.body == Numeric((AcceptedNumber(3, 0.5),))


def test_options_are_calculated_too():
    inside = "<single>true</single>" + answer("{={a}*{b}} m") + answer("{={a}+{b}} m", 0) + DATA
    [found] = asked("calculatedmulti", "{a} by {b}?", inside)
    assert [one.text.en for one in found.body.options] == ["12 m", "7 m"]


@pytest.mark.parametrize(
    "formula",
    [
        "{c}",
        "{a} +",
        "__import__('os')",
        "9**9**9",
        "{a}/0",
        "sqrt(-1)",
        "a.b",
        "(" * 300,
        "'x'*9",
        "x" * 600,
    ],
)
def test_a_formula_that_cannot_be_computed_is_left_out(formula: str):
    found = read(question("calculated", answer(formula, 100, "<tolerance>0.1</tolerance>") + DATA))
    assert (found.questions, found.skipped) == ((), 1)


def test_calculated_without_values_is_left_out():
    assert "no values" in reasons("calculated", answer("{a}", 100, "<tolerance>0</tolerance>"))


def test_all_right_options_of_an_ou_multiresponse_are_to_be_chosen():
    inside = answer("a") + answer("b") + answer("c", 0)
    [found] = asked("oumultiresponse", "Which?", inside)
    assert found.type == "multiple"
    assert [(one.correct, one.credit) for one in found.body.options] == [
        (True, None),
        (True, None),
        (False, None),
    ]
    assert "takes less away" in reasons("oumultiresponse", inside)


@pytest.mark.parametrize(
    ("units", "number", "unit"),
    [
        ([("100", "cm"), ("1", "m")], 1.5, "m"),
        ([("1", "m"), ("100", "cm")], 1.5, "m"),
        ([("100", "cm")], 150, "cm"),
        ([("", "m")], 1.5, "m"),
        ([("1000", "mm"), ("100", "cm")], 1500, "mm"),
    ],
)
def test_a_number_is_asked_in_the_unit_that_it_is_in(units: list[tuple[str, str]], number: float, unit: str):
    listed = "".join(
        f"<unit><multiplier>{times}</multiplier><unit_name>{name}</unit_name></unit>" for times, name in units
    )
    inside = answer("1.5", 100, "<tolerance>0</tolerance>") + f"<units>{listed}</units>"
    [found] = asked("numerical", "How long?", inside)
    assert found.body == Numeric((AcceptedNumber(number),), unit=unit)


PICTURE = '<img src="@@PLUGINFILE@@/net.png" alt="{}">'


def test_a_question_about_a_picture_is_left_out():
    found = read(
        question("truefalse", answer("true") + answer("false", 0), text=f"Is it? {PICTURE.format('')}")
    )
    assert found.questions == ()
    assert "picture" in str(found.notes[-1].reason)


def test_a_picture_that_is_described_is_shown_in_words():
    [found] = asked(
        "truefalse", f"Is it? {PICTURE.format('A net with two layers')}", answer("true") + answer("false", 0)
    )
    assert found.text.en == "Is it?\n\n\\[A net with two layers\\]"


@pytest.mark.parametrize("kind", ["multichoice", "oumultiresponse", "ordering"])
def test_options_that_are_pictures_are_left_out_with_that_reason(kind: str):
    options = answer(f"<![CDATA[{PICTURE.format('')}]]>") + answer(f"<![CDATA[{PICTURE.format('')}]]>", 0)
    assert "options are pictures" in reasons(kind, options)


EMPTY = answer("a") + answer("", 0) + answer("&lt;p&gt;&lt;br&gt;&lt;/p&gt;", 0) + answer("b", 0)


def test_empty_options_are_dropped():
    [found] = asked(
        "multichoice",
        "Which?",
        EMPTY,
    )
    assert [one.text.en for one in found.body.options] == ["a", "b"]


def test_a_bank_in_latin_1_that_does_not_say_so_is_read():
    content = f"<quiz>{question('shortanswer', answer('café'), text='Où?')}</quiz>".encode("latin-1")
    found = read_moodle_xml(content)
    assert found.questions[0].text.en == "Où?"
    assert "Latin-1" in str(found.notes[0].reason)


def test_an_option_that_is_a_formula_nobody_can_read_leaves_the_question_out():
    """Without it another option, or the right one, would be missing."""
    inside = answer("a", 0) + answer("b", 0) + answer("<![CDATA[<math><mglyph/></math>]]>")
    found = read(question("multichoice", inside))
    assert (found.questions, found.skipped) == ((), 1)


def computed(formula: str, value: str = "2.5", kind: str = "1", inside: str = "") -> AcceptedNumber:
    data = DATA.replace("<value>3.0</value>", f"<value>{value}</value>")
    around = f"<tolerance>0.1</tolerance><tolerancetype>{kind}</tolerancetype>{inside}"
    [found] = asked("calculated", "How many?", answer(formula, inside=around) + data)
    assert isinstance(found.body, Numeric)
    return found.body.accepted[0]


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("round({a})", 3), ("round(-{a})", -3), ("round(0.5)", 1), ("round(1.5)", 2),
        ("round(1.005, 2)", 1.01), ("round(2.675, 2)", 2.68), ("round(1250, -2)", 1300), ("7.9 % 2", 1),
        ("-7 % 3", -1),
        ("fmod({a}, 2)", 0.5), ("log1p(0)", 0), ("{a}**2", 6.25),
    ],
)  # fmt: skip
def test_formulas_come_to_what_they_come_to_in_moodle(formula: str, value: float):
    assert computed(formula).value == pytest.approx(value)


def test_a_negative_value_is_one_factor_of_a_power():
    assert computed("{a}**2", "-2.5").value == 6.25


@pytest.mark.parametrize(
    "formula", ["1_000", "0x10", "010 + 1", "pi", "{a}^2", "rand()", "1j", "round(1, 400)"]
)
def test_what_means_something_else_in_moodle_is_left_out(formula: str):
    assert "could not be computed" in reasons("calculated", answer(formula, inside=AROUND) + DATA)


AROUND = "<tolerance>0.1</tolerance><tolerancetype>1</tolerancetype>"


@pytest.mark.parametrize(("kind", "ends"), [("1", (1.8, 2.2)), ("2", (1.9, 2.1)), ("3", (2 / 1.1, 2.2))])
def test_tolerances_are_relative_or_absolute_or_factors(kind: str, ends: tuple[float, float]):
    found = computed("2", kind=kind)
    assert (found.value - found.tolerance, found.value + found.tolerance) == pytest.approx(ends)


def shown_as(length: int, form: int) -> str:
    parts = (("correctanswerlength", length), ("correctanswerformat", form))
    return "".join(f"<{name}>{value}</{name}>" for name, value in parts)


@pytest.mark.parametrize(
    ("formula", "length", "form", "text"),
    [
        ("{a}/4", 2, 1, "0.75"), ("{a}*2", 2, 1, "6.00"), ("{a}/9", 2, 2, "0.33"),
        ("{a}*1000000", 3, 2, "3.00e6"), ("{a}/30000", 2, 2, "1.0e-4"),
        ("{a}*41", 2, 2, "123"), ("0", 3, 2, "0"),
    ],
)  # fmt: skip
def test_options_of_a_calculated_choice_are_texts_with_formulas(
    formula: str, length: int, form: int, text: str
):
    right = f"<![CDATA[<p>{{={formula}}} m, not {{a}}</p>]]>"
    options = answer(right, inside=AROUND + shown_as(length, form)) + answer("{={a}+0.5} m", 0, inside=AROUND)
    [found] = asked("calculatedmulti", "How far?", "<single>true</single>" + options + DATA)
    assert isinstance(found.body, Choice)
    assert [one.text.en for one in found.body.options] == [f"{text} m, not 3", "3.5 m"]


def test_values_are_of_one_set_in_whatever_order_they_stand():
    first, second = VALUES.split("</dataset_definition>")[:2]
    swapped = (
        first.replace("<number>1<", "<number>9<")
        .replace("<number>2<", "<number>1<")
        .replace("<number>9<", "<number>2<")
    )
    end = "</dataset_definition>"
    data = f"<dataset_definitions>{swapped}{end}{second}{end}</dataset_definitions>"
    [found] = asked("calculated", "{a} and {b}", answer("{a}+{b}", inside=AROUND) + data)
    assert found.text.en == "99 and 4"


def test_of_a_question_that_does_not_fit_no_gap_is_taken():
    """A quiz holds so many questions, and a part of one would ask for something else."""
    gaps = question("cloze", "", text="{1:SA:=a} {1:SA:=b} {1:SA:=c}")
    for count, taken in ((MOST_QUESTIONS - 3, MOST_QUESTIONS), (MOST_QUESTIONS - 2, MOST_QUESTIONS - 2)):
        found = read(*[question("truefalse", answer("true") + answer("false", 0))] * count, gaps)
        assert len(found.questions) == taken
        assert found.skipped == (taken < MOST_QUESTIONS)
        assert len(found.notes) == 1
