"""Nicknames, which the whole hall sees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.nicknames import LONGEST, codes_within, folded_nickname, generate, read_nickname
from server.errors import BadInput


def test_five_thousand_people_get_different_nicknames():
    taken: set[str] = set()
    for seed in range(5000):
        nickname = folded_nickname(generate(taken, seed))
        assert nickname not in taken
        taken.add(nickname)


@given(st.integers(0, 2**64))
def test_generated_nicknames_are_allowed(seed: int):
    nickname = generate((), seed)
    assert read_nickname(nickname) == nickname
    assert generate((), seed) == nickname


@pytest.mark.parametrize("text", ["Fürge Róka", "π ≈ 3", "🦊 Anna", "x_y-z!"])
def test_friendly_nicknames_are_taken(text: str):
    assert read_nickname(f"  {text} ") == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "x" * (LONGEST + 1),
        "a\u202eb",
        "a\u200bb",
        "a\x00b",
        "Z\u0334\u0335\u0336algo",
        "---",
        "\ud800a",
    ],
)
def test_nicknames_that_cannot_be_shown_are_refused(text: str):
    with pytest.raises(BadInput):
        read_nickname(text)


@pytest.mark.parametrize("text", ["ABC123", "abc 123", "x-a.b.c.1.2.3-y", "ＡＢＣ１２３"])
def test_a_code_is_found_however_it_is_hidden(text: str):
    assert "ABC123" in codes_within(read_nickname(text))
