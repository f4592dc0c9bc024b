"""Text that would steer a terminal, and what is left of it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.language.sanitize import one_line, plain

STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
PIECES = st.sampled_from(
    ["\x1b", "[", "]", "0", ";", "m", "H", "\x07", "\x9b", "\r", "\n", "\\", "a", "\x9c"]
)


@given(st.text() | st.lists(PIECES).map("".join))
def test_nothing_that_steers_is_left(text: str):
    assert STEERING.findall(plain(text)) == []


@given(st.text() | st.lists(PIECES).map("".join))
def test_making_plain_twice_changes_nothing(text: str):
    assert plain(plain(text)) == plain(text)


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_ordinary_text_stays_as_it_is(text: str):
    assert plain(text) == text


@given(st.text(), st.integers(1, 50))
def test_one_line_is_one_and_no_longer(text: str, longest: int):
    line = one_line(text, longest)
    assert len(line) <= longest
    assert "\n" not in line


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]8;;https://evil\x1b\\click\x1b]8;;\x07", "click"),
        ("10%\r50%\r100%\n", "100%\n"),
        ("dos\r\nline", "dos\nline"),
        ("\x1b\x1b[0m[2J", "␛[2J"),
        ("bell\x07", "bell␇"),
        ("ő\tű", "ő\tű"),
        ("\ud800", "\\ud800"),
    ],
)
def test_examples(text: str, left: str):
    assert plain(text) == left
