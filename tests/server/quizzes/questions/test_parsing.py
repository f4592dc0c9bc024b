"""What phones may send, and what is kept of it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assignments.questions.choice import Choice, Option
from assignments.questions.matching import Matching, Pair
from assignments.questions.numeric import AcceptedNumber, Numeric
from assignments.questions.ordering import Ordering
from assignments.questions.shape import Shape
from assignments.questions.short_text import ShortText
from assignments.questions.true_false import TrueFalse
from assignments.quiz import Question
from assignments.spec import Localized
from server.quizzes.questions.numeric import read_number
from server.quizzes.questions.parsing import read_answer
from server.quizzes.questions.presenting import answer_shown, sent_again
from server.quizzes.questions.published import Variant
from server.quizzes.questions.scoring import NO_RULINGS, credit
from server.quizzes.questions.shape import read_shape
from server.quizzes.questions.shuffling import shown_order
from server.quizzes.questions.type_rules import rules_of
from server.quizzes.refusals import MalformedAnswer
from tests.assignments.quiz_strategies import questions


def said(text: str) -> Localized:
    return Localized(text, text)


def asked(body: object) -> Question:
    return Question("q", said("?"), body)  # type: ignore[arg-type]


FOUR = tuple(Option(said(text), correct=text == "a") for text in "abcd")
SINGLE = asked(Choice(FOUR))
MULTIPLE = asked(Choice(FOUR, several=True))
ORDERING = asked(Ordering(tuple(said(text) for text in "abcd")))
MATCHING = asked(Matching((Pair(said("1"), said("one")), Pair(said("2"), said("two"))), (said("three"),)))
SHAPES = [
    "(64, 1, 28, 28)",
    "64x1x28x28",
    "64x1x28x28x",
    "[64 1 28 28]",
    "64,1,28,28",
    "torch.Size([64, 1, 28, 28])",
    "64×1×28×28",
    "{64;1;28;28}",
    " ( 64 , 1 , 28 , 28 , ) ",
    "64 * 1 * 28 * 28",
    "６４, 1, 28, 28",
]
NUMBERS = [
    ("0.75", 0.75),
    ("0,75", 0.75),
    (" 75 % ", 0.75),
    ("3/4", 0.75),
    ("-2", -2),
    ("\N{MINUS SIGN}2", -2),
    ("1e-3", 0.001),
    (".5", 0.5),
    ("5.", 5),
    ("+7", 7),
    ("½", 0.5),
    ("10³", 1000),
    ("2·10^-3", 0.002),
    ("10**2", 100),
]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("typed", SHAPES)
def test_shape_is_read_however_it_is_typed(typed: str):
    assert read_shape(typed) == (64, 1, 28, 28)


@pytest.mark.parametrize(("typed", "shape"), [("()", ()), ("(10,)", (10,)), ("10", (10,)), ("[]", ())])
def test_short_shapes_are_read(typed: str, shape: tuple[int, ...]):
    assert read_shape(typed) == shape


@pytest.mark.parametrize("typed", ["", "relu", "x", "(64, -1)", "6 4 a", "1e3", "9" * 13, "1," * 20])
def test_what_is_no_shape_is_refused(typed: str):
    with pytest.raises(ValueError, match="shape"):
        read_shape(typed)


@pytest.mark.parametrize(("typed", "number"), NUMBERS)
def test_number_is_read_as_people_type_it(typed: str, number: float):
    assert read_number(typed) == pytest.approx(number)


@pytest.mark.parametrize(
    "typed", ["", "abc", "1/0", "1e999", "1,2,3", "nan", "inf", "0x10", "1/2/3", "9" * 300]
)
def test_what_is_no_number_is_refused(typed: str):
    with pytest.raises(ValueError, match=r"number|division|zero"):
        read_number(typed)


def test_place_on_the_screen_becomes_the_place_in_the_file():
    assert read_answer(SINGLE, 0, (2, 0, 3, 1)) == 2


def test_order_of_options_follows_the_room():
    orders = {shown_order(SINGLE, f"room {number}") for number in range(40)}
    assert len(orders) > 10
    assert shown_order(SINGLE, "room 1") == shown_order(SINGLE, "room 1")


def test_options_that_must_not_be_shuffled_stay():
    fixed = asked(Choice(FOUR, shuffle=False))
    assert shown_order(fixed, "any room") == (0, 1, 2, 3)


@pytest.mark.parametrize(
    ("question", "sent"),
    [
        (SINGLE, 4),
        (SINGLE, -1),
        (SINGLE, True),
        (SINGLE, "0"),
        (SINGLE, [0]),
        (MULTIPLE, 0),
        (MULTIPLE, [0, 0]),
        (MULTIPLE, [[0]]),
        (ORDERING, [0, 1, 2]),
        (ORDERING, [0, 1, 2, 2]),
        (MATCHING, [0]),
        (MATCHING, [0, 3]),
        (asked(TrueFalse(correct=True)), 1),
        (asked(Numeric((AcceptedNumber(1),))), 1),
        (asked(ShortText(())), "   "),
        (asked(ShortText(())), "a\x07b"),
        (asked(ShortText(())), "x" * 201),
        (asked(Shape((1,))), [1]),
    ],
)
def test_answer_of_another_kind_is_refused(question: Question, sent: object):
    with pytest.raises(MalformedAnswer):
        read_answer(question, sent, shown_order(question, "room"))


@given(questions(), ANYTHING, st.sampled_from(["en", "hu"]))
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_whatever_is_sent_is_refused_or_earns_a_share(question: Question, sent: object, language: str):
    """A hostile phone gets a refusal, never a fault; what is kept can be marked, and sent again as it was."""
    order = shown_order(question, "room")
    try:
        kept = read_answer(question, sent, order)
    except MalformedAnswer:
        return
    assert 0 <= credit(question, kept) <= 1
    again = sent_again(Variant(question, {}), kept, order, language)
    assert read_answer(question, again, order) == pytest.approx(kept)


def test_numbers_are_told_with_the_comma_of_hungarian():
    question = asked(Numeric((AcceptedNumber(0.5, 0.01),)))
    variant = Variant(question, {"hu": {}, "en": {}})
    assert answer_shown(variant, "hu", (), NO_RULINGS)["right"] == ["0,5 ± 0,01"]
    assert answer_shown(variant, "en", (), NO_RULINGS)["right"] == ["0.5 ± 0.01"]


@pytest.mark.parametrize("typed", ["1½", "1 1/2", "1 2"])
def test_what_was_kept_by_earlier_releases_is_still_marked(typed: str):
    """It can no longer be typed; but results of old rooms are shown and marked anew."""
    question = asked(Numeric((AcceptedNumber(1.5),)))
    with pytest.raises(MalformedAnswer):
        read_answer(question, typed, ())
    assert credit(question, typed, NO_RULINGS) == 0
    variant = Variant(question, {"en": {}})
    assert sent_again(variant, typed, (), "en") == typed
    assert rules_of(question.body).counted_as(question.body, typed) in {5.5, 12}
