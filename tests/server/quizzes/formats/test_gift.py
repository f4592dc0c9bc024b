r"""Reading GIFT: each rule of its grammar, Moodle's own files, and the traps for LaTeX and decimal commas."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assignments.questions.choice import Choice
from assignments.questions.numeric import AcceptedNumber, Numeric
from assignments.questions.true_false import TrueFalse
from server.quizzes.formats.gift import read_gift
from server.quizzes.formats.gift_text import LATEX
from server.quizzes.formats.result import NoteKind
from tests.server.quizzes.formats.gift_texts import notes, one, options, reasons
from tests.server.quizzes.formats.samples import sample


def text_of(source: str) -> str:
    return one(source + "{T}").text.en


# --- Files -----------------------------------------------------------------------------------------


def test_every_question_of_moodles_tour_is_read():
    found = read_gift(sample("moodle-gift-examples.txt").decode())
    types = Counter(str(question.type) for question in found.questions)
    assert types == {"single": 16, "text": 9, "numeric": 8, "true-false": 5, "matching": 3, "multiple": 2}
    assert [note.line for note in found.notes] == [103, 108, 123, 130, 195, 202]
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
    assert (2, NoteKind.WARNING) in notes(f"a\n$x \\{word} y${{T}}")
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
    assert notes("[html]a <img src='b.png'>{T}") == [(1, NoteKind.SKIPPED)]


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


# --- Anything --------------------------------------------------------------------------------------

PIECES = st.sampled_from([
    "a", "\n", "\n\n", "{", "}", "~", "=", "#", "####", "->", "::", "%50%", "T", "//", "[tag:", "time=3", "]",
    "\\", "$CATEGORY:", "[html]", "[markdown]", "<b>", "$", r"\ne", r"\n", "1,5", "..", ":", "0", "\r", "\0",
    "\ue003",
])  # fmt: skip


@settings(deadline=None)
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


# --- Braces, code and what is drawn -----------------------------------------------------------------

BRACED = ["{=1 ~2}", "{T}", "{#3}", "{1:MC:~a~=b}", "{x}", "{}", r"\{x\}", "$\\frac{1}{2}$", "x^{2}"]
KEYS = st.sampled_from([*BRACED, "a ", "\n", "?"])


@given(st.lists(KEYS, min_size=1, max_size=7).map("".join))
@example("What is $\\frac{1}{2}$ of 4?{=2 ~8}")
@example("After {1:MC:~a~=an~the} hour we met {1:SA:=Ann}.")
def test_no_question_shows_a_key(source: str):
    """Whatever braces a block has, either it is clear which hold the answers, or it is left out."""
    for question in read_gift(source).questions:
        shown = question.text.en.replace("\\", "")
        assert not any(key in shown for key in ("{=", "{#3", "{T}", "{1:"))


def test_unescaped_braces_of_a_formula_are_taken_as_they_are_and_told():
    text = "What is $\\frac{1}{2}$ of $A^{T}$?{=2 ~8}"
    assert one(text).text.en == r"What is $\frac{1}{2}$ of $A^{T}$?"
    assert notes(text) == [(1, NoteKind.WARNING)]


@pytest.mark.parametrize(
    "source",
    ["x^{2} is?", "a{=b} c{=d}", "a{T} and {F}", "{1:SA:=a} is", "a{=b{=c}}", "a}b{T}", "$A^{T}$ is?"],
)
def test_braces_that_are_not_clear_leave_the_question_out(source: str):
    assert read_gift(source).questions == ()
    assert [note.kind for note in read_gift(source).notes] == [NoteKind.SKIPPED]


@pytest.mark.parametrize("fence", ["```", r"\~\~\~"])
@pytest.mark.parametrize(("outer", "indent"), [("  ", "    "), ("", "\t")])
def test_code_keeps_its_indentation(fence: str, outer: str, indent: str):
    lines = [f"{fence}python", "for i in x:", f"{indent}print(i)", fence, "{=1", "    ~2}"]
    text = "[markdown]What?\n" + "\n".join(outer + line for line in lines)
    assert "for i in x:\n    print(i)\n" in one(text).text.en
    assert notes(text) == []


def test_preformatted_text_keeps_its_indentation():
    assert "for:\n    a\n" in one("[html]What?<pre>\nfor:\n    a\n</pre>{T}").text.en


def test_that_other_indentation_is_lost_is_told():
    assert "indentation" in reasons("What does it print?\nfor i in x:\n    print(i)\n{=1 ~2}")


def test_a_line_break_at_the_end_leaves_no_backslash():
    question = one("::A:: What is ReLU(-1)? <br>{=0 ~1<br> ~2#no<br>####Flat.<br>}")
    texts = [question.text, question.explanation, *(option.text for option in question.body.options)]
    assert not any("\\" in text.en for text in texts)


def test_empty_answers_are_dropped():
    assert [one(text).body.options[0].text.en for text in ("It is {~=zero~one}.", "Pick{~=an~the~}")] == [
        "zero",
        "an",
    ]


@pytest.mark.parametrize("text", ["Does it cost $5 ", "a _", "Is it $", "$x$ "])
def test_a_dollar_or_a_line_before_the_answers_is_no_formula(text: str):
    assert one(f"{text}{{T}}").body == TrueFalse(correct=True)


@pytest.mark.parametrize(
    ("latex", "warned"),
    [
        (r"\{1,2\}", True), (r"A = \{a, b\}", True), (r"\\\{1,2\\\}", False), (r"x_\{i,j\}", False),
        (r"\\frac\{a,b\}\{c\}", False), (r"0\{,\}5", False), (r"\{x\}^2", False),
    ],
)  # fmt: skip
def test_braces_of_a_set_that_would_vanish_are_told(latex: str, warned: bool):
    """What was escaped for GIFT is bare in LaTeX, and draws nothing."""
    found = read_gift(f"What is ${latex}$?{{T}}")
    assert [one.type for one in found.questions] == ["true-false"]
    assert any("of a set" in str(note.reason) for note in found.notes) == warned


@pytest.mark.parametrize("answers", ["#=%0%1", "=%0%a", "=%-50%a"])
def test_a_question_that_earns_nobody_anything_is_left_out(answers: str):
    found = read_gift(f"What?{{{answers}}}")
    assert (found.questions, found.skipped) == ((), 1)
    assert "earns anything" in " ".join(str(note.reason) for note in found.notes)
