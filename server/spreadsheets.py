"""Tables for spreadsheets: CSV and XLSX in which no text that somebody typed is ever run as a formula.

A name like `=HYPERLINK(...)` is a program to Excel (OWASP, "CSV injection"). In CSV such a text gets an
apostrophe in front, which spreadsheets take for "this is text"; in XLSX it is a cell of text.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from typing import TypeAlias

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

Cell: TypeAlias = str | float | int | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
LONGEST = 32_767  # characters in a cell of Excel
_FORMULA = re.compile(r"\s*[=+\-@\t\r\n\0|%]|\s*[＝＋－＠]")


def as_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with a mark in front, without which Excel takes it for another encoding."""
    written = StringIO()
    writer = csv.writer(written)
    for row in rows:
        writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in row])
    return written.getvalue().encode("utf-8-sig", "replace")


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
