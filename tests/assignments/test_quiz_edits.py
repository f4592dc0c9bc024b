"""An edited quiz says what it should, and comments stay beside what was not touched."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import tomlkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assignments.list_edits import edited_list, matches
from assignments.quiz import Question, Quiz
from assignments.quiz_edits import write_edited
from assignments.quiz_reading import read_quiz
from assignments.quiz_writing import question_table, quiz_document, value_text, write_document, write_quiz
from assignments.toml.same_values import same
from tests.assignments.quiz_strategies import localized, questions, quizzes

ZONE = ZoneInfo("Europe/Budapest")
slow = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None)
BASE = """\
# The quiz of week 1
slug = "week-1"   # never change it

title = { en = "Week 1", hu = "1. hét" }


# How we play
[policy]
game = "flat"  # they asked for it

# easy
[[question]]
id = "relu"
seconds = 30 # as usual
type = "single"
text = { en = "What is ReLU(-2)?", hu = "Mennyi ReLU(-2)?" }  # the text
options = [
  # the right one
  { text = "0", correct = true },   # zero
  "-2",  # a trap # indeed
  # nobody takes it
  "2 # no comment"   # the last
]
weight = 2

# apart

# hard
[[question]]
id = "shape"
type = "shape"
text = "Shape?"
shape = [64, 1, 28, 28]   # as MNIST
[question.explanation]
en = "x"  # English
hu = "y"
"""
RELU, SHAPE = BASE[BASE.index("# easy") :].split("\n# hard")
SHAPE = f"# hard{SHAPE}"


def document() -> dict[str, Any]:
    return quiz_document(read_quiz(BASE, ZONE), ZONE)


def edited(changed: Mapping[str, Any], base: str = BASE) -> str:
    """The text, which says what was asked for."""
    text = write_edited(changed, base, ZONE)
    assert read_quiz(text, ZONE) == read_quiz(write_document(changed), ZONE)
    return text


def with_comments(text: str) -> str:
    """A comment behind every entry, and above every question; each names what it belongs to."""
    lines, at = [], ""
    for line in text.split("\n"):
        if line == "[[question]]":
            at = f"q{len(re.findall(r'# above q', ' '.join(lines)))}"
            lines.append(f"# above {at}")
        key = line.partition(" =")[0].strip()
        is_entry = " = " in line or line.startswith("  ")
        lines.append(f"{line}  # {at} {key if line[:1] != ' ' else 'in a list'}" if is_entry else line)
    return "\n".join(lines)


@st.composite
def edits(draw: st.DrawFn, quiz: Quiz) -> Quiz:
    """The quiz after somebody has worked on it."""
    kept = [one for one in quiz.questions if isinstance(one, Question) and draw(st.integers(0, 4))]
    changed = [draw(edit_of(one)) if draw(st.booleans()) else one for one in kept]
    fresh = [
        one for one in draw(st.lists(questions(), max_size=2)) if one.id not in {it.id for it in changed}
    ]
    order = draw(st.permutations([*changed, *fresh[:1]]))
    if not order:
        return quiz
    title = draw(st.just(quiz.title) | localized())
    policy = draw(st.just(quiz.policy) | st.builds(replace, st.just(quiz.policy), word=st.booleans()))
    return replace(quiz, questions=tuple(order), title=title, policy=policy)


def edit_of(question: Question) -> st.SearchStrategy[Question]:
    """One question, changed in one way."""
    other = questions()
    return st.one_of(
        localized().map(lambda text: replace(question, text=text)),
        st.integers(5, 3600).map(lambda seconds: replace(question, seconds=seconds)),
        (st.none() | localized()).map(lambda text: replace(question, explanation=text)),
        other.map(lambda one: replace(question, tags=one.tags, weight=one.weight)),
        other.map(lambda one: replace(question, body=one.body)),
    )


@given(st.data(), quizzes())
@slow
def test_edited_quiz_is_read_as_it_was_edited(data: st.DataObject, quiz: Quiz):
    base, after = with_comments(write_quiz(quiz, ZONE)), data.draw(edits(quiz))
    assert read_quiz(base, ZONE) == quiz
    text = write_edited(quiz_document(after, ZONE), base, ZONE)
    assert read_quiz(text, ZONE) == after
    assert tomlkit.parse(text).unwrap() == tomllib.loads(text)
    for at, before in enumerate(quiz.questions):
        now = next((one for one in after.questions if one.id == before.id), None)
        if now is None:
            continue
        assert f"# above q{at}\n[[question]]\n" in text
        if now == before:
            assert block(base, at) in text
        old, new = question_table(before), question_table(now)
        kept = [name for name in old if old["type"] == new["type"] and same(old[name], new.get(name))]
        lost = [name for name in kept if f"# q{at} {name}" in base and f"# q{at} {name}" not in text]
        assert lost == []


def block(text: str, at: int) -> str:
    """A question with its comments."""
    return re.split(r"(?=# above q\d+\n)", text)[at + 1].rstrip("\n") + "\n"


@given(quizzes(), quizzes())
@slow
def test_any_quiz_can_be_written_over_any_other(quiz: Quiz, other: Quiz):
    base = with_comments(write_quiz(other, ZONE))
    assert read_quiz(write_edited(quiz_document(quiz, ZONE), base, ZONE), ZONE) == quiz


@given(
    quizzes(),
    st.text(st.sampled_from("[]{}=#\"'\n.,\\ 1aé\r\0"), max_size=60) | st.text(max_size=60),
    st.booleans(),
)
@slow
def test_what_is_no_quiz_is_written_over_as_if_it_were_not_there(quiz: Quiz, noise: str, after: bool):
    text = write_quiz(quiz, ZONE)
    base = text + noise if after else noise + text
    assert read_quiz(write_edited(quiz_document(quiz, ZONE), base, ZONE), ZONE) == quiz


@given(
    st.recursive(
        st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=20,
    )
)
def test_every_value_is_written_as_it_is(value: object):
    try:
        text = value_text(value)
        text.encode()
    except UnicodeEncodeError:
        return
    read = tomllib.loads(f"x = {text}")["x"] if "\n" not in text else tomllib.loads(f"x = {text}\n")["x"]
    assert same(read, value)


def test_unchanged_quiz_is_the_same_text():
    assert edited(document()) == BASE


def test_a_question_that_moves_takes_its_comments_along():
    changed = document()
    changed["question"].reverse()
    text = edited(changed)
    assert text.index("# hard") < text.index("# easy")
    assert text.endswith(RELU.rstrip() + "\n")
    assert SHAPE in text
    assert edited(document(), text).endswith(SHAPE)


def test_a_question_that_goes_takes_its_comments_along():
    changed = document()
    del changed["question"][0]
    text = edited(changed)
    assert text == BASE.replace(f"{RELU}\n", "")


def test_a_new_question_disturbs_nobody():
    changed = document()
    changed["question"].insert(1, {"id": "new", "type": "true-false", "text": "New?", "correct": True})
    text = edited(changed)
    assert RELU in text
    assert SHAPE in text
    assert text.index(RELU) < text.index('"new"') < text.index(SHAPE)


def test_a_question_under_another_name_is_the_same_question():
    changed = document()
    changed["question"][0]["id"] = "rectifier"
    assert edited(changed) == BASE.replace('"relu"', '"rectifier"')


def test_entries_are_changed_where_they_stand():
    changed = document()
    relu, shape = changed["question"]
    relu |= {"seconds": 45, "text": {"en": "What is ReLU(-2)?", "hu": "Mennyi?"}}
    shape["explanation"]["hu"] = "z"
    expected = BASE.replace("30 # as usual", "45 # as usual").replace("Mennyi ReLU(-2)?", "Mennyi?")
    assert edited(changed) == expected.replace('hu = "y"', 'hu = "z"')


def test_options_keep_their_comments_wherever_they_go():
    changed = document()
    options = changed["question"][0]["options"]
    changed["question"][0]["options"] = [options[2], {"text": "new"}, options[0]]
    lines = """\
options = [
  # nobody takes it
  "2 # no comment",   # the last
  { text = "new" },  # a trap # indeed
  # the right one
  { text = "0", correct = true },   # zero
]"""
    assert lines in edited(changed)


def test_policy_and_head_keep_their_comments():
    changed = document()
    changed["policy"] = {"game": "none", "word": True}
    changed["title"] = "Week one"
    text = edited(changed)
    for line in ('game = "none"  # they asked for it', "word = true", 'slug = "week-1"   # never change it'):
        assert line in text.split("\n")
    assert "# How we play\n[policy]" in text
    del changed["policy"]
    assert "[policy]" not in edited(changed)


@pytest.mark.parametrize(
    "base",
    [
        BASE.replace('game = "flat"', '"game" = "flat"'),
        BASE.replace("[policy]\n", "").replace("game =", "policy.game ="),
        BASE.replace("[[question]]", "[[ question ]]"),
        BASE.replace("[[question]]", '[["question"]]'),
        BASE.replace("[policy]", "[policy] # [[question]]"),
        BASE.replace('"Shape?"', '"""\n[[question]]\n# Shape?"""'),
        BASE.replace("\n", "\r\n"),
        BASE + "[policy]\nword = true\n",
        BASE.replace("[64, 1, 28, 28]", "[\n64, 1, # [[question]]\n28, 28]"),
        BASE.replace("[policy]", "[x]"),
        f"{BASE}\n[[question.options]]\n",
        'slug = "a"\nquestion = [{ id = "relu" }]',
    ],
)
def test_other_ways_to_write_a_quiz_are_read_the_same(base: str):
    changed = document()
    changed["question"][0]["seconds"] = 40
    changed["question"].append({"id": "new", "type": "true-false", "text": "New?", "correct": True})
    edited(changed, base)
    edited(document(), base)


def test_what_is_wrong_is_written_all_the_same():
    changed = deepcopy(document())
    changed["question"][0]["seconds"] = 2
    changed["question"][1]["shape"] = ["many"]
    text = write_edited(changed, BASE, ZONE)
    assert "seconds = 2\n" in text
    assert 'shape = ["many"]' in text


def test_lists_that_share_lines_are_written_anew():
    assert edited_list("[1, 2]", [1, 2], [2]) is None
    assert edited_list("[\n1, 2,\n]", [1, 2], [2]) is None
    assert edited_list("[\n1,\n2,\n]", [1], [2]) is None


def test_entries_are_found_again_by_what_they_say_and_then_by_where_they_stand():
    assert matches(["a", "b", "c"], ["c", "x", "a", "y"]) == [2, 1, 0, None]
    assert matches(["a", "a"], ["a", "a", "a"]) == [0, 1, None]
    assert matches([True], [1]) == [0]


def test_only_what_has_changed_is_parsed_a_second_time(monkeypatch: pytest.MonkeyPatch):
    """tomlkit takes a hundred times as long as tomllib."""
    parsed = []
    parse = tomlkit.parse
    monkeypatch.setattr(tomlkit, "parse", lambda text: parsed.append(text) or parse(text))
    changed = document()
    changed["question"].reverse()
    edited(changed)
    assert parsed == []
    changed["question"][0]["seconds"] = 40
    edited(changed)
    assert [text.partition("\n")[0] for text in parsed] == ["[[question]]"]
