"""Roster files: the bytes of a CSV or XLSX file as a table of cells."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
import zlib
from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from server.accounts.roster import Cells, Roster, has_header, read_table
from server.errors import BadRoster

ROWS = 5000
COLUMNS = 60
FILE_BYTES = 2 << 20
# Of a workbook unpacked. Far more than 5000 people need, and a hostile one costs seconds, not minutes.
PARTS = 200
UNPACKED_BYTES = 8 << 20
STRINGS_BYTES = 4 << 20
FRAME_BYTES = 1 << 20  # styles, theme and the like
TAGS = 800_000
DELIMITERS = (";", ",", "\t")
# What openpyxl lets through when a workbook is not what it claims to be.
BROKEN_WORKBOOK = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    ArithmeticError,
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
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if not _is_moderate(archive):
                raise BadRoster(_("The workbook is too large when unpacked."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_row=ROWS + 1, max_col=COLUMNS, values_only=True)
        return _bounded([_cell(value) for value in row] for row in rows)
    except BROKEN_WORKBOOK as error:
        raise BadRoster(_("This is not a readable XLSX workbook. Save it as CSV and try again.")) from error


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
