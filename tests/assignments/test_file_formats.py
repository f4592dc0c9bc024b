"""What Python source may declare: nothing but UTF-8, in whichever line Python would look."""

from __future__ import annotations

import io
import tokenize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.file_formats import first_bad_byte, line_at, line_of_other_encoding

LINES = st.sampled_from(
    [
        *(
            b"# coding: utf-8",
            b"# coding: utf_8",
            b"# -*- coding: latin-1 -*-",
            b"#coding=cp1250",
            b"# hello",
        ),
        *(b"", b"  # coding: utf-8", b"x = 1  # coding: latin-1", b"\xef\xbb\xbf# coding: latin-1"),
    ]
)


@given(st.lists(LINES, max_size=4).map(b"\n".join))
def test_what_is_let_through_python_reads_as_utf_8(source: bytes):
    if line_of_other_encoding(source) is None:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        assert encoding in {"utf-8", "utf-8-sig"}


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (b"# coding: latin-1\n", 1),
        (b"\n# coding: latin-1\n", 2),
        (b"x = 1\n# coding: latin-1\n", None),
        (b"# coding: utf-8\r# coding: latin-1\n", 2),  # more than Python asks for
        (b"", None),
    ],
)
def test_line_that_declares_it_is_told(source: bytes, line: int | None):
    assert line_of_other_encoding(source) == line


@given(st.binary(max_size=40))
def test_first_bad_byte_is_where_the_text_ends(data: bytes):
    bad = first_bad_byte(data)
    data[:bad].decode("utf-8")
    assert bad is None or line_at(data, bad) == data[:bad].count(b"\n") + 1
