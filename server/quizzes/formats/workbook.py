"""Cells of an XLSX workbook, which may be hostile."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook

from server.quizzes.formats.markdown import printable
from server.quizzes.formats.result import Unreadable

ROWS = 20_000
COLUMNS = 40
CELL_LENGTH = 4000
SHEETS = 250
# Of a workbook unpacked: a report of 400 players and 40 questions fits, and a hostile one costs seconds.
PARTS = 600
UNPACKED_BYTES = 32 << 20
STRINGS_BYTES = 4 << 20
FRAME_BYTES = 2 << 20  # styles, theme and the like
TAGS = 1_500_000
# What openpyxl lets through when a workbook is not what it claims to be.
BROKEN = (
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

Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as texts, row by row."""

    name: str
    rows: tuple[Cells, ...]


def read_sheets(content: bytes, wanted: Callable[[str], bool]) -> tuple[Sheet, ...]:
    """The sheets whose names are wanted. Raises Unreadable."""
    try:
        _refuse_bomb(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        return tuple(
            Sheet(sheet.title, _bounded(sheet.iter_rows(max_row=ROWS + 1, max_col=COLUMNS, values_only=True)))
            for sheet in book.worksheets[:SHEETS]
            if wanted(sheet.title)
        )
    except Unreadable:
        raise
    except BROKEN as error:
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


def _refuse_bomb(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if not _is_moderate(archive):
            raise Unreadable(
                _("The workbook is too large when unpacked. Keep only the sheet with questions.")
            )


def _is_moderate(archive: zipfile.ZipFile) -> bool:
    """Whether parsing is worth starting: by the sizes that the directory names, which zipfile holds to."""
    parts = archive.infolist()
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED_BYTES:
        return False
    texts = [part for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
    sheets = [part for part in texts if part.filename.lower().startswith("xl/worksheets/")]
    strings = [part for part in texts if part.filename.lower() == "xl/sharedstrings.xml"]
    if sum(part.file_size for part in strings) > STRINGS_BYTES:
        return False
    frame = [part for part in parts if part not in sheets and part not in strings]
    if sum(part.file_size for part in frame if not part.filename.startswith("xl/media/")) > FRAME_BYTES:
        return False
    return sum(archive.read(part).count(b"<") for part in texts) <= TAGS


def _bounded(rows: Iterable[Sequence[object]]) -> tuple[Cells, ...]:
    table: list[Cells] = []
    for row in rows:
        if len(table) >= ROWS:
            raise Unreadable(_("The sheet has more than %(n)s rows. Divide it.", n=ROWS))
        table.append(tuple(_text(value) for value in row))
    return tuple(table)


def _text(value: object) -> str:
    """Whole numbers often come as fractions: 20 as 20.0."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, str) and len(value) <= CELL_LENGTH and value.isprintable() and "  " not in value:
        return value.strip()
    return "" if value is None else " ".join(printable(str(value)[:CELL_LENGTH]).split())
