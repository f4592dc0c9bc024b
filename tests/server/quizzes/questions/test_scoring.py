"""How much of an answer is right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.questions.choice import Choice, Option
from assignments.questions.matching import Matching, Pair
from assignments.questions.matrix import Cell, Matrix
from assignments.questions.numeric import AcceptedNumber, Numeric
from assignments.questions.ordering import Ordering
from assignments.questions.shape import Shape
from assignments.questions.short_text import AcceptedText, ShortText
from assignments.questions.true_false import TrueFalse
from server.quizzes.questions.chosen_indices import partial
from server.quizzes.questions.parsing import read_answer
from server.quizzes.questions.presenting import answer_shown, sent_again
from server.quizzes.questions.published import Variant
from server.quizzes.questions.scoring import NO_RULINGS, Rulings, credit
from tests.server.quizzes.questions.test_parsing import FOUR, SINGLE, asked, said

TWO_RIGHT = asked(Choice(tuple(Option(said(text), correct=text in "ab") for text in "abcd"), several=True))
WEIGHTED = asked(
    Choice(
        (Option(said("a"), correct=True), Option(said("b"), credit=0.5), Option(said("c"), credit=-1.0)),
        several=True,
    )
)
ORDERED = asked(Ordering(tuple(said(text) for text in "abcd")))
WORDS = asked(ShortText((AcceptedText("drop-out"), AcceptedText("drop*", 0.5))))
ROCKET = ((15, 3, 8), (4, 23, 1), (9, 2, 19))
FALSE_NEGATIVES = asked(Matrix(("rocket", "car", "airplane"), ROCKET, frozenset({Cell(0, 1), Cell(0, 2)})))


def test_single_choice_is_right_or_not():
    assert [credit(SINGLE, place) for place in range(4)] == [1, 0, 0, 0]


@pytest.mark.parametrize(
    ("chosen", "earned"),
    [([0, 1], 1), ([0], 0.5), ([0, 2], 0), ([0, 1, 2], 0.5), ([], 0), ([0, 1, 2, 3], 0), ([2, 3], 0)],
)
def test_wrong_options_cost_what_right_ones_earn(chosen: list[int], earned: float):
    assert credit(TWO_RIGHT, chosen) == earned


@given(st.integers(1, 8), st.integers(1, 8), st.data())
def test_partial_credit_rises_with_right_and_falls_with_wrong(right: int, wrong: int, data: st.DataObject):
    hits, slips = data.draw(st.integers(0, right - 1)), data.draw(st.integers(0, wrong - 1))
    here = partial(right, wrong, hits, slips)
    assert 0 <= here <= partial(right, wrong, hits + 1, slips) <= 1
    assert partial(right, wrong, hits, slips + 1) <= here


def test_explicit_shares_are_added_and_bounded():
    assert [credit(WEIGHTED, chosen) for chosen in ([0], [1], [0, 1], [0, 2], [1, 2])] == [1, 0.5, 1, 0, 0]


def test_number_within_its_tolerance_is_right():
    question = asked(Numeric((AcceptedNumber(0.53, 0.01), AcceptedNumber(53, 1, 0.5))))
    assert [credit(question, value) for value in (0.53, 0.54, 0.52, 0.5401, 53, 0.55)] == [1, 1, 1, 0, 0.5, 0]


def test_rounding_of_the_machine_costs_nothing():
    assert credit(asked(Numeric((AcceptedNumber(0.3),))), 0.1 + 0.2) == 1


@pytest.mark.parametrize(
    ("typed", "earned"), [("Drop-Out", 1), ("dropout", 1), ("drop out", 1), ("dropping", 0.5), ("adrop", 0)]
)
def test_case_spaces_and_hyphens_do_not_count(typed: str, earned: float):
    assert credit(WORDS, typed) == earned


def test_brackets_in_a_form_are_plain_characters():
    question = asked(ShortText((AcceptedText("f[x]?"),)))
    assert [credit(question, typed) for typed in ("f[x]?", "fx?", "f[x]a")] == [1, 0, 0]


def test_case_counts_where_the_author_says_so():
    question = asked(ShortText((AcceptedText("ReLU"),), case_sensitive=True))
    assert [credit(question, typed) for typed in ("ReLU", "relu")] == [1, 0]


@pytest.mark.parametrize(
    "typed", ["eltűnő gradiens", "eltünő gradiens", "Eltuno Gradiens", "ELTŰNŐ-GRADIENS"]
)
def test_accents_that_a_keyboard_lacks_cost_nothing(typed: str):
    assert credit(asked(ShortText((AcceptedText("eltűnő gradiens"),))), typed) == 1


def test_accents_count_where_both_forms_are_listed():
    question = asked(ShortText((AcceptedText("kör"), AcceptedText("kor", 0.0))))
    assert [credit(question, typed) for typed in ("kör", "kor", "kór")] == [1, 0, 1]


@pytest.mark.parametrize(
    ("form", "right", "wrong"),
    [
        ("-1", ["-1", "\N{MINUS SIGN}1", " - 1", "–1"], ["1", "+1"]),
        ("1e-3", ["1e-3", "1E\N{MINUS SIGN}3"], ["1e3", "1", "13"]),
        ("10³", ["10^3", "10³"], ["103"]),
        ("x-1", ["x - 1", "x\N{MINUS SIGN}1"], ["x1", "x + 1"]),
        ("2012-2015", ["2012–2015"], ["20122015"]),
        ("ResNet-50", ["resnet50", "ResNet 50", "ResNet–50"], ["ResNet5"]),
        ("t-SNE", ["tSNE", "T-sne"], ["SNE"]),
        ("a ≠ b", ["a≠b"], ["a=b"]),
        ("й", ["й"], ["и"]),
    ],
)
def test_signs_of_numbers_and_formulas_count_and_hyphens_do_not(
    form: str, right: list[str], wrong: list[str]
):
    question = asked(ShortText((AcceptedText(form),)))
    assert [credit(question, typed) for typed in right + wrong] == [1] * len(right) + [0] * len(wrong)


@pytest.mark.parametrize(
    ("forms", "shown"),
    [(["grad*", "slope"], "slope"), (["vanish* slope"], "vanish slope"), (["a", "b"], "a")],
)
def test_one_form_is_told_and_no_pattern(forms: list[str], shown: str):
    body = ShortText(tuple(AcceptedText(form) for form in forms))
    assert answer_shown(Variant(asked(body), {"en": {}}), "en", (), NO_RULINGS)["right"] == shown


@pytest.mark.parametrize(
    ("typed", "language", "again"),
    [("62378344", "en", "62378344"), ("0.10", "hu", "0.10"), ("3/4", "en", "3/4"), ("0,75", "en", "0,75")],
)
def test_a_number_is_shown_as_it_was_typed(typed: str, language: str, again: str):
    question = asked(Numeric((AcceptedNumber(62378344),)))
    kept = read_answer(question, typed, ())
    assert sent_again(Variant(question, {}), kept, (), language) == again


@pytest.mark.parametrize(
    ("value", "language", "shown"),
    [
        (62378344.0, "en", "62378344"), (1e15, "en", "1000000000000000"), (0.1, "hu", "0,1"),
        (-2.5, "hu", "-2,5"),
        (1e-9, "en", "1e-09"), (0.000125, "en", "0.000125"), (123456.789012, "en", "123456.789012"),
    ],
)  # fmt: skip
def test_a_right_number_is_told_to_every_digit(value: float, language: str, shown: str):
    variant = Variant(asked(Numeric((AcceptedNumber(value),))), {language: {}})
    assert answer_shown(variant, language, (), NO_RULINGS)["right"] == [shown]


@given(st.floats(-1e15, 1e15))
def test_what_is_told_to_be_right_is_right(value: float):
    question = asked(Numeric((AcceptedNumber(value),)))
    for language in ("en", "hu"):
        [told] = answer_shown(Variant(question, {language: {}}), language, (), NO_RULINGS)["right"]
        assert credit(question, read_answer(question, told, ())) == 1


def test_numbers_of_earlier_years_are_marked_and_shown():
    question = asked(Numeric((AcceptedNumber(0.75),)))
    assert credit(question, 0.75) == 1
    assert sent_again(Variant(question, {}), 0.75, (), "hu") == "0,75"


@pytest.mark.parametrize(
    ("order", "earned"), [([0, 1, 2, 3], 1), ([1, 0, 2, 3], 2 / 3), ([3, 2, 1, 0], 0), ([0, 2, 3, 1], 1 / 3)]
)
def test_ordering_earns_kendalls_tau(order: list[int], earned: float):
    assert credit(ORDERED, order) == pytest.approx(earned)


def test_matching_earns_the_share_of_lines():
    pairs = (Pair(said("1"), said("odd")), Pair(said("2"), said("even")), Pair(said("3"), said("odd")))
    question = asked(Matching(pairs))
    assert credit(question, [0, 1, None]) == pytest.approx(2 / 3)
    assert credit(question, [2, 1, 0]) == 1, "a right that reads the same is as good"


def test_shape_is_right_as_a_whole():
    question = asked(Shape((64, 1, 28, 28)))
    assert [credit(question, shape) for shape in ([64, 1, 28, 28], [1, 64, 28, 28], [])] == [1, 0, 0]


def test_cells_are_marked_like_options():
    assert credit(FALSE_NEGATIVES, [[0, 1], [0, 2]]) == 1
    assert credit(FALSE_NEGATIVES, [[0, 1]]) == 0.5
    assert credit(FALSE_NEGATIVES, [[0, 1], [1, 0]]) == pytest.approx(0.5 - 1 / 7)


def test_true_or_false():
    question = asked(TrueFalse(correct=False))
    assert [credit(question, answer) for answer in (False, True)] == [1, 0]


def test_accepted_answer_earns_everything():
    assert credit(SINGLE, 1, Rulings(accepted=(1,))) == 1
    assert credit(WORDS, "Dilution", Rulings(accepted=("dilution",))) == 1
    assert credit(WORDS, "kiejtes", Rulings(accepted=("kiejtés",))) == 1


def test_void_option_neither_earns_nor_costs():
    rulings = Rulings(void_options=frozenset({1}))
    assert credit(SINGLE, 1, rulings) == 1, "nobody shall lose by an option that should not have been there"
    assert credit(TWO_RIGHT, [0], rulings) == 1
    assert credit(TWO_RIGHT, [0, 1], rulings) == 1
    assert len(FOUR) == 4
