"""Markup that nests deeper than anybody writes is refused with a sentence, whatever it is made of."""

from __future__ import annotations

import pytest

from server.quizzes.formats.markup.depth import DEEPEST, TooDeep, soup_of, xml_tree
from server.quizzes.formats.reading import read
from server.quizzes.formats.result import Imported, Unreadable
from tests.server.quizzes.formats.test_moodle_xml import CHOICE, question

PAIRS = [("<b>", "</b>"), ("<ul><li>", "</li></ul>"), ("<math><mrow>", "</mrow></math>"), ("<p>", "")]
MANY = 100_000


def imported(text: str) -> Imported:
    return read("bank.xml", f"<quiz>{question('multichoice', CHOICE, text=text)}</quiz>".encode())


def test_the_bound_is_the_same_for_html_and_xml():
    for tree in (soup_of, xml_tree):
        inside = DEEPEST - (tree is soup_of)  # a soup has a level above all tags
        tree("<b>" * inside + "</b>" * inside)
        with pytest.raises(TooDeep):
            tree("<b>" * (inside + 1) + "</b>" * (inside + 1))


@pytest.mark.parametrize("count", [DEEPEST + 1, 900, MANY])
@pytest.mark.parametrize(("opened", "closed"), PAIRS)
def test_a_text_that_is_nested_too_deeply_is_left_out(opened: str, closed: str, count: int):
    for content in (opened * count + "x" + closed * count, opened * count + "x"):
        try:
            found = imported(content)
        except Unreadable:
            assert count == MANY
            continue
        assert (found.questions, found.skipped) == ((), 1)


@pytest.mark.parametrize(
    "text",
    [
        "<img alt='a b' data-mathml='«math»" + "«mrow»" * 900 + "'>x",
        '<img alt="a b" data-mathml="<math>' + "<mrow>" * 900 + '">x',
    ],
)
def test_markup_in_an_attribute_is_bounded_too(text: str):
    assert len(imported(text).questions) == 1


@pytest.mark.parametrize("kind", ["calculated", "multichoice", "cloze"])
@pytest.mark.parametrize("tag", ["b", "question", "text"])
def test_deep_xml_is_refused_before_it_is_a_tree(kind: str, tag: str):
    deep = f"<hint>{f'<{tag}>' * MANY}{f'</{tag}>' * MANY}</hint>"
    with pytest.raises(Unreadable, match="too deeply"):
        read("bank.xml", f"<quiz>{question(kind, deep)}</quiz>".encode())
