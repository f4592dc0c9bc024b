"""Where a formula begins and ends: one rule, which is that of drawing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from server.texts.formulas import ends_in_formula, is_formula, read_formulas, with_formulas

PIECES = st.lists(
    st.sampled_from(["$", "$$", r"\(", r"\)", r"\[", r"\]", r"\$", "\\", "x", "1", " ", "\n", "5 and ", "{"]),
    max_size=10,
).map("".join)


def formulas(text: str) -> list[str]:
    return [one.latex for one in read_formulas(text)]


def drawn(markdown: str) -> list[str]:
    """The formulas that our Markdown draws."""
    found: list[str] = []
    with_formulas(MarkdownIt("commonmark"), lambda latex, _how: found.append(latex) or "").render(markdown)
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$x$ and $$y$$", ["x", "y"]),
        (r"\(a\) or \[b\]", ["a", "b"]),
        (r"$\$5$", [r"\$5"]),
        (r"\(\{1, 2\}\)", [r"\{1, 2\}"]),
        ("It costs $5, or $6.", []),
        ("$5-$6", []),
        ("Between $5 and 6$, or $7,5 és 8 forint$; $5 = 3$.", ["5 = 3"]),
        ("$ x $", []),
        ("$x", []),
        ("$$", []),
        (r"$x\$", []),
    ],
)
def test_formulas_of_other_programs_are_told_from_prices(text: str, found: list[str]):
    assert formulas(text) == found


@given(PIECES)
def test_formulas_stand_in_the_text_one_after_the_other(text: str):
    found = list(read_formulas(text))
    ends = [0, *(one.end for one in found)]
    assert all(end <= one.start < one.end <= len(text) for end, one in zip(ends, found, strict=False))


@given(PIECES)
def test_what_is_a_formula_is_drawn_as_that_one(latex: str):
    if is_formula(latex):
        assert drawn(f"See ${latex}$.") == [latex]


@given(PIECES)
def test_a_formula_is_open_at_the_end_where_a_sign_would_close_it(text: str):
    is_open = any(formulas(f"{text}x{sign}") != formulas(text) for sign in ("$", "$$", r"\)", r"\]"))
    assert is_open or not ends_in_formula(text)


@pytest.mark.parametrize("text", [r"if \(x", "$a ", "$$", r"\[", r"\(a\) and $b"])
def test_a_formula_that_was_begun_is_open(text: str):
    assert ends_in_formula(text)


@pytest.mark.parametrize("text", ["$x$", r"\(a\)", "", "none", "5$ "])
def test_a_formula_that_was_ended_is_not(text: str):
    assert not ends_in_formula(text)


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        ("$x$ is 5", ["x"]),
        ("2$x$", []),
        ("$x$2", []),
        ("`$x$`", []),
        (r"\$x$", []),
        ("$x$\\\\", ["x"]),
        ("$$x$$", ["x"]),
        ("a $$x$y$$", ["x$y"]),
        (r"$\{a\}$", [r"\{a\}"]),
    ],
)
def test_a_line_of_our_markdown_draws_its_formulas(markdown: str, found: list[str]):
    assert drawn(markdown) == found
