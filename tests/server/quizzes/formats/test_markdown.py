"""Plain text and Markdown into each other, maths kept."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from server.quizzes.formats.html import text_of_html
from server.quizzes.formats.markdown import (
    from_plain,
    from_plain_with_code,
    one_line,
    printable,
    shows_more_than_text,
    to_plain,
)

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
SIGNS = st.sampled_from([
    "a", "b1", " ", "\n", "\n\n", "*", "_", "__", "`", "```", "#", "# ", "- ", "+", "1.", "2) ", "> ", "|",
    "|-|", "---", "===", ":-", "~~", "~~~", "[a](b)", "![a](b)", "<b>", "<http://x>", "&amp;", "&", "\\",
    "\\\n", "$5", "    x", "\t", "!", "[a]: b", "é", ":",
])  # fmt: skip
PLAIN = st.lists(SIGNS, max_size=12).map("".join)


def words(text: str) -> str:
    return " ".join(printable(text).split())


@settings(deadline=None)
@given(PLAIN.filter(lambda text: not text.count("$") > 1))
@example("a | b\n:-|-:\n1 | 2")
@example("1)\n2.")
def test_plain_text_is_drawn_as_it_is(text: str):
    assert words(text_of_html(MARKDOWN.render(from_plain(text)))) == words(text)


@settings(deadline=None)
@given(PLAIN | st.text())
def test_plain_text_comes_back_line_for_line(text: str):
    lines = [" ".join(line.split(" ")).strip() for line in to_plain(from_plain(text)).split("\n")]
    assert lines == [line.strip(" ") for line in to_plain(from_plain("\n".join(lines))).split("\n")]


@settings(deadline=None)
@given(PLAIN)
def test_what_was_plain_shows_nothing_more(text: str):
    assert not shows_more_than_text(from_plain(one_line(from_plain(text))))


@pytest.mark.parametrize("maths", ["$x_1$", "$$x_1$$", r"\(x_1\)", r"\[x_1\]", "\\[\n x_1 \n\\]"])
def test_maths_is_kept_in_every_notation(maths: str):
    assert from_plain(f"so_ {maths} *") == r"so\_ $x_1$ \*"


@pytest.mark.parametrize("text", ["$5 and $6", "$5-$6", "$", "$$", "a$", "$ x $", r"\(\)", "$\n$"])
def test_dollars_that_are_no_maths_are_escaped(text: str):
    assert one_line(from_plain(text)) == words(text)
    assert "$" not in from_plain(text).replace(r"\$", "")


def test_maths_survives_on_the_way_back():
    assert to_plain(r"**If** $a_b * c$ and `$d$`") == "If $a_b * c$ and $d$"


def test_markdown_becomes_the_text_it_shows():
    markdown = "# Head\n\n- *one*\n- `two`\n\n```\ncode\n```\n\n[link](https://a.b) ![alt](x)"
    assert to_plain(markdown) == "Head\none\ntwo\ncode\nlink alt"


@pytest.mark.parametrize("markdown", ["**a**", "`a`", "- a", "[a](https://b.c)", "# a"])
def test_formatting_shows_more_than_text(markdown: str):
    assert shows_more_than_text(markdown)


@pytest.mark.parametrize(
    ("text", "clean"), [("a\0b", "ab"), ("a\u200bb", "ab"), ("a\xa0b", "a b"), ("a\r\nb", "a\nb")]
)
def test_invisible_characters_are_dropped(text: str, clean: str):
    assert printable(text) == clean


def test_lone_surrogates_are_dropped():
    assert printable("a\ud800b") == "ab"


def test_code_between_fences_keeps_its_shape_and_all_else_its_signs():
    text = "So *x*:\n```python\nif x:\n    y = ```` * 2\n```\n_and_"
    assert from_plain_with_code(text) == (
        "So \\*x\\*:\n\n`````python\nif x:\n    y = ```` * 2\n`````\n\n\\_and\\_"
    )


@settings(deadline=None)
@given(PLAIN.filter(lambda text: not text.count("$") > 1))
def test_a_text_without_a_whole_fence_is_plain(text: str):
    lines = [line.strip() for line in printable(text).split("\n")]
    found = from_plain_with_code(text)
    if lines.count("```") < 2:
        assert found == from_plain(text)
    shown = words(text_of_html(MARKDOWN.render(found)))
    assert shown.replace("`", "").replace(" ", "") == words(text).replace("`", "").replace(" ", "")
