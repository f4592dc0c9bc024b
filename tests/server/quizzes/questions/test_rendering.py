"""Texts as they are drawn: a phone in a quiz goes nowhere, and no sign of Markdown is left over."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.quizzes.pictures.picture import ShownPicture
from server.quizzes.questions.rendering import RenderingError, draw_formula, draw_text


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("see [the paper](https://example.org/p)", "see the paper"),
        ("see [a **bold** one](javascript:x 'title')", "see a <strong>bold</strong> one"),
        ("<https://example.org>", "https://example.org"),
        ("![a net](https://a.b/x.png)!", "a net!"),
        ("### ResNet", "<strong>ResNet</strong>"),
        ("# A\n\nb", "<p><strong>A</strong></p>\n<p>b</p>"),
        ("A\n===\nb", "<p><strong>A</strong></p>\n<p>b</p>"),
        ("~~old~~ new", "<s>old</s> new"),
        ("[a]\n\n[a]: https://b.c", "a"),
    ],
)
def test_links_headings_and_strike_through_are_drawn(markdown: str, html: str):
    assert draw_text(markdown) == html


PIECES = [
    "[",
    "]",
    "(",
    ")",
    "](",
    "<",
    ">",
    "https://a.b",
    "javascript:x",
    "!",
    "#",
    "~~",
    "a",
    " ",
    "\n",
    "'",
    "&",
    '"',
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_nothing_that_is_drawn_leads_anywhere(markdown: str):
    try:
        drawn = draw_text(markdown)
    except RenderingError:
        return
    assert not any(sign in drawn for sign in ("href", "src=", "<a", "<img", "<script", "<h1"))


@pytest.mark.parametrize(
    ("latex", "numbers"),
    [
        ("0{,}75", ["0,75"]),
        ("0{,}25^{10}", ["0,25", "10"]),
        (r"\frac{0{,}5}{2}", ["0,5", "2"]),
        (r"0{,}11 \approx 11{,}3", ["0,11", "11,3"]),
        ("(1, 2)", ["1", "2"]),
        ("x{,}5", ["5"]),
    ],
)
def test_a_decimal_comma_is_part_of_its_number(latex: str, numbers: list[str]):
    """By itself a comma is drawn with a gap behind it, as between two numbers."""
    assert re.findall(r"<mn>([^<]*)</mn>", draw_formula(latex)) == numbers


@pytest.mark.parametrize("text", ["$x$ and \\\\", "$x$\\\\"])
def test_a_formula_begins_a_text_that_ends_with_a_backslash(text: str):
    assert draw_text(text).startswith('<span class="math inline">')


NET = {"net.png": ShownPicture("/there?a&b", 40, 30), "bad.png": ShownPicture("/bad", 0, 0, is_sound=False)}


def test_a_picture_is_drawn_with_its_words_and_its_size():
    drawn = draw_text('![a "net" <b> of *two* \\[layers\\] and $x$](net.png)', NET)
    words = "a &quot;net&quot; &lt;b&gt; of two [layers] and x"
    assert drawn == f'<img class="picture" src="/there?a&amp;b" alt="{words}" width="40" height="30">'


@pytest.mark.parametrize(
    ("markdown", "problem"),
    [
        ("![a](none.png)", "there is no picture 'none.png'"),
        ("![a](../net.png)", "there is no picture '../net.png'"),
        ("![](net.png)", "the picture 'net.png' has no alternative text"),
        ("![ ](net.png)", "the picture 'net.png' has no alternative text"),
        ("![a](bad.png)", "the picture 'bad.png' is not taken: it must be PNG"),
    ],
)
def test_a_picture_that_cannot_be_drawn_is_named(markdown: str, problem: str):
    with pytest.raises(RenderingError, match=re.escape(problem)):
        draw_text(markdown, NET)


@pytest.mark.parametrize(
    "address", ["https://a.b/c.png", "//a.b/c.png", "/c.png", "data:image/png;base64,AA", ""]
)
def test_of_a_picture_that_lies_elsewhere_the_words_are_drawn(address: str):
    assert draw_text(f"![a *net*](<{address}>)", NET) == "a net"
