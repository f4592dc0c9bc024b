"""The answers in GIFT: which type they make, and what each type can say."""

from __future__ import annotations

import pytest

from assignments.questions.matching import Matching
from assignments.questions.numeric import AcceptedNumber, Numeric
from assignments.questions.short_text import AcceptedText, ShortText
from server.quizzes.formats.gift import read_gift
from server.quizzes.formats.result import NoteKind
from tests.server.quizzes.formats.gift_texts import notes, one, options, reasons

# --- Types -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ("#3", "numeric"),
        ("~a =b -> c", "single"),
        ("~%50%a ~%50%b ~c", "multiple"),
        ("=a -> b =c -> d", "matching"),
        ("T", "true-false"),
        (" FALSE # no", "true-false"),
        ("=a", "text"),
        ("Paris", "text"),
        ("a -> b", "text"),
        ("true", "text"),
    ],
)
def test_the_type_is_decided_as_moodle_does(answers: str, kind: str):
    assert one(f"a{{{answers}}}").type == kind


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("only text", "description"),
        ("a{}", "essay"),
        ("a{ ####general}", "essay"),
        ("{T}", "no text"),
        ("a{T", "closing }"),
        ("a{=b\n~c", "closing }"),
        ("a{~b}", "at least two"),
        ("a{~b ~c}", "right"),
        ("a{~%-50%b ~c}", "right"),
        ("a{=}", "no answer"),
        ("a{#}", "No number"),
        ("a{#x}", "not a number"),
        ("a{#1..}", "not a number"),
        ("a{#1:x}", "not a number"),
        ("a{#1e400}", "too large"),
        ("a{=b -> c =d}", "pairs"),
        ("a{=b -> c}", "pairs"),
        ("a{=b -> c =d -> }", "right side"),
        ("a{" + "~b " * 300 + "=c}", "more than"),
        ("a" * 5000 + "{T}", "too long"),
        ("a\n" * 30_000 + "{T}", "too long"),
    ],
)
def test_what_cannot_be_asked_is_left_out_with_its_reason(source: str, reason: str):
    found = read_gift(f"b{{T}}\n\n{source}\n\nc{{T}}")
    assert len(found.questions) == 2
    assert [(note.line, note.kind) for note in found.notes] == [(3, NoteKind.SKIPPED)]
    assert reason in str(found.notes[0].reason)


def test_braces_that_come_second_are_told():
    assert notes("a{T} b {F}") == [(1, NoteKind.SKIPPED)]


# --- Choices ---------------------------------------------------------------------------------------


def test_the_right_option_has_an_equals_sign():
    assert options("a{~b =c ~d}") == [("b", False, None), ("c", True, None), ("d", False, None)]


def test_weights_give_part_of_the_credit():
    assert options("a{=b ~%50%c ~%-33.33333%d ~%0%e}")[1:] == [
        ("c", False, 0.5),
        ("d", False, -0.3333333),
        ("e", False, 0),
    ]


def test_a_weight_after_an_equals_sign_is_text():
    assert options("a{=%50%b ~c}")[0] == ("%50%b", True, None)


def test_equal_shares_earn_what_they_earn_in_moodle():
    third = 1 / 3
    assert options("a{~%33.33333%b ~%33.33333%c ~%33.33333%d ~e}") == [
        ("b", True, third), ("c", True, third), ("d", True, third), ("e", False, None),
    ]  # fmt: skip


def test_wrong_ones_that_take_what_right_ones_give_are_the_usual_rule():
    assert options("a{~%50%b ~%50%c ~%-50%d ~%-50%e}") == [
        ("b", True, None), ("c", True, None), ("d", False, None), ("e", False, None),
    ]  # fmt: skip


def test_unequal_shares_are_kept():
    assert options("a{~%70%b ~%30%c ~%-10%d}") == [("b", True, 0.7), ("c", True, 0.3), ("d", False, -0.1)]


def test_a_second_right_option_earns_full_credit_and_is_told():
    assert options("a{=b =c ~d}") == [("b", True, None), ("c", False, 1), ("d", False, None)]
    assert notes("a{=b =c ~d}") == [(1, NoteKind.WARNING)]


def test_a_weight_above_everything_is_lowered():
    assert options("a{=b ~%300%c}")[1] == ("c", False, 1)


def test_feedback_stands_behind_a_hash():
    body = one("a{=b#Yes\\#1 ~c # [html]<i>No</i>\n ~d}").body
    assert [option.feedback and option.feedback.en for option in body.options] == ["Yes#1", "*No*", None]


@pytest.mark.parametrize(
    "answers", ["=b ~c####So.", "T####So.", "#3####So.", "=b -> c =d -> e\n####So.", "F#So."]
)
def test_general_feedback_is_the_explanation(answers: str):
    assert one(f"a{{{answers}}}").explanation.en == "So."


def test_general_feedback_follows_the_last_four_hashes():
    assert one("a{=b#c####d####So.}").explanation.en == "So."


# --- Others ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "accepted"),
    [
        ("#3.14:0.01", [AcceptedNumber(3.14, 0.01)]),
        ("#3.1..3.2", [AcceptedNumber(3.15, 0.05)]),
        ("# -5 .. -1", [AcceptedNumber(-3, 2)]),
        ("#=1822:0 =%50%1822:2", [AcceptedNumber(1822), AcceptedNumber(1822, 2, 0.5)]),
        ("#1e-3", [AcceptedNumber(0.001)]),
        ("#3:2~#wrong", [AcceptedNumber(3, 2)]),
        ("#=3 =%0%*#wrong", [AcceptedNumber(3)]),
        ("#%50%3", [AcceptedNumber(3, 0, 0.5)]),
    ],
)
def test_numbers_have_tolerances_and_ranges(answers: str, accepted: list[AcceptedNumber]):
    assert one(f"a{{{answers}}}").body == Numeric(tuple(accepted))


@pytest.mark.parametrize(
    ("answers", "accepted"),
    [
        ("#3,14", AcceptedNumber(3.14)),
        ("#0,125:0,5", AcceptedNumber(0.125, 0.5)),
        ("#3,1..3,2", AcceptedNumber(3.15, 0.05)),
    ],
)
def test_a_decimal_comma_is_read_and_told(answers: str, accepted: AcceptedNumber):
    assert one(f"a{{{answers}}}").body.accepted == (accepted,)
    assert "comma" in reasons(f"a{{{answers}}}")


def test_a_comma_that_may_mean_thousands_is_refused():
    assert "thousands" in reasons("a{#1,000}")


def test_forms_have_weights():
    assert one("a{=b =%50%c d =%0%*}").body == ShortText(
        (AcceptedText("b"), AcceptedText("c d", 0.5), AcceptedText("*", 0))
    )


def test_forms_are_typed_and_never_markdown():
    assert one("[html]a{=b_c* =<b>d</b>&lt;}").body == ShortText((AcceptedText("b_c*"), AcceptedText("d<")))


def test_feedback_on_forms_is_told_as_lost():
    assert notes("a{=b#c}") == [(1, NoteKind.WARNING)]


def test_a_word_for_truth_is_told():
    assert "{TRUE}" in reasons("a{igaz}")


def test_an_empty_left_side_is_a_distractor():
    body = one("a{=b -> c =d->e -> f = -> g}").body
    assert isinstance(body, Matching)
    assert [(pair.left.en, pair.right.en) for pair in body.pairs] == [("b", "c"), ("d", "e -> f")]
    assert [right.en for right in body.distractors] == ["g"]
