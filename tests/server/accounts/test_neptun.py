"""The Neptun code, however it is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.neptun import is_neptun, normalised, read_neptun
from server.errors import BadNeptun

codes = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=6, max_size=6)


@given(codes)
def test_a_code_is_read_however_it_is_typed(code: str):
    wide = "".join(chr(ord(char) + 0xFEE0) for char in code)
    assert read_neptun(f"  {code.lower()}\t") == code
    assert read_neptun(wide) == code


@pytest.mark.parametrize(
    "typed",
    ["abc 123", "ABC-123", "A B C 1 2 3", "ABC\u200b123", "\ufeffABC123", "abc\N{EN DASH}123", "ABC\xa0123"],
)
def test_what_people_put_between_is_left_out(typed: str):
    assert read_neptun(typed) == "ABC123"


@pytest.mark.parametrize("text", ["", "ABC12", "ABC1234", "ABC 12", "ABC12É", "ABC12\n3", "ABC12٣", "ABC12ß"])
def test_other_texts_are_refused(text: str):
    with pytest.raises(BadNeptun):
        read_neptun(text)


@given(st.text(max_size=12))
def test_reading_accepts_exactly_what_is_a_code(text: str):
    """Never raises anything but BadNeptun, and never lets a second spelling through."""
    try:
        code = read_neptun(text)
    except BadNeptun:
        assert not is_neptun(normalised(text))
    else:
        assert read_neptun(code) == code
        assert len(code) == 6
        assert code.isascii()
