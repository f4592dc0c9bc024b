"""Moodle XML: Moodle's own fixtures, each type, what is lost, and hostile files."""

from __future__ import annotations

import pytest

from assignments.questions.choice import Option
from assignments.questions.numeric import AcceptedNumber, Numeric
from assignments.questions.ordering import Ordering
from assignments.questions.short_text import AcceptedText, ShortText
from assignments.questions.true_false import TrueFalse
from assignments.quiz import Question
from server.quizzes.formats.importing import both
from server.quizzes.formats.moodle.question_bank import read_moodle_xml
from server.quizzes.formats.moodle.xml_file import MOST_TAGS
from server.quizzes.formats.result import Imported, NoteKind, Unreadable
from tests.server.quizzes.formats.samples import sample


def read(*questions: str) -> Imported:
    return read_moodle_xml(f"<quiz>{''.join(questions)}</quiz>".encode())


def question(kind: str, inside: str, text: str = "What?", text_format: str = "html") -> str:
    head = f'<questiontext format="{text_format}"><text><![CDATA[{text}]]></text></questiontext>'
    return f'<question type="{kind}"><name><text>Name</text></name>{head}{inside}</question>'


def answer(text: str, fraction: float = 100, inside: str = "") -> str:
    return f'<answer fraction="{fraction}"><text>{text}</text>{inside}</answer>'


def one(kind: str, inside: str, **others: str) -> Question:
    [found] = read(question(kind, inside, **others)).questions
    return found


def reasons(kind: str, inside: str, **others: str) -> str:
    return " ".join(str(note.reason) for note in read(question(kind, inside, **others)).notes)


TRUE = answer("true") + answer("false", 0)
CHOICE = answer("a") + answer("b", 0)


def test_a_choice_keeps_its_pictures_and_loses_other_files():
    found = read_moodle_xml(sample("moodle-multichoice.xml"))
    [greeting] = found.questions
    assert [(option.text.en, option.correct) for option in greeting.body.options] == [
        ("![British Flag](flag-uk.jpg) English", False),
        ("![French flag](flag-france.jpg) French", True),
        ("![German flag](flag-german.jpg) German", False),
        ("![Denmark flag](flag-denmark.jpg) Danish", False),
    ]
    assert set(found.pictures) == {f"flag-{one}.jpg" for one in ("uk", "france", "german", "denmark")}
    assert (found.title, greeting.id) == ("Multichoice", "greeting")


def test_embedded_files_that_are_no_pictures_are_named_in_a_note():
    [note] = read_moodle_xml(sample("moodle-multichoice.xml")).notes
    assert note.kind is NoteKind.WARNING
    assert "(bonjour.mp3)" in str(note.reason)


def test_true_false_questions_of_moodle_are_read():
    found = read_moodle_xml(sample("moodle-truefalse.xml"))
    assert [one.body for one in found.questions] == [TrueFalse(correct=False), TrueFalse(correct=True)]
    assert "documentation about Moodle" in found.questions[0].explanation.en


@pytest.mark.parametrize("kind", ["essay", "description", "ddmarker", "stack", "kprime", ""])
def test_other_types_are_counted_and_left_out(kind: str):
    found = read(question(kind, ""), question("truefalse", TRUE), question(kind, ""))
    assert str(found.summary) == "Imported: 1, left out: 2."
    assert f"{kind} (2)" in str(found.notes[0].reason)


def test_a_single_choice_has_credits():
    inside = (
        "<single>true</single><shuffleanswers>false</shuffleanswers>" + answer("a") + answer("b", 33.33333)
    )
    body = one("multichoice", inside).body
    assert body.options == (Option(both("a"), correct=True), Option(both("b"), credit=pytest.approx(1 / 3)))
    assert (body.several, body.shuffle) == (False, False)


def test_a_multiple_choice_has_shares():
    inside = "<single>false</single>" + answer("a", 50) + answer("b", 50) + answer("c", 0)
    body = one("multichoice", inside).body
    assert body.several
    assert [(option.correct, option.credit) for option in body.options] == [
        (True, 0.5),
        (True, 0.5),
        (False, None),
    ]


def test_feedback_of_options_is_kept():
    feedback = '<feedback format="html"><text>&lt;b&gt;No.&lt;/b&gt;</text></feedback>'
    body = one("multichoice", answer("a") + answer("b", 0, feedback)).body
    assert body.options[1].feedback == both("**No.**")


@pytest.mark.parametrize(
    ("text_format", "markdown"),
    [
        ("html", "**a** \\*"),
        ("moodle_auto_format", "**a** \\*"),
        ("plain_text", "\\<b>a\\</b> \\*"),
        ("markdown", "<b>a</b> *"),
    ],
)
def test_texts_are_read_by_their_format(text_format: str, markdown: str):
    assert one("truefalse", TRUE, text="<b>a</b> *", text_format=text_format).text.en == markdown


def test_short_answers_are_typed():
    inside = "<usecase>1</usecase>" + answer("a_b*") + answer("c", 50)
    assert one("shortanswer", inside).body == ShortText(
        (AcceptedText("a_b*"), AcceptedText("c", 0.5)), case_sensitive=True
    )


def test_numbers_have_tolerances_and_a_unit():
    inside = answer("3.14", 100, "<tolerance>0.01</tolerance>") + answer("*", 0)
    unit = "<units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit></units>"
    assert one("numerical", inside + unit).body == Numeric((AcceptedNumber(3.14, 0.01),), unit="m")


@pytest.mark.parametrize("kind", ["matching", "match"])
def test_matching_with_an_empty_left_side_has_a_distractor(kind: str):
    pairs = [("a", "1"), ("b", "2"), ("", "3")]
    inside = "".join(
        f'<subquestion format="html"><text>{left}</text><answer><text>{right}</text></answer></subquestion>'
        for left, right in pairs
    )
    body = one(kind, inside).body
    assert [(pair.left.en, pair.right.en) for pair in body.pairs] == [("a", "1"), ("b", "2")]
    assert body.distractors == (both("3"),)


def test_ordering_keeps_its_order():
    assert one("ordering", answer("b", 1) + answer("a", 2)).body == Ordering((both("b"), both("a")))


def test_grade_id_and_tags_are_kept():
    inside = (
        "<defaultgrade>2.5</defaultgrade><idnumber>week-1</idnumber><tags><tag><text>loss</text></tag></tags>"
    )
    found = one("truefalse", TRUE + inside)
    assert (found.id, found.weight, found.tags) == ("week-1", 2.5, ("loss",))


def test_our_values_in_tags_are_understood():
    tags = "".join(f"<tag><text>{tag}</text></tag>" for tag in ("time=20", "points=0", "time=x"))
    found = read(question("truefalse", f"{TRUE}<tags>{tags}</tags>"))
    assert (found.questions[0].seconds, found.questions[0].points, len(found.notes)) == (20, 0, 1)


@pytest.mark.parametrize(
    ("inside", "loss"),
    [
        ("<hint><text>Think</text></hint>", "Hints"),
        ("<correctfeedback><text>Bravo</text></correctfeedback>", "as a whole"),
        ("<image>a/b.png</image><image_base64>xyz</image_base64>", "a/b.png"),
        (
            '<generalfeedback><text>x<file name="f.png">QUJD</file></text></generalfeedback>',
            "f.png",
        ),
    ],
)
def test_what_is_lost_is_told(inside: str, loss: str):
    assert loss in reasons("truefalse", TRUE + inside)


def test_a_file_inside_a_text_is_no_text():
    inside = '<generalfeedback><text>So.<file name="f" encoding="base64">QUJD</file></text></generalfeedback>'
    assert one("truefalse", TRUE + inside).explanation.en == "So."


def test_pictures_from_elsewhere_are_told():
    assert "b.png" in reasons("truefalse", TRUE, text="a <img src='http://x/b.png'>")


@pytest.mark.parametrize(
    ("kind", "inside", "text", "reason"),
    [
        ("truefalse", answer("true"), "a", "true and false"),
        ("truefalse", TRUE, " ", "no text"),
        ("multichoice", "", "a", "no answers"),
        ("multichoice", answer("a", 0) + answer("b", 0), "a", "right"),
        ("multichoice", answer("a", "x") + answer("b", 0), "a", "not a number"),
        ("multichoice", CHOICE * 20, "a", "26"),
        ("numerical", answer("x"), "a", "not a number"),
        ("numerical", answer("*"), "a", "accepted"),
        ("matching", "", "a", "no answers"),
        ("truefalse", TRUE, "<b>" * 100, "too deeply"),
        ("truefalse", TRUE, "a" * 5000, "4000"),
        ("truefalse", TRUE, "a" * 50_000, "too long"),
        ("truefalse", TRUE + "<defaultgrade>1e99</defaultgrade>", "a", "too large"),
    ],
)
def test_a_question_that_makes_no_sense_is_left_out(kind: str, inside: str, text: str, reason: str):
    found = read(question(kind, inside, text=text))
    assert found.questions == ()
    assert reason in str(found.notes[-1].reason)


BOMB = "<!DOCTYPE q [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><quiz>&b;</quiz>"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (BOMB.encode(), "entities"),
        (b"<!DOCTYPE q SYSTEM 'file:///etc/passwd'><quiz/>", "entities"),
        (b"<quiz><question></quiz>", "well-formed"),
        (b"<quiz>\0</quiz>", "well-formed"),
        (b"<?xml version='1.0' encoding='no-such'?><quiz/>", "well-formed"),
        (b"<html></html>", "question bank"),
        (b"<quiz>" + b"<a/>" * MOST_TAGS + b"</quiz>", "too many parts"),
    ],
)
def test_hostile_and_foreign_files_are_refused(content: bytes, reason: str):
    with pytest.raises(Unreadable, match=reason):
        read_moodle_xml(content)


def test_deep_nesting_is_refused():
    with pytest.raises(Unreadable, match="nested too deeply"):
        read("<a>" * 50_000 + "</a>" * 50_000)


def test_a_unit_without_size_is_no_unit():
    units = "<units><unit><multiplier>0</multiplier><unit_name>m</unit_name></unit></units>"
    assert "multiplier" in reasons("numerical", answer("1") + units)
