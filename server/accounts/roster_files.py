"""Roster files: the bytes of a CSV or XLSX file as a table of cells."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable

from flask_babel import lazy_gettext as _

from server.accounts.roster import Cells, Roster, has_header, read_table
from server.errors import BadRoster
from server.spreadsheets import Limits, UnreadableWorkbookError, WorkbookTooLargeError, reading

ROWS = 5000
COLUMNS = 60
FILE_BYTES = 2 << 20
# Far more than 5000 people need, and a hostile one costs seconds, not minutes.
WORKBOOK = Limits(parts=200, unpacked_bytes=8 << 20, strings_bytes=4 << 20, frame_bytes=1 << 20, tags=800_000)
DELIMITERS = (";", ",", "\t")


def read_roster(content: bytes) -> Roster:
    """The people in a roster file. Raises BadRoster when it cannot be read at all."""
    if not content.strip():
        raise BadRoster(_("The file is empty."))
    if len(content) > FILE_BYTES:
        raise BadRoster(_("The file is larger than %(mib)s MiB.", mib=FILE_BYTES >> 20))
    return read_table(_workbook(content) if content.startswith(b"PK") else _text_table(_decode(content)))


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


def _decode(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1250"]
    for encoding in encodings:
        try:
            return content.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise BadRoster(_("The text is neither UTF-8 nor Windows-1250. Save it as “CSV UTF-8”."))


def _text_table(text: str) -> list[Cells]:
    """The table under the delimiter that makes the header readable."""
    tables = [_split(text, delimiter) for delimiter in DELIMITERS]
    return next((table for table in tables if has_header(table)), tables[0])


def _split(text: str, delimiter: str) -> list[Cells]:
    try:
        return _bounded(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise BadRoster(_("This is not readable as CSV: %(problem)s", problem=str(error))) from error


def _workbook(content: bytes) -> list[Cells]:
    try:
        with reading(content, WORKBOOK) as book:
            rows = book.worksheets[0].iter_rows(max_row=ROWS + 1, max_col=COLUMNS, values_only=True)
            return _bounded([_cell(value) for value in row] for row in rows)
    except WorkbookTooLargeError as error:
        raise BadRoster(_("The workbook is too large when unpacked.")) from error
    except UnreadableWorkbookError as error:
        raise BadRoster(_("This is not a readable XLSX workbook. Save it as CSV and try again.")) from error


def _cell(value: object) -> str:
    """Codes of digits alone come back as numbers."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).replace("\0", "")


def _bounded(rows: Iterable[list[str]]) -> list[Cells]:
    table: list[Cells] = []
    for row in rows:
        if len(table) >= ROWS:
            raise BadRoster(_("The file has more than %(n)s rows.", n=ROWS))
        table.append(row[:COLUMNS])
    return table
