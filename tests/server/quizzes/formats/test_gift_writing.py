"""Writing GIFT: what it can hold comes back the same, and what it cannot is told."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings

from assignments.questions.body import Body
from assignments.questions.choice import Choice, Option
from assignments.questions.matching import Matching, Pair
from assignments.questions.matrix import Cell, Matrix
from assignments.questions.numeric import AcceptedNumber, Numeric
from assignments.questions.ordering import Ordering
from assignments.questions.shape import Shape
from assignments.questions.short_text import AcceptedText, ShortText
from assignments.questions.true_false import TrueFalse
from assignments.quiz import Question
from assignments.spec import Localized
from server.quizzes.formats.gift import read_gift
from server.quizzes.formats.gift_writing import shape_forms, write_gift
from server.quizzes.formats.importing import both
from server.quizzes.formats.result import Language, NoteKind
from server.quizzes.formats.writing import Format, write
from tests.assignments.quiz_strategies import questions
from tests.server.quizzes.formats.holdable import gift_files


def question(body: Body, text: str = "What?", **others: object) -> Question:
    return Question("q", both(text), body, **others)


def written(one: Question, language: Language = Language.EN) -> str:
    return write_gift([one], language).content.decode()


def losses(one: Question) -> list[str]:
    return [str(note.reason) for note in write_gift([one], Language.EN).losses]


def reread(one: Question) -> Question:
    [found] = read_gift(written(one)).questions
    return found


@settings(deadline=None)
@example([Question("0", both("$"), TrueFalse(correct=False))])
@given(gift_files())
def test_what_gift_holds_comes_back_the_same(file: list[Question]):
    found = read_gift(write_gift(file, Language.EN).content.decode())
    assert list(found.questions) == file


@settings(deadline=None)
@given(questions())
def test_a_second_trip_changes_nothing_more(one: Question):
    once = read_gift(written(one, Language.HU)).questions
    twice = read_gift(write_gift(once, Language.HU).content.decode()).questions
    assert twice == once


@settings(deadline=None)
@example(Question("0", both("What?"), Numeric((AcceptedNumber(0, 0, 0),))))
@given(questions())
def test_whatever_is_written_can_be_read(one: Question):
    exported = write_gift([one], Language.EN)
    skipped = [note for note in exported.losses if note.kind is NoteKind.SKIPPED]
    assert len(read_gift(exported.content.decode()).questions) + len(skipped) == 1


def test_a_question_looks_as_moodle_writes_it():
    body = Choice((Option(both("yes"), correct=True), Option(both("1 = 2"), feedback=both("No."))))
    text = written(question(body, r"Is $\frac{a}{b}$ it?", tags=("maths",), seconds=20))
    assert text == (
        "// [id:q] [tag:time=20] [tag:points=1000] [tag:maths]\n"
        "[markdown]Is $\\\\frac\\{a\\}\\{b\\}$ it?{\n  =yes\n  ~1 \\= 2#No.\n}\n"
    )


def test_own_values_travel_as_tags():
    body = Numeric((AcceptedNumber(3.0),), unit="MiB")
    one = question(body, seconds=90, points=2000, weight=2.5, tags=("a]b", "memory"))
    assert reread(one) == one


def test_case_and_order_travel_as_tags():
    strict = question(ShortText((AcceptedText("ReLU"),), case_sensitive=True))
    fixed = question(Choice((Option(both("a"), correct=True), Option(both("b"))), shuffle=False))
    assert (reread(strict), reread(fixed)) == (strict, fixed)


@pytest.mark.parametrize(
    "text", ["[plain] b", "%50%b", "// b", "::b::", "a\n\nb", "$\nu$", "a\nnabla", "\\n", "#"]
)
def test_texts_that_look_like_gift_come_back(text: str):
    one = question(Choice((Option(both(text), correct=True), Option(both("x")))), text)
    assert reread(one) == one


def test_a_form_that_looks_like_a_weight_comes_back():
    one = question(
        ShortText((AcceptedText("%50%"), AcceptedText("[html]", 0.5), AcceptedText(r"\nabla = {}")))
    )
    assert reread(one) == one


def test_the_hungarian_texts_are_written_on_request():
    one = Question("q", Localized("Yes?", "Ugye?"), TrueFalse(correct=True))
    assert "Ugye?" in written(one, Language.HU)


def test_a_second_language_is_told_as_lost():
    [loss] = losses(Question("q", Localized("Yes?", "Ugye?"), TrueFalse(correct=True)))
    assert "one language" in loss


@pytest.mark.parametrize(
    "body",
    [
        Ordering((both("a"), both("b"))),
        Matrix(("a", "b"), ((1, 2), (3, 4)), frozenset({Cell(0, 1)})),
        ShortText((AcceptedText("a -> b"),)),
    ],
)
def test_what_gift_cannot_hold_is_left_out(body: Body):
    exported = write_gift([question(body)], Language.EN)
    assert (exported.content, [loss.kind for loss in exported.losses]) == (b"", [NoteKind.SKIPPED])


def test_a_shape_becomes_the_ways_to_type_it():
    forms = [form.text for form in reread(question(Shape((3, 224)))).body.accepted]
    assert {"(3, 224)", "[3,224]", "3 224", "3x224"} <= set(forms)


@pytest.mark.parametrize(("shape", "form"), [((), "()"), ((5,), "(5,)"), ((1, 2), "(1, 2)")])
def test_shapes_are_typed_as_python_writes_them(shape: tuple[int, ...], form: str):
    assert form in shape_forms(shape)


def test_an_arrow_on_the_left_becomes_another():
    body = Matching((Pair(both("a -> b"), both("1")), Pair(both("c"), both("2 -> 3"))))
    pairs = reread(question(body)).body.pairs
    assert [pair.left.en for pair in pairs] == ["a → b", "c"]
    assert "became" in losses(question(body))[0]


def test_formatting_on_the_right_is_told_as_lost():
    body = Matching((Pair(both("a"), both("**1**")), Pair(both("c"), both("2"))))
    assert "plain text" in losses(question(body))[0]


def test_credits_that_weights_cannot_say_are_told():
    body = Choice((Option(both("a"), correct=True, credit=-1.0), Option(both("b"))), several=True)
    assert "roughly" in losses(question(body))[0]


def test_a_tag_that_looks_like_ours_is_told_as_lost():
    assert "tag" in losses(question(TrueFalse(correct=True), tags=("time=3",)))[0]


@pytest.mark.parametrize("file_format", Format)
def test_pictures_do_not_go_along_and_a_note_says_so(file_format: Format):
    """In their place stands what they are said to show: a picture that is not there would be a hole."""
    options = (Option(both("![a red net](red.png)"), correct=True), Option(both("b")))
    exported = write([Question("q", both("Which?"), Choice(options))], file_format, Language.EN)
    assert any("Pictures do not go along" in str(note.reason) for note in exported.losses)
    if file_format is not Format.KAHOOT:
        assert "a red net" in exported.content.decode()
        assert "red.png" not in exported.content.decode()
