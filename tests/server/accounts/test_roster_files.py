"""Roster files as people have them: from Neptun, from Excel, from a text editor, and broken ones."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from server.accounts.roster import Roster, RosterRow
from server.accounts.roster_files import FILE_BYTES, ROWS, WORKBOOK, as_csv, read_roster
from server.courses.labels import read_labels
from server.errors import BadRoster

TEXT = "Neptun kód;Név;E-mail\nABC123;Őry Ünige;ory@example.org\n"
ORY = RosterRow("ABC123", "Őry Ünige", "ory@example.org")


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_is_read_in_every_usual_form(encoding: str, delimiter: str):
    assert read_roster(TEXT.replace(";", delimiter).encode(encoding)).rows == (ORY,)


def test_quoted_cells_may_hold_the_delimiter():
    [row] = read_roster(b'Neptun code,Name\r\nABC123,"Kiss, Anna"\r\n').rows
    assert row.name == "Kiss, Anna"


def test_xlsx_is_read():
    content = workbook(["Neptun kód", "Név", "E-mail"], ["ABC123", "Őry Ünige", "ory@example.org"])
    assert read_roster(content).rows == (ORY,)


def test_a_code_of_digits_survives_excel():
    assert read_roster(workbook(["Neptun", "Name"], [123456, "Kiss Anna"])).rows[0].neptun == "123456"


def saved(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_people_are_found_behind_a_cover_and_before_a_hidden_sheet():
    book = Workbook()
    book.worksheets[0].append(["Exported 2026-09-10"])
    for title, code in (("old", "OLD123"), ("people", "ABC123")):
        sheet = book.create_sheet(title)
        sheet.append(["Neptun kód", "Név"])
        sheet.append([code, "Kiss Anna"])
    book["old"].sheet_state = "hidden"
    assert [row.neptun for row in read_roster(saved(book)).rows] == ["ABC123"]


def test_formatted_empty_rows_are_no_rows():
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Neptun", "Name"])
    for number in range(2, ROWS + 100):
        sheet.cell(number, 1).number_format = "@"
    sheet.append(["ABC12", "Kiss Anna"])
    sheet.append(["ABC123", "Kiss Anna"])
    roster = read_roster(saved(book))
    assert [row.neptun for row in roster.rows] == ["ABC123"]
    assert [bad.row for bad in roster.bad_rows] == [ROWS + 100]


@pytest.mark.parametrize(
    ("value", "number_format", "code"),
    [
        (123456, "General", "123456"),
        (1234, "000000", "001234"),
        (1234, "000000;-000000", "001234"),
        (1234, "[$-40E]000000_)", "001234"),
        (1234, '"AB"0000', "AB1234"),
        (34, '\\A\\B00"1"\\C', "AB341C"),
        (123456, "0", "123456"),
        (123456, "#,##0", "123456"),
        (1234, "0", None),  # the zeros are not shown, so nobody saw that they were lost
        (123000, "0", None),
        (123000, "000000", None),
        (123e3, "0.00E+00", None),
        (123000, "General", None),
        (date(2026, 5, 1), "yyyy-mm-dd", None),
        (1.5, "General", None),
        (True, "General", None),
    ],
)
def test_a_code_that_excel_changed_is_never_taken_for_another(
    value: object, number_format: str, code: str | None
):
    book = Workbook()
    book.worksheets[0].append(["Neptun", "Name"])
    book.worksheets[0].append([value, "Kiss Anna"])
    book.worksheets[0]["A2"].number_format = number_format
    roster = read_roster(saved(book))
    assert [row.neptun for row in roster.rows] == ([code] if code else [])
    assert len(roster.bad_rows) == (code is None)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Excel file. Save it as XLSX or CSV."),
        (
            b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
            "LibreOffice",
        ),
        (b"<html><body><table><tr><td>Neptun", "is a web page. Save the table as XLSX or CSV."),
        (b"%PDF-1.7", "is a PDF"),
        (b'Neptun;Name\nABC123;"Kiss" Anna\n', "Row 2: a quotation mark"),
    ],
)
def test_files_of_other_programs_are_named(content: bytes, said: str):
    with pytest.raises(BadRoster, match=said):
        read_roster(content)


def test_an_old_encoding_is_noted():
    [note] = read_roster(TEXT.encode("cp1250")).notes
    assert "Windows-1250" in str(note.problem)
    assert read_roster(TEXT.encode()).notes == ()


def test_rows_are_counted_as_in_the_file():
    roster = read_roster(b'sep=;\r\n\r\nNeptun;Name\r\n;;\r\nABC123;"Kiss\r\nAnna"\r\nABC12;x\r\n')
    assert [bad.row for bad in roster.bad_rows] == [7]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  \n",
        b"\x81\x83\x88",
        b"no header at all",
        b"PK\x03\x04 not a workbook",
        b"Neptun code;Name\n" + b"A" * FILE_BYTES,
        b"Neptun code;Name\n" + b"ABC123;x\n" * (ROWS + 1),
        b'Neptun code;Name\n"' + b"x" * 200_000 + b'"\n',
    ],
    ids=["empty", "blank", "binary", "no header", "no workbook", "large", "long", "huge cell"],
)
def test_unreadable_files_are_refused(content: bytes):
    with pytest.raises(BadRoster):
        read_roster(content)


def stuffed(part: str, text: bytes) -> bytes:
    """A workbook that is a good roster but for one part."""
    content = io.BytesIO()
    good = zipfile.ZipFile(io.BytesIO(workbook(["Neptun", "Name"], ["ABC123", "Őry Ünige"])))
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in set(good.namelist()) - {part}:
            archive.writestr(name, good.read(name))
        archive.writestr(part, text)
    return content.getvalue()


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("xl/worksheets/sheet1.xml", b"x" * (WORKBOOK.unpacked_bytes + 1)),
        ("xl/worksheets/sheet1.xml", b"<c/>" * (WORKBOOK.tags + 1)),
        ("xl/worksheets/sheet9.xml", "<c/>".encode("utf-16") * (WORKBOOK.tags + 1)),
        ("xl/sharedStrings.xml", b"x" * (WORKBOOK.strings_bytes + 1)),
        ("xl/styles.xml", b"<font/>" * (WORKBOOK.frame_bytes // 7 + 1)),
        ("elsewhere", b"x" * (WORKBOOK.frame_bytes + 1)),
        ("XL/SharedStrings.XML", b"x" * (WORKBOOK.strings_bytes + 1)),
    ],
)
def test_a_bomb_is_refused_before_it_is_parsed(part: str, text: bytes):
    content = stuffed(part, text)
    assert len(content) < 100_000
    with pytest.raises(BadRoster, match="too large when unpacked"):
        read_roster(content)


def test_a_workbook_of_countless_parts_is_refused():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number in range(WORKBOOK.parts + 1):
            archive.writestr(str(number), b"")
    with pytest.raises(BadRoster, match="too large when unpacked"):
        read_roster(content.getvalue())


def test_a_directory_that_lies_about_sizes_gains_nothing():
    content = bytearray(stuffed("xl/styles.xml", b"<font/>" * (1 << 20)))
    entry = content.rindex(b"PK\x01\x02", 0, content.rindex(b"xl/styles.xml"))
    content[entry + 24 : entry + 28] = (1000).to_bytes(4, "little")
    with pytest.raises(BadRoster, match="not a readable"):
        read_roster(bytes(content))


def test_a_roster_of_a_large_course_fits():
    rows = [[f"A{number:05}", "Őry Ünige", *["valami"] * 18] for number in range(2000)]
    assert len(read_roster(workbook(["Neptun", "Name"], *rows)).rows) == 2000


def test_a_workbook_with_too_many_rows_is_refused():
    rows = [["ABC123", "x"]] * (ROWS + 1)
    with pytest.raises(BadRoster, match="more than"):
        read_roster(workbook(["Neptun", "Name"], *rows))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes):
    try:
        roster = read_roster(content)
    except BadRoster:
        return
    assert isinstance(roster, Roster)


def test_what_a_preview_hands_on_reads_the_same():
    roster = read_roster(TEXT.encode())
    assert read_roster(as_csv(roster).encode()) == roster


LABELS = st.lists(st.from_regex(r"[\w-]{1,12}", fullmatch=True), max_size=5)


@given(LABELS, LABELS)
def test_a_preview_hands_labels_on(first: list[str], second: list[str]):
    given_rows = tuple(
        RosterRow(code, "Kiss Anna", "", read_labels(" ".join(labels)))
        for code, labels in (("ABC123", first), ("XYZ789", second))
    )
    assert read_roster(as_csv(Roster(given_rows, ())).encode()).rows == given_rows


def test_a_preview_without_labels_says_nothing_of_them():
    [row] = read_roster(as_csv(Roster((ORY,), ())).encode()).rows
    assert row.labels is None
