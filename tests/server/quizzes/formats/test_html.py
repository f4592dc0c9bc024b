"""HTML as Markdown: ordinary, hostile and broken."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.quizzes.formats.html import (
    DEEPEST,
    LONGEST,
    MOST_TAGS,
    TooComplex,
    from_html,
    looks_like_html,
    text_of_html,
)

PIECES = st.sampled_from([
    "<b>", "</b>", "<p>", "<script>", "</script>", "<a href='javascript:x'>", "<img src=x onerror=y>",
    "<![if", "<!--", "<table><tr><td>", "<pre>", "<ul><li>", "x", "*", "$x_1$", "&lt;", "&#x1F600;",
    "<?xml ?>", "<", ">", "\0",
])  # fmt: skip


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
