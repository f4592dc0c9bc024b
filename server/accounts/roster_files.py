"""Roster files: the bytes of a CSV or XLSX file as a table of cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from flask_babel import lazy_gettext as _
from openpyxl.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from assignments.files import tables
from assignments.files.tables import Bounds, Flaw, TableError, other_format
from server.accounts.roster import BadRow, Cells, FromNumber, Roster, has_header, read_table
from server.errors import BadRoster, Refusal
from server.spreadsheets import Limits, UnreadableWorkbookError, WorkbookTooLargeError, reading
from server.table_flaws import sentence

ROWS = 5000
COLUMNS = 60
FILE_BYTES = 2 << 20
# Far more than 5000 people need, and a hostile one costs seconds, not minutes.
WORKBOOK = Limits(parts=200, unpacked_bytes=8 << 20, strings_bytes=4 << 20, frame_bytes=1 << 20, tags=800_000)
SHEETS = 20  # of a workbook are looked at
SCANNED = 50_000  # rows of a sheet, most of them empty
UNSEEN = re.compile(r"\[[^\[\]]{0,40}\]|[_*].")  # colours, locales and space of a number format
LITERAL = r'((?:"[^"]{0,20}"|\\.){0,9})'
MASK = re.compile(f"{LITERAL}(0{{1,20}}){LITERAL}")  # zeros, and text around them
QUOTING = re.compile(r'"([^"]*)"|\\(?=.)')
TEXT = Bounds(rows=ROWS, cells=1_000_000)


def read_roster(content: bytes) -> Roster:
    """The people in a roster file. Raises BadRoster when it cannot be read at all."""
    if not content.strip():
        raise BadRoster(_("The file is empty."))
    if len(content) > FILE_BYTES:
        raise BadRoster(_("The file is larger than %(mib)s MiB.", mib=FILE_BYTES >> 20))
    if other_format(content) in {Flaw.WORKBOOK, Flaw.ARCHIVE}:
        return _of_workbook(content)
    return _of_text(content)


def as_csv(roster: Roster) -> str:
    """The good rows again as text that `read_roster` takes: what a preview hands on to the confirmation."""
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=";")
    labelled = any(row.labels is not None for row in roster.rows)
    writer.writerow(["Neptun code", "Name", "Email", *(["Labels"] if labelled else [])])
    for row in roster.rows:
        labels = [" ".join(row.labels or ())] if labelled else []
        writer.writerow([row.neptun, row.name, row.email, *labels])
    return lines.getvalue()


def _of_text(content: bytes) -> Roster:
    try:
        table = tables.read(content, lambda cells: has_header([cells]), TEXT)
    except TableError as error:
        if error.flaw is Flaw.MANY_ROWS:
            raise _too_many() from error
        raise BadRoster(sentence(error, _("This file"), _("XLSX or CSV"))) from error
    roster = read_table([row.cells[:COLUMNS] for row in table.rows], [row.line for row in table.rows])
    if not table.is_guessed:
        return roster
    note = BadRow(
        table.rows[0].line, _("The file is not UTF-8. It was read as Windows-1250: look at the accents.")
    )
    return replace(roster, notes=(note, *roster.notes))


def _of_workbook(content: bytes) -> Roster:
    """The people on the first sheet that has the columns, those that are shown before hidden ones."""
    try:
        with reading(content, WORKBOOK) as book:
            sheets = sorted(book.worksheets[:SHEETS], key=lambda sheet: sheet.sheet_state != "visible")
            found = _with_people(map(_rows, sheets))
    except WorkbookTooLargeError as error:
        raise BadRoster(_("The workbook is too large when unpacked.")) from error
    except UnreadableWorkbookError as error:
        raise BadRoster(_("This is not a readable XLSX workbook. Save it as CSV and try again.")) from error
    return read_table(found.cells, found.numbers)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The rows of a sheet that hold something, and their numbers in it."""

    cells: list[Cells]
    numbers: list[int]


def _with_people(sheets: Iterator[_Sheet]) -> _Sheet:
    """The first that has the columns, or else the first of all."""
    first = next(sheets, _Sheet([], []))
    return next((sheet for sheet in chain([first], sheets) if has_header(sheet.cells)), first)


def _rows(sheet: Worksheet) -> _Sheet:
    """What a sheet holds; formatted and empty rows may be many."""
    found = _Sheet([], [])
    for number, row in enumerate(sheet.iter_rows(max_row=SCANNED + 1, max_col=COLUMNS), start=1):
        cells = [_cell(cell) for cell in row]
        if any(cells):
            found.cells.append(cells)
            found.numbers.append(number)
        if number > SCANNED or len(found.cells) > ROWS:
            raise _too_many()
    return found


def _cell(cell: Cell | MergedCell) -> str:
    """The text of a cell as the spreadsheet shows it: codes may have become numbers or dates."""
    value, shown_as = cell.value, str(getattr(cell, "number_format", "") or "")
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).replace("\0", "").strip()
    if "E+" in shown_as.upper():
        return f"{value:.2E}"
    if not float(value).is_integer():
        return str(value)
    mask = MASK.fullmatch(UNSEEN.sub("", shown_as.partition(";")[0]))
    before, zeros, behind = (QUOTING.sub(r"\1", part) for part in mask.groups()) if mask else ("", "", "")
    return FromNumber(f"{before}{str(int(value)).zfill(len(zeros))}{behind}")


def _too_many() -> Refusal:
    return BadRoster(_("The file has more than %(n)s rows.", n=ROWS))
