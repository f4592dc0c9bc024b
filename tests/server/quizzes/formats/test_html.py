"""HTML as Markdown: ordinary, hostile and broken."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st

from server.quizzes.formats.html import (
    LONGEST,
    MOST_TAGS,
    TooComplex,
    from_html,
    looks_like_html,
    text_of_html,
)
from server.quizzes.formats.markup.depth import DEEPEST
from server.quizzes.questions.rendering import draw_text

PIECES = st.sampled_from([
    "<b>", "</b>", "<p>", "<script>", "</script>", "<a href='javascript:x'>", "<img src=x onerror=y>",
    "<![if", "<!--", "<table><tr><td>", "<pre>", "<ul><li>", "x", "*", "$x_1$", "&lt;", "&#x1F600;",
    "<?xml ?>", "<", ">", "\0",
])  # fmt: skip


# What editors write around a word, and between words.
WORDS = ["a", "b c", "1.", "(x)", " ", "&nbsp;", "<br>", "<br/>", "\n", "-", "*", "_", "#", "|", "`", "~~"]
AROUND = ["p", "div", "b", "i", "u", "s", "code", "span", "li", "td", "h3", "blockquote", "font", "ul", "em"]
EDITED = st.recursive(
    st.sampled_from(WORDS),
    lambda inner: st.tuples(
        st.sampled_from(AROUND),
        st.lists(inner, max_size=4).map("".join),
    ).map(lambda made: f"<{made[0]}>{made[1]}</{made[0]}>"),
    max_leaves=12,
)


def characters(html: str) -> str:
    soup = BeautifulSoup(html, "html.parser")
    return "".join(soup.get_text().split())


@settings(deadline=None, max_examples=300)
@given(st.lists(EDITED, max_size=6).map("".join))
@example("<p>What is 2+2?<br></p>")
@example("<b>a<br></b>b")
@example("<b>(a)</b>b")
@example("<i>a</i><i>b</i>")
@example("<table><tr><td>a<br>b</td></tr></table>")
@example("<h3>a<br></h3>")
@example("<ul><li>a<br></li></ul>")
def test_what_is_drawn_has_the_characters_that_the_html_shows(html: str):
    """No sign of Markdown is left over, of a break at the end or of a bold bracket; nothing is lost."""
    assert characters(draw_text(from_html(html).text)) == characters(html)


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>a<br></p>", "a"),
        ("<p>a<br>&nbsp;</p>", "a"),
        ("<br>a", "a"),
        ("<b>a<br></b>b", "**a**\\\nb"),
        ("<u>a</u> <strike>b</strike>", "**a** ~~b~~"),
        ("<pre>for:\n    a\n```</pre>", "````\nfor:\n    a\n```\n````"),
        ("<p>for:<br>&nbsp; &nbsp; a</p>", "for:\\\n&nbsp;&nbsp;&nbsp;&nbsp;a"),
    ],
)
def test_what_editors_write_becomes_markdown(html: str, markdown: str):
    assert from_html(html).text == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>a <b>b</b> <em>c</em></p>", "a **b** *c*"),
        ("a<br>b", "a\\\nb"),
        ("a<br/><br/>b", "a\n\nb"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<pre>x = 1\ny = 2</pre>", "```\nx = 1\ny = 2\n```"),
        ("<code>a_b*</code>", "`a_b*`"),
        ("2 * 3 = a_b_ &lt;b&gt;", r"2 \* 3 = a_b\_ \<b>"),
        ("<p># a</p>", r"\# a"),
        (r"\(a_b\) and $c*d$ and \[e\]", "$a_b$ and $c*d$ and $e$"),
        ("x<sup>2</sup>, y<sub>ij</sub>", "x$^{2}$, y$_{ij}$"),
        ('<a href="https://a.b/c">d</a>', "[d](https://a.b/c)"),
    ],
)
def test_ordinary_html_becomes_markdown(html: str, markdown: str):
    assert from_html(html).text == markdown


@pytest.mark.parametrize(
    "html",
    [
        "a<script>alert(1)</script>",
        "a<style>b</style>",
        "<b onclick='x' style='y'></b>a",
        "a<iframe src='x'>b</iframe>",
        "<a href='javascript:x'>a</a>",
        "<a href='data:text/html,x'>a</a>",
        "a<svg><script>x</script></svg>",
        "a<!-- b -->",
        "a<object><embed></object>",
        "<a href='https://x/ \"onclick=y'>a</a>",
    ],
)
def test_hostile_html_leaves_its_text_alone(html: str):
    assert from_html(html).text == "a"


def test_pictures_are_left_out_and_named():
    found = from_html("<p><img src='x/flag.png' alt=''> a <audio src='b.mp3'></audio></p>")
    assert (found.text, found.media) == ("a", ("flag.png", "b.mp3"))


def test_a_picture_alone_is_described_by_its_words():
    assert from_html("<img src='data:xyz' alt='A flag'>").text == "A flag"


def test_html_deeper_than_any_question_is_refused():
    with pytest.raises(TooComplex):
        from_html("<b>" * (DEEPEST + 2))


def test_html_longer_than_any_question_is_refused():
    with pytest.raises(TooComplex):
        from_html("a" * (LONGEST + 1))


def test_html_of_more_tags_than_any_question_is_refused():
    with pytest.raises(TooComplex):
        from_html("<br>" * (MOST_TAGS + 1))


@pytest.mark.parametrize("text", ["a<b", "if x<y and y>z", "a & b", "R&D;", "x <p", "<tensor>"])
def test_signs_are_not_taken_for_html(text: str):
    assert not looks_like_html(text)


@pytest.mark.parametrize("text", ["<b>a</b>", "a<br/>", "&lt;", "&#8211;", '<p class="x">', "<IMG src=x>"])
def test_tags_and_entities_are_html(text: str):
    assert looks_like_html(text)


def test_the_text_of_html_is_its_characters():
    assert text_of_html("<p>a <b>b</b>&nbsp;&lt;c</p>") == "a b <c"


@settings(deadline=None)
@given(st.text(max_size=200) | st.lists(PIECES, max_size=20).map("".join))
def test_no_html_gives_a_script_or_fails(html: str):
    text = from_html(html).text
    assert "](javascript" not in text
    assert all(char.isprintable() or char == "\n" for char in text)
