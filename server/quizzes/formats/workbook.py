"""Cells of an XLSX workbook, which may be hostile."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from server.quizzes.formats.markdown import printable
from server.quizzes.formats.result import Unreadable
from server.spreadsheets import Limits, UnreadableWorkbookError, WorkbookTooLargeError, reading

ROWS = 20_000
COLUMNS = 40
CELL_LENGTH = 4000
SHEETS = 250
# A report of 400 players and 40 questions fits, and a hostile one costs seconds.
WORKBOOK = Limits(
    parts=600, unpacked_bytes=32 << 20, strings_bytes=4 << 20, frame_bytes=2 << 20, tags=1_500_000
)

Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as texts, row by row."""

    name: str
    rows: tuple[Cells, ...]


def read_sheets(content: bytes, wanted: Callable[[str], bool]) -> tuple[Sheet, ...]:
    """The sheets whose names are wanted. Raises Unreadable."""
    try:
        with reading(content, WORKBOOK) as book:
            return tuple(
                Sheet(sheet.title, _rows(sheet)) for sheet in book.worksheets[:SHEETS] if wanted(sheet.title)
            )
    except TooManyRowsError as error:
        raise Unreadable(_("The sheet has more than %(n)s rows. Divide it.", n=ROWS)) from error
    except WorkbookTooLargeError as error:
        raise Unreadable(
            _("The workbook is too large when unpacked. Keep only the sheet with questions.")
        ) from error
    except UnreadableWorkbookError as error:
        raise Unreadable(
            _("This is not a readable XLSX workbook. Save it as XLSX again and try once more.")
        ) from error


def write_sheet(book: Workbook, row: int, values: Mapping[int, str | int]) -> None:
    """Fill cells of a row, by column. A text that begins with = stays a text."""
    sheet = book.worksheets[0]
    for column, value in values.items():
        cell = sheet.cell(row=row, column=column, value=value)
        if isinstance(value, str):
            cell.data_type = "s"


def saved(book: Workbook) -> bytes:
    """The content of a workbook's file."""
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def bare(text: str) -> str:
    """A header in small letters without signs and spaces, to compare it by."""
    return "".join(char for char in text.casefold() if char.isalnum())


class TooManyRowsError(Exception):
    """A sheet is longer than we read."""


def _rows(sheet: Worksheet) -> tuple[Cells, ...]:
    table: list[Cells] = []
    for row in sheet.iter_rows(max_row=ROWS + 1, max_col=COLUMNS, values_only=True):
        if len(table) >= ROWS:
            raise TooManyRowsError
        table.append(tuple(_text(value) for value in row))
    return tuple(table)


def _text(value: object) -> str:
    """Whole numbers often come as fractions: 20 as 20.0."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, str) and len(value) <= CELL_LENGTH and value.isprintable() and "  " not in value:
        return value.strip()
    return "" if value is None else " ".join(printable(str(value)[:CELL_LENGTH]).split())
