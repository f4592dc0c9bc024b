"""Handouts as students see them: formulas drawn, pictures and files of the folder, nothing raw."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.grading.handouts import attachments_of, drawn, flaws_of

FILES = "/assignments/digits/files"


def test_formulas_are_drawn_in_a_line_and_by_themselves():
    html = drawn("The loss is $-\\log p_y$.\n\n$$\\sum_i x_i^2$$\n", FILES)
    assert html.count("<math") == 2
    assert "<msup>" in html or "<msubsup>" in html


def test_a_formula_that_is_not_understood_is_shown_as_written_and_told():
    text = "So $\\frac{1}{$ it is."
    assert "<code>$\\frac{1}{$</code>" in drawn(text, FILES)
    assert len(flaws_of(text)) == 1


def test_prices_are_no_formulas():
    assert "<math" not in drawn("It costs $5, or $6 a day.", FILES)


def test_pictures_and_files_of_the_folder_get_their_address():
    html = drawn("![A curve](pictures/a b.png) and [data](./data/x.csv)", FILES)
    assert f'src="{FILES}/pictures/a%20b.png"' not in html  # a blank needs angle brackets in Markdown
    html = drawn("![A curve](<pictures/a b.png>) and [data](data/x.csv)", FILES)
    assert f'src="{FILES}/pictures/a%20b.png"' in html
    assert f'href="{FILES}/data/x.csv"' in html


@pytest.mark.parametrize(
    "address",
    ["https://example.org/a.png", "//example.org/a.png", "/static/x.png", "#part", "mailto:a@b.hu", "../x"],
)
def test_what_leads_elsewhere_stays_as_it_is(address: str):
    assert attachments_of(f"[there]({address})") == []
    assert f'href="{address}"' in drawn(f"[there]({address})", FILES)


@given(st.text("ab<>&$\\[]()!`*_#\"' \n./", max_size=60))
def test_nothing_raw_comes_out_and_nothing_is_raised(text: str):
    html = drawn(text, FILES)
    assert "<script" not in html
    assert all(".." not in name for name in attachments_of(text))
