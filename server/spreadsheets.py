"""Spreadsheets: CSV and XLSX in which no typed text is ever run as a formula, and guarded reading of XLSX.

A name like `=HYPERLINK(...)` is a program to Excel (OWASP, "CSV injection"). In CSV such a text gets an
apostrophe in front, which spreadsheets take for "this is text"; in XLSX it is a cell of text.

A workbook from outside is a zip archive of XML: `reading` looks at its directory and its number of tags
before openpyxl sees it, for openpyxl has no bounds (zip bombs; a million empty rows).
"""

from __future__ import annotations

import csv
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import TypeAlias

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils.exceptions import InvalidFileException

Cell: TypeAlias = str | float | int | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
LONGEST = 32_767  # characters in a cell of Excel
# What openpyxl lets through when a workbook is not what it claims to be.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,  # of its XML
    TypeError,
    ValueError,
)
_FORMULA = re.compile(r"\s*[=+\-@\t\r\n\0|%]|\s*[＝＋－＠]")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workbook may be when unpacked: the number of its files, bytes, and XML tags."""

    parts: int
    unpacked_bytes: int
    strings_bytes: int  # of the table of texts that the sheets share
    frame_bytes: int  # of styles, theme and the like
    tags: int


class UnreadableWorkbookError(Exception):
    """It is no workbook, or a damaged one."""


class WorkbookTooLargeError(Exception):
    """Parsing it would cost too much."""


@contextmanager
def reading(content: bytes, limits: Limits) -> Iterator[Workbook]:
    """A workbook from outside, its rows read one by one inside the block.

    Raises UnreadableWorkbookError, from the block too, or WorkbookTooLargeError.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if not _is_within(archive, limits):
                raise WorkbookTooLargeError
        yield load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except _BROKEN as error:
        raise UnreadableWorkbookError from error


def as_csv(rows: Iterable[Sequence[Cell]], language: str = "en") -> bytes:
    """UTF-8 with a mark in front, without which Excel takes it for another encoding.

    For Hungarian with semicolons and decimal commas: Excel reads a table as it writes one in that language.
    """
    written = StringIO()
    writer = csv.writer(written, delimiter=";" if language == "hu" else ",")
    for row in rows:
        writer.writerow([_csv_cell(cell, language) for cell in row])
    return written.getvalue().encode("utf-8-sig", "replace")


def _csv_cell(cell: Cell, language: str) -> Cell:
    if isinstance(cell, str):
        return safe(cell)
    return str(cell).replace(".", ",") if language == "hu" and isinstance(cell, float) else cell


def as_xlsx(title: str, rows: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet; texts are cells of text, whatever they begin with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:31] or "Sheet")
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, _plain(value) if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def safe(text: str) -> str:
    """The text with an apostrophe in front if a spreadsheet could take it for a formula."""
    plain = _plain(text)
    return f"'{plain}" if _FORMULA.match(plain) else plain


def _plain(text: str) -> str:
    """What a cell can hold: no control characters but tab and line end."""
    return ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST]


def _is_within(archive: zipfile.ZipFile, limits: Limits) -> bool:
    """Whether parsing is worth starting: by the sizes that the directory names, which zipfile holds to."""
    parts = archive.infolist()
    if len(parts) > limits.parts or sum(part.file_size for part in parts) > limits.unpacked_bytes:
        return False
    texts = [part for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
    sheets = [part for part in texts if part.filename.lower().startswith("xl/worksheets/")]
    strings = [part for part in texts if part.filename.lower() == "xl/sharedstrings.xml"]
    if sum(part.file_size for part in strings) > limits.strings_bytes:
        return False
    frame = [part for part in parts if part not in sheets and part not in strings]
    if (
        sum(part.file_size for part in frame if not part.filename.startswith("xl/media/"))
        > limits.frame_bytes
    ):
        return False
    return sum(archive.read(part).count(b"<") for part in texts) <= limits.tags
