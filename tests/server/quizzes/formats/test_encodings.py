"""Encodings of text files: found by what speaks for each, and never turned by a single byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.quizzes.formats.encodings import decoded
from server.quizzes.formats.result import Unreadable

HUNGARIAN = "Melyik állítás igaz az őszi tűzről? {=Árvíztűrő tükörfúrógép ~Űrhajó, ± 5 ~Ő} „így” – …"
POLISH = "Zażółć gęślą jaźń"
CZECH = "Příliš žluťoučký kůň úpěl ďábelské ódy"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1250"])
def test_a_text_is_read_in_every_usual_encoding(encoding: str):
    assert decoded(HUNGARIAN.encode(encoding)).text == HUNGARIAN


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (POLISH, "cp1250"),
        (POLISH, "iso8859-2"),
        (CZECH, "cp1250"),
        (CZECH, "iso8859-2"),
        ("Škoda je malá", "iso8859-2"),
        ("Őszi tűz: x ± y", "cp1250"),
        ("Où est le cœur naïf ? Où être ?", "cp1252"),
        ("Größe über Straße", "cp1252"),
        ("Árvíztűrő tükörfúrógép", "cp852"),
    ],
)
def test_letters_in_words_and_signs_apart_tell_older_encodings(text: str, encoding: str):
    found = decoded(text.encode(encoding))
    assert (found.text, found.note is not None) == (text, True)


@given(st.integers(0, 2 * len(HUNGARIAN.encode())), st.integers(0x80, 0xFF))
def test_a_strange_byte_costs_no_letter_but_those_beside_it(at: int, byte: int):
    before, after = HUNGARIAN * 2, HUNGARIAN * 2
    for encoding in ("utf-8", "cp1250"):
        content = before.encode(encoding) + bytes([byte]) + after.encode(encoding)
        found = decoded(content)
        assert found.text.startswith(before)
        assert found.text.endswith(after[1:])
        assert found.note is not None
    content = HUNGARIAN.encode() * 2
    found = decoded(content[:at] + bytes([byte]) + content[at:])
    assert found.text.count("ő") >= 2 * HUNGARIAN.count("ő") - 1


def test_a_broken_byte_is_told_with_its_line():
    found = decoded(f"{HUNGARIAN}\n{HUNGARIAN}".encode() + b"\xff")
    assert found.note is not None
    assert found.note.line == 2
    assert "broken: 1" in str(found.note.reason)


def test_signs_that_were_broken_before_are_no_fault():
    assert decoded("Mi\ufffd az őr?".encode()).note is None


@pytest.mark.parametrize("cut", [1, 3, 31])
def test_half_a_letter_at_the_end_of_utf_16_is_one_letter(cut: int):
    assert decoded(HUNGARIAN.encode("utf-16-le")[:-cut]).text.startswith("Melyik állítás igaz az őszi")


@pytest.mark.parametrize("content", [bytes(range(256)) * 3, b"\x89PNG\r\n\x1a\n" + bytes(50), b"\x81\x98"])
def test_what_is_no_text_is_refused(content: bytes):
    with pytest.raises(Unreadable):
        decoded(content)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content: bytes):
    try:
        assert "\0" not in decoded(content).text
    except Unreadable:
        return
