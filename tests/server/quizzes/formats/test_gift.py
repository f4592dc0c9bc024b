r"""Reading GIFT: each rule of its grammar, Moodle's own files, and the traps for LaTeX and decimal commas."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.quiz import (
    AcceptedNumber,
    AcceptedText,
    Choice,
    Matching,
    Numeric,
    Question,
    QuestionType,
    ShortText,
    TrueFalse,
)
from server.quizzes.formats.found import NoteKind
from server.quizzes.formats.gift import read_gift
from server.quizzes.formats.gift_text import LATEX
from tests.server.quizzes.formats.samples import sample


def one(text: str) -> Question:
    [question] = read_gift(text).questions
    return question


def notes(text: str) -> list[tuple[int, NoteKind]]:
    return [(note.line, note.kind) for note in read_gift(text).notes]


def reasons(text: str) -> str:
    return " ".join(str(note.reason) for note in read_gift(text).notes)


def options(text: str) -> list[tuple[str, bool, float | None]]:
    return [(option.text.en, option.correct, option.credit) for option in one(text).body.options]


def text_of(source: str) -> str:
    return one(source + "{T}").text.en


# --- Files -----------------------------------------------------------------------------------------


def test_every_question_of_moodles_tour_is_read():
    found = read_gift(sample("moodle-gift-examples.txt").decode())
    types = Counter(str(question.type) for question in found.questions)
    assert types == {"single": 16, "text": 9, "numeric": 8, "true-false": 5, "matching": 3, "multiple": 2}
    assert [note.line for note in found.notes] == [103, 108, 123, 195, 202]
    assert found.skipped == 0


def test_moodles_fixture_is_read_but_for_its_essay():
    found = read_gift(sample("moodle-questions.gift.txt").decode())
    assert [question.id for question in found.questions] == [
        "moodle-activities", "q2", "colours", "q5", "shortanswer", "q1", "2-08-tsl", "2-08-tsl-2",
    ]  # fmt: skip
    assert [(note.line, note.what) for note in found.notes if note.kind is NoteKind.SKIPPED] == [(2, "Q8")]


def test_the_bodies_of_moodles_fixture_are_as_moodle_reads_them():
    bodies = {one.id: one.body for one in read_gift(sample("moodle-questions.gift.txt").decode()).questions}
    assert [pair.right.en for pair in bodies["moodle-activities"].pairs] == [
        "Forum",
        "Choice",
        "Database",
        "Wiki",
    ]
    assert [right.en for right in bodies["moodle-activities"].distractors] == ["Chat"]
    assert [option.credit for option in bodies["colours"].options] == [0.5, -1, 0.5, -1]
    assert bodies["q5"] == Numeric((AcceptedNumber(3, 2),))
    assert [form.credit for form in bodies["shortanswer"].accepted] == [1, 0.5, 0]
    assert bodies["q1"] == TrueFalse(correct=False)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_blank_lines_separate_questions(end: str):
    assert len(read_gift("\ufeffa{T}\n \t\nb{F}".replace("\n", end)).questions) == 2


def test_a_line_of_zero_is_no_blank_line_but_told():
    assert text_of("a\n0\nb") == "a\\\n0\\\nb"
    assert notes("a\n0\nb{T}") == [(2, NoteKind.WARNING)]


def test_comments_are_lines_that_begin_with_slashes():
    assert text_of("// no\nsee http://a.b // yes\n  // no\n") == "see http://a.b // yes"


def test_a_category_is_the_title():
    found = read_gift("$CATEGORY: $course$/Deep learning/Week 1\n\na{T}\n\n$CATEGORY: other\n\nb{T}")
    assert (found.title, len(found.questions)) == ("Week 1", 2)


def test_a_name_comes_first_and_makes_the_id():
    question = one(":: Őszi kérdés 1 ::What?{T}")
    assert (question.id, question.text.en) == ("oszi-kerdes-1", "What?")


def test_an_id_in_a_comment_is_kept():
    assert one("// question: 3 [id:week-1] [tag:memory]\n::name::What?{T}").id == "week-1"


def test_the_same_id_twice_becomes_two():
    assert [found.id for found in read_gift("::a::x{T}\n\n::a::y{T}").questions] == ["a", "a-2"]


def test_tags_in_comments_are_concepts_or_our_values():
    question = one("// [tag:time=20] [tag:points=2000]\n// [tag:loss [a\\] ] [tag:weight=2]\nWhat?{T}")
    assert (question.seconds, question.points, question.weight, question.tags) == (20, 2000, 2, ("loss [a]",))


@pytest.mark.parametrize("tag", ["time=3", "time=x", "time=20.5", "points=-1", "weight=nan", "case=maybe"])
def test_a_value_that_makes_no_sense_is_told(tag: str):
    assert notes(f"// [tag:{tag}]\na{{T}}") == [(2, NoteKind.WARNING)]


# --- Texts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"a\: b\=c \~ \# \{d\}", r"a: b=c \~ # {d}"),
        (r"a\nb", "a\\\nb"),
        (r"$\frac\{a\}\{b\} \= \alpha$", r"$\frac{a}{b} = \alpha$"),
        (r"$\\nabla \\ne 1$", r"$\nabla \ne 1$"),
        (r"\\nu", r"\\nu"),
    ],
)
def test_escapes_stand_for_what_they_hide(source: str, text: str):
    assert text_of(source) == text


@pytest.mark.parametrize("word", sorted(LATEX))
def test_latex_that_a_new_line_would_eat_is_kept_and_told(word: str):
    assert text_of(f"a\n$x \\{word} y$") == f"a\\\n$x \\{word} y$"
    assert notes(f"a\n$x \\{word} y${{T}}") == [(2, NoteKind.WARNING)]
    assert f"\\\\{word}" in reasons(f"a\n$x \\{word} y${{T}}")


@pytest.mark.parametrize("maths", [r"$$a \ne b$$", r"\(a \ne b\)", r"\[a \ne b\]"])
def test_every_notation_of_maths_protects_short_commands(maths: str):
    assert text_of(maths) == r"$a \ne b$"


@pytest.mark.parametrize("source", [r"either\nu", r"$a$\ni", r"\(a\) is\ne", r"\nothing", r"\nnot"])
def test_a_new_line_outside_of_maths_stays_one(source: str):
    assert "\n" in "x" + text_of("x" + source)
    assert notes(f"x{source}{{T}}") == []


def test_latex_in_an_answer_is_kept_too():
    assert options(r"a{=$\nabla f$ ~$x \nu$}")[0][0] == r"$\nabla f$"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("[html]<b>a</b> *", r"**a** \*"),
        ("[markdown]**a** <b>", "**a** <b>"),
        ("[plain]**a** <b>", r"\*\*a\*\* \<b>"),
        ("[moodle]<b>a</b>\nb", "**a**\\\nb"),
        ("x<y **a**", r"x\<y \*\*a\*\*"),
        ("::n::[html] a", "a"),
    ],
)
def test_a_text_is_read_by_the_format_before_it(source: str, text: str):
    assert text_of(source) == text


def test_answers_inherit_the_format_of_the_question():
    assert [text for text, _, _ in options("[markdown]a{=**b** ~[plain]**c**}")] == ["**b**", r"\*\*c\*\*"]


def test_pictures_are_told():
    assert notes("[html]a <img src='b.png'>{T}") == [(1, NoteKind.WARNING)]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a {T} b.", r"a \_\_\_\_\_ b."),
        ("a{T}.", r"a\_\_\_\_\_."),
        ("[markdown]a {T} b", r"a \_\_\_\_\_ b"),
        ("[html]a {T} b", r"a \_\_\_\_\_ b"),
    ],
)
def test_text_after_the_answers_makes_a_blank(source: str, text: str):
    assert one(source).text.en == text


# --- Types -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ("#3", QuestionType.NUMERIC),
        ("~a =b -> c", QuestionType.SINGLE),
        ("~%50%a ~%50%b ~c", QuestionType.MULTIPLE),
        ("=a -> b =c -> d", QuestionType.MATCHING),
        ("T", QuestionType.TRUE_FALSE),
        (" FALSE # no", QuestionType.TRUE_FALSE),
        ("=a", QuestionType.TEXT),
        ("Paris", QuestionType.TEXT),
        ("a -> b", QuestionType.TEXT),
        ("true", QuestionType.TEXT),
    ],
)
def test_the_type_is_decided_as_moodle_does(answers: str, kind: QuestionType):
    assert one(f"a{{{answers}}}").type is kind


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
    assert notes("a{T} b {F}") == [(1, NoteKind.WARNING)]


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


def test_equal_shares_are_the_usual_rule():
    assert options("a{~%33.33333%b ~%33.33333%c ~%33.33333%d ~e}") == [
        ("b", True, None), ("c", True, None), ("d", True, None), ("e", False, None),
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


# --- Anything --------------------------------------------------------------------------------------

PIECES = st.sampled_from([
    "a", "\n", "\n\n", "{", "}", "~", "=", "#", "####", "->", "::", "%50%", "T", "//", "[tag:", "time=3", "]",
    "\\", "$CATEGORY:", "[html]", "[markdown]", "<b>", "$", r"\ne", r"\n", "1,5", "..", ":", "0", "\r", "\0",
    "\ue003",
])  # fmt: skip


@given(st.text(max_size=300) | st.lists(PIECES, max_size=40).map("".join))
def test_no_text_makes_the_reader_fail(text: str):
    read_gift(text)


def test_a_quiz_holds_no_more_than_it_can():
    found = read_gift("a{T}\n\n" * 300)
    assert (len(found.questions), found.skipped) == (200, 1)


def test_endless_mistakes_are_not_all_noted():
    assert len(read_gift("a\n\n" * 5000).notes) < 1000


def test_choices_may_be_marked_as_never_shuffled():
    assert one("// [tag:shuffle=no]\na{=b ~c}").body == Choice(one("a{=b ~c}").body.options, shuffle=False)
