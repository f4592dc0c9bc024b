"""Tables: whatever program wrote one, the same cells are read, and each row keeps its line."""

from __future__ import annotations

import csv
import io
import itertools
import tracemalloc
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from assignments.files import tables
from assignments.files.tables import Bounds, Flaw, TableError

HEADER = ("id", "név")
CELLS = st.text(st.sampled_from("abőű ,;'\"|1.5\n"), max_size=12).map(str.strip)
ROWS = st.lists(st.tuples(CELLS, CELLS).filter(any), max_size=6)


def is_header(cells: Sequence[str]) -> bool:
    return tuple(cells) == HEADER


@dataclass(frozen=True)
class Dialect:
    """How a program writes tables."""

    separator: str
    ends: str
    quoting: Literal[0, 1]
    encoding: str
    is_named: bool  # by a line sep=

    def written(self, rows: list[tuple[str, str]]) -> bytes:
        text = io.StringIO(newline="")
        if self.is_named:
            text.write(f"sep={self.separator}{self.ends}")
        writer = csv.writer(text, delimiter=self.separator, lineterminator=self.ends, quoting=self.quoting)
        writer.writerows([HEADER, *rows])
        return text.getvalue().encode(self.encoding)


DIALECTS = st.builds(
    Dialect,
    st.sampled_from(tables.SEPARATORS),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1250"]),
    st.booleans(),
)


@given(ROWS, DIALECTS)
def test_every_dialect_gives_the_same_cells(rows: list[tuple[str, str]], dialect: Dialect):
    # Python's writer leaves a line end without quotes where lines end otherwise.
    assume(dialect.quoting == csv.QUOTE_ALL or "\n" not in "".join(itertools.chain(*rows)))
    table = tables.read(dialect.written(rows), is_header)
    assert [row.cells for row in table.rows] == [HEADER, *rows]
    assert table.separator == dialect.separator
    assert table.is_guessed == (dialect.encoding == "cp1250")


@given(ROWS, DIALECTS, st.integers(0, 3))
def test_blank_lines_may_stand_before_all_else(rows: list[tuple[str, str]], dialect: Dialect, blank: int):
    assume(dialect.quoting == csv.QUOTE_ALL or "\n" not in "".join(itertools.chain(*rows)))
    text = dialect.ends * blank + dialect.written(rows).decode(dialect.encoding).removeprefix("\ufeff")
    table = tables.read(text.encode(dialect.encoding), is_header)
    assert [row.cells for row in table.rows] == [HEADER, *rows]
    assert table.rows[0].line == blank + 1 + dialect.is_named


def test_the_earliest_header_decides_between_separators():
    """A later row that looks like a header under another separator is one of the rows."""
    text = "id;név\n1;x\nid,név\n".encode()
    assert [row.cells for row in tables.read(text, is_header).rows] == [HEADER, ("1", "x"), ("id,név",)]


def test_a_separator_that_is_named_and_shows_no_header_gives_way():
    table = tables.read("sep=;\nid,név\n1,x\n".encode(), is_header)
    assert [row.cells for row in table.rows][-2:] == [HEADER, ("1", "x")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("behind", [b"\n", b"\r", b"\x1a"])
def test_a_byte_that_was_put_behind_utf16_is_left_out(encoding: str, behind: bytes):
    """As `echo >> table.csv` does."""
    table = tables.read("id,név\n1,ő\n".encode(encoding) + behind, is_header)
    assert [row.cells for row in table.rows] == [HEADER, ("1", "ő")]


LETTERS = st.text(st.sampled_from("áéíóöőúüűÁÉŐ"), min_size=3, max_size=9)


@given(st.lists(LETTERS, min_size=2, max_size=9), st.sampled_from(["\n", "\r\n", "\r"]), st.data())
def test_one_wrong_byte_in_utf8_is_named_by_its_row(names: list[str], end: str, data: st.DataObject):
    """The rest is not read as another encoding for it."""
    broken = data.draw(st.integers(0, len(names) - 1))
    lines = [f"{number},{name}".encode() for number, name in enumerate(names)]
    lines[broken] += data.draw(st.sampled_from([b"\xe1", b"\xff", b"\x80", b"\xc5"]))
    with pytest.raises(TableError) as error:
        tables.read(end.join(["id,név", ""]).encode() + end.encode().join(lines), is_header)
    assert (error.value.flaw, error.value.line) == (Flaw.DAMAGED_UTF8, broken + 2)


def test_two_encodings_in_one_file_are_never_mixed_up():
    """Neither of them gives the same name for both rows."""
    with pytest.raises(TableError) as error:
        tables.read("id,név\n1,rózsa\n".encode() + "2,rózsá\n".encode("cp1250"), is_header)
    assert (error.value.flaw, error.value.line) == (Flaw.DAMAGED_UTF8, 3)


@given(st.lists(LETTERS, min_size=2, max_size=9))
def test_letters_that_look_like_utf8_by_chance_leave_an_old_encoding_alone(names: list[str]):
    text = "id,név\n0,„CAFÉ”\n" + "".join(f"1,{name}\n" for name in names)
    table = tables.read(text.encode("cp1250"), is_header)
    assert (table.is_guessed, table.rows[-1].cells[1]) == (True, names[-1])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["ő", "日本語の長い名前です" * 3, "Ωμέγα και άλφα"])
def test_utf16_without_its_mark_is_known_by_separators_and_line_ends(encoding: str, name: str):
    text = "id,név\n" + "".join(f"{number},{name}\n" for number in range(50))
    assert tables.read(text.encode(encoding), is_header).rows[50].cells == ("49", name)


def test_a_table_may_begin_with_the_letters_of_an_archive():
    table = tables.read("PK,id,név\n1,2,3\n".encode(), lambda cells: "id" in cells)
    assert table.rows[0].cells == ("PK", "id", "név")


@given(st.lists(st.sampled_from(["", ",", " , ", "1,2"]), max_size=8))
def test_rows_have_the_numbers_that_an_editor_shows(lines: list[str]):
    table = tables.read("\n".join(["id,név", *lines]).encode(), is_header)
    expected = [number for number, line in enumerate(lines, start=2) if line == "1,2"]
    assert [row.line for row in table.rows] == [1, *expected]


def test_a_row_of_several_lines_has_the_number_of_its_first():
    table = tables.read('id,név\n1,"a\nb"\n2,c\n'.encode(), is_header)
    assert [row.line for row in table.rows] == [1, 2, 4]


@pytest.mark.parametrize(
    ("data", "flaw"),
    [
        (b"", Flaw.EMPTY),
        (b"\xef\xbb\xbf \r\n", Flaw.EMPTY),
        (b",,\n,,\n", Flaw.EMPTY),
        (b"PK\x03\x04[Content_Types].xml xl/workbook.xml", Flaw.WORKBOOK),
        (
            b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
            Flaw.OPEN_DOCUMENT,
        ),
        *((magic + b"predictions.csv", Flaw.ARCHIVE) for magic in tables.ZIP_MAGICS),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), Flaw.OLD_WORKBOOK),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le"),
            Flaw.PROTECTED,
        ),
        (b"%PDF-1.7\n", Flaw.PDF),
        (b"<html><table><tr><td>id", Flaw.WEB_PAGE),
        ("\ufeff<table><tr>".encode("utf-16-le"), Flaw.WEB_PAGE),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", Flaw.WEB_PAGE),
        (b"\x93NUMPY\x01\x00v\x00{'descr'", Flaw.NOT_TEXT),
        ("id,név\n\x01".encode("utf-16-le"), Flaw.NOT_TEXT),
        ("id,név\n".encode("utf-16-le") + b"x", Flaw.NOT_TEXT),
        (b"\x89PNG\r\n\x1a\n\x00\x00", Flaw.NOT_TEXT),
        ("1,ő\n".encode() + b"2,\xf5\n", Flaw.DAMAGED_UTF8),
        (b'id,label\n1,"a"b\n', Flaw.QUOTES),
        (b'id,label\n1,"never closed\n', Flaw.QUOTES),
        (b'id,label\n"' + b"x" * 200_000 + b'"', Flaw.LONG_ROW),
        (b"id,label\n" + b"," * 2_000_000, Flaw.LONG_ROW),
        (b"1,2\n" * 11, Flaw.MANY_ROWS),
        (b"1," + b"2," * 60, Flaw.MANY_ROWS),
        (b"1,2" + b"\n" * 60, Flaw.MANY_ROWS),
    ],
)
def test_what_is_no_table_is_named(data: bytes, flaw: Flaw):
    with pytest.raises(TableError) as error:
        tables.read(data, is_header, Bounds(rows=10, cells=50, blank=50))
    assert error.value.flaw is flaw


@pytest.mark.parametrize(("line", "data"), [(2, "1,ő\n2,x".encode() + b"\xf5\n"), (3, b'a,b\n\n1,"a"b\n')])
def test_a_flaw_of_one_line_names_it(line: int, data: bytes):
    with pytest.raises(TableError) as error:
        tables.read(data, is_header)
    assert error.value.line == line


def test_a_damaged_table_of_countless_rows_is_never_held():
    """Three million rows in six megabytes: refused with the first that is too many."""
    data = b"id\n" + b"1\n" * 3_000_000
    tracemalloc.start()
    with pytest.raises(TableError):
        tables.read(data, is_header, Bounds(rows=1000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * len(data)


@pytest.mark.parametrize(
    "data",
    [b'"' + b"\n" * 3_000_000, b'"",' * 2_000_000, b'"\n",' * 2_000_000],
    ids=["open", "long", "over lines"],
)
def test_one_row_of_countless_cells_is_never_held(data: bytes):
    with pytest.raises(TableError) as error:
        tables.read(data, is_header)
    assert error.value.flaw is Flaw.LONG_ROW


@given(st.binary(max_size=300))
@example(b"\xff\xfe\x00")
@example(b"sep=\n")
def test_noise_is_read_or_named(noise: bytes):
    with suppress(TableError):
        tables.read(noise, is_header)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        *(("3", 3), ("3.0", 3), ("3.", 3), ("3.000e+00", 3), ("+3", 3), ("003", 3), ("-0.0", 0)),
        *(("3.5", None), ("-1", None), ("1e9", None), ("nan", None), ("inf", None), ("", None), ("٣", None)),
        *(("1_0", None), ("0x1", None), ("9" * 5000, None), ("1e999", None)),
    ],
)
def test_whole_numbers_are_known_in_each_notation(cell: str, number: int | None):
    assert tables.whole_number(cell) == number


def test_a_decimal_comma_counts_where_it_parts_no_cells():
    assert tables.with_point("-0,25", ";") == "-0.25"
    assert tables.with_point(",5e-3", "\t") == ".5e-3"
    assert tables.with_point("1,234", ",") == "1,234"
    assert tables.with_point("1,2,3", ";") == "1,2,3"
    assert tables.with_point("car, red", ";") == "car, red"
