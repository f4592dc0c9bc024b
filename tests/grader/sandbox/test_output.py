from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.output import KEPT_BYTES, Transcript, clean


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"plain\n", "plain\n"),
        ("hű\n".encode(), "hű\n"),
        (b"\xff\n", "\\xff\n"),
        (b"10%\r50%\r100%\n", "100%\n"),
        (b"dos\r\n", "dos\n"),
        (b"\x1b[31mred\x1b[0m\n", "red\n"),
        (b"a\x00b\x1b]0;title\x07\n", "a\ufffdb\ufffd]0;title\ufffd\n"),
        ("\u202eevil\n".encode(), "\ufffdevil\n"),
    ],
)
def test_text_is_made_safe_to_show(raw: bytes, shown: str):
    assert clean(raw) == shown


@given(st.lists(st.binary(max_size=200), max_size=20))
def test_short_output_is_complete_however_it_is_cut(chunks: list[bytes]):
    transcript = Transcript()
    shown = "".join([*map(transcript.take, chunks), transcript.rest()])
    assert shown == clean(b"".join(chunks))


def test_rest_forgets_the_tail_it_gave_out():
    transcript = Transcript(room=0)
    transcript.take(b"a" * KEPT_BYTES)
    assert transcript.rest() == "a" * KEPT_BYTES
    transcript.take(b"b")
    assert transcript.rest() == "b"


def test_lines_are_given_out_whole():
    transcript = Transcript()
    assert transcript.take(b"one\ntw") == "one\n"
    assert transcript.take(b"o\n") == "two\n"
    assert transcript.rest() == ""


@given(st.integers(0, 5), st.integers(4000, 70_000))
def test_long_output_keeps_head_and_tail(more: int, size: int):
    transcript = Transcript()
    total = 2 * KEPT_BYTES + more * size
    data = (b"0123456789" * (total // 10 + 1))[:total]
    shown = "".join(transcript.take(data[start : start + size]) for start in range(0, total, size))
    shown += transcript.rest()
    assert shown.startswith(data[:KEPT_BYTES].decode())
    assert shown.endswith(data[-KEPT_BYTES:].decode())
    assert len(shown) < 2 * KEPT_BYTES + 100
    assert ("bytes left out" in shown) == (more > 0)
