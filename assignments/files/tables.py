"""Tables as programs write them: encoding, separator, quotes and line ends are found, rows keep their line.

Bounded in bytes, rows and cells before anything is kept, and made of the standard library alone: the box and
the command line, which may import nothing of ours, have this same file.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

SEPARATORS = (",", ";", "\t", "|")
LONGEST_LINE = 2**20  # characters
HEADER_WITHIN = 10  # rows that are looked at to find the separator; exports begin with titles
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
SAMPLE = 4096  # bytes whose NULs show UTF-16 that does not say so
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")  # no text of an old encoding holds one
ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
"""How zip archives begin: with an entry, without any, as the last of several parts."""
WIDE_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x19\x1b-\x1f\x7f]")
WEB_PAGE = re.compile(rb"\s*<(!doctype|html|head|body|table|\?xml|meta|div|style)\b", re.IGNORECASE)
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # what a workbook with a password holds
NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,3})?", re.ASCII)
INDEX_NAMES = frozenset({"", "index", "level_0", "row.names", "rownames", "unnamed: 0", "unnamed: 0.1"})
"""What programs call the column of row numbers that they put before the others, in small letters."""
WITH_COMMA = re.compile(r"([+-]?\d{0,30}),(\d{1,30}(?:[eE][+-]?\d{1,3})?)", re.ASCII)
LARGEST_WHOLE = 10**9
OLD_ENCODING = "cp1250"
SELDOM = 8  # wrong bytes for one letter that is right by chance, at least


class Flaw(StrEnum):
    """Why bytes are no table."""

    EMPTY = "empty"
    WORKBOOK = "workbook"  # of Excel
    OLD_WORKBOOK = "old_workbook"  # of Excel before 2007
    PROTECTED = "protected"  # by a password
    OPEN_DOCUMENT = "open_document"  # of LibreOffice
    ARCHIVE = "archive"
    WEB_PAGE = "web_page"
    PDF = "pdf"
    NOT_TEXT = "not_text"
    DAMAGED_UTF8 = "damaged_utf8"
    QUOTES = "quotes"
    LONG_ROW = "long_row"
    MANY_ROWS = "many_rows"


class TableError(ValueError):
    """The bytes are no table; `line` is 0 where it is no matter of one line."""

    def __init__(self, flaw: Flaw, line: int = 0) -> None:
        super().__init__(f"{flaw} in line {line}" if line else str(flaw))
        self.flaw = flaw
        self.line = line


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a table is kept; what has more is refused."""

    rows: int = 100_000  # those that are not blank, the header among them
    cells: int = 5_000_000
    blank: int = 100_000


USUAL = Bounds()


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank. `line` is where it begins, as an editor counts."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, cells without the space around them."""

    rows: tuple[Row, ...]
    separator: str
    encoding: str

    @property
    def is_guessed(self) -> bool:
        """Whether the encoding is only likely: letters with accents may be others."""
        return self.encoding == OLD_ENCODING


def read(data: bytes, is_header: Callable[[Sequence[str]], bool], bounds: Bounds = USUAL) -> Table:
    """The table under the separator that shows a header among the first rows. Raises TableError."""
    encoding = encoding_of(data)
    if encoding.startswith("utf-16"):
        data = _whole_units(data)
    dialect = _dialect(data, encoding, is_header)
    rows = tuple(_rows(data, dialect, bounds))
    if not rows:
        raise TableError(Flaw.EMPTY)
    return Table(rows, dialect.separator, dialect.encoding)


def encoding_of(data: bytes) -> str:
    """The encoding of a text. Raises TableError for what is none."""
    if not data.strip(b"\0 \t\r\n\x1a"):
        raise TableError(Flaw.EMPTY)
    if (flaw := other_format(data)) is not None:
        raise TableError(flaw)
    if encoding := _wide_encoding(data):
        return _checked(_whole_units(data), encoding)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if _is_mostly_utf8(data):
            raise TableError(Flaw.DAMAGED_UTF8, line_at(data, error.start)) from error
        return _checked(data, OLD_ENCODING)
    return "utf-8-sig"


def line_at(data: bytes, position: int) -> int:
    """The number of the line of a byte, counted from 1, whatever ends lines; not for UTF-16."""
    ends = (data.count(end, 0, position) for end in (b"\n", b"\r"))
    return sum(ends) - data.count(b"\r\n", 0, position) + 1


def other_format(data: bytes) -> Flaw | None:
    """What a file is that is no text, by how it begins; None for all else."""
    if data.startswith(ZIP_MAGICS):
        return _archive_flaw(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Flaw.PROTECTED if ENCRYPTED in data else Flaw.OLD_WORKBOOK
    if data.startswith(b"%PDF"):
        return Flaw.PDF
    start = data[:SAMPLE].removeprefix(codecs.BOM_UTF8)
    if WEB_PAGE.match(start) or WEB_PAGE.match(start.lstrip(b"\xff\xfe").replace(b"\0", b"")):
        return Flaw.WEB_PAGE
    return None


def is_number(cell: str) -> bool:
    """Whether it is a plain decimal number; `nan`, `inf` and underscores, which float() takes, are none."""
    return NUMBER.fullmatch(cell) is not None


def with_point(cell: str, separator: str) -> str:
    """A number with a decimal comma as one with a point, where commas do not part the cells."""
    found = WITH_COMMA.fullmatch(cell) if separator != "," else None
    return f"{found[1]}.{found[2]}" if found else cell


def whole_number(cell: str) -> int | None:
    """The whole number, not negative, that a cell holds, be it written as `3`, `3.0` or `3.00e+00`."""
    if not is_number(cell):
        return None
    value = float(cell)
    return int(value) if 0 <= value < LARGEST_WHOLE and value.is_integer() else None


def _archive_flaw(data: bytes) -> Flaw:
    """What kind of zip archive it is, by what stands in its first bytes and in its directory."""
    if b"application/vnd.oasis.opendocument" in data[:200]:
        return Flaw.OPEN_DOCUMENT
    is_workbook = b"[Content_Types].xml" in data and b"xl/" in data
    return Flaw.WORKBOOK if is_workbook else Flaw.ARCHIVE


def _is_mostly_utf8(data: bytes) -> bool:
    """Whether a damaged text is UTF-8 all the same, by the letters of it that are whole.

    In an old encoding two characters may look like one of UTF-8 by chance, as É before a dash does: seldom,
    and hardly ever like a letter with an accent or a sign of print.
    """
    kept = data.decode("utf-8", "ignore")
    wrong = len(data) - len(kept.encode())
    usual = sum("\xa0" <= character <= "\u017f" or "\u2010" <= character <= "\u20ac" for character in kept)
    letters = sum(not character.isascii() for character in kept)
    return letters >= wrong or usual * SELDOM >= wrong


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16, by its mark or by the NULs of separators and line ends; None for all else."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = data[:SAMPLE]
    high, low = sample[1::2].count(0), sample[::2].count(0)
    if min(high, low) * 10 > max(high, low) or max(high, low) * 16 < len(sample) // 2:
        return None
    return "utf-16-le" if high > low else "utf-16-be"


def _whole_units(data: bytes) -> bytes:
    """UTF-16 without the one byte that a program knowing nothing of it put behind the text."""
    is_odd = len(data) % 2 == 1 and data[-1:] in {b"\n", b"\r", b"\x1a"}
    return data[:-1] if is_odd else data


def _checked(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise TableError(Flaw.NOT_TEXT) from error
    if CONTROLS.search(data) if encoding == OLD_ENCODING else WIDE_CONTROLS.search(text):
        raise TableError(Flaw.NOT_TEXT)
    return encoding


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How a table is written. In a wrapped one each row stands in quotes as a whole."""

    encoding: str
    separator: str
    is_wrapped: bool = False


def _dialect(data: bytes, encoding: str, is_header: Callable[[Sequence[str]], bool]) -> _Dialect:
    """What the file names or what shows the earliest header, else the most frequent of the first line."""
    try:
        first = next((line for line in _Lines(data, encoding) if line.strip()), "")
    except TableError:
        first = ""
    usual = [_Dialect(encoding, one, wrapped) for wrapped in (False, True) for one in SEPARATORS]
    named = SEPARATOR_LINE.fullmatch(first)
    meant = [_Dialect(encoding, named[1])] if named and named[1] in SEPARATORS else []
    headers = {one: _header_line(data, one, is_header) for one in [*meant, *usual]}
    likely = _Dialect(encoding, max(SEPARATORS, key=first.count))
    shown = [one for one in headers if headers[one]]
    return min(shown, key=headers.__getitem__, default=[*meant, likely][0])


def _header_line(data: bytes, dialect: _Dialect, is_header: Callable[[Sequence[str]], bool]) -> int:
    """The line of the first header among the first rows; 0 where none is."""
    try:
        for row in islice(_rows(data, dialect, USUAL), HEADER_WITHIN):
            if is_header(row.cells):
                return row.line
    except TableError:
        pass
    return 0


class _Lines(Iterator[str]):
    """The lines of a text with their ends, none longer than is allowed, and no row of more than one such."""

    def __init__(self, data: bytes, encoding: str) -> None:
        self._text = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
        self.number = 0
        self.room = LONGEST_LINE

    def __next__(self) -> str:
        line = self._text.readline(self.room + 1)
        if not line or line == "\x1a":  # what DOS put at the end of a text
            raise StopIteration
        self.number += 1
        self.room -= len(line)
        if self.room < 0:
            raise TableError(Flaw.LONG_ROW, self.number)
        return line.replace("\0", "")


def _reader(lines: Iterator[str], separator: str) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=separator, strict=True, skipinitialspace=True)


def _rows(data: bytes, dialect: _Dialect, bounds: Bounds) -> Iterator[Row]:
    """The rows that hold something. Raises TableError with the first that is too many."""
    rows, cells, blank = 0, 0, 0
    for row in _parsed(data, dialect):
        if any(row.cells):
            rows, cells = rows + 1, cells + len(row.cells)
        else:
            blank += 1
        if rows > bounds.rows or cells > bounds.cells or blank > bounds.blank:
            raise TableError(Flaw.MANY_ROWS, row.line)
        if any(row.cells):
            yield row


def _parsed(data: bytes, dialect: _Dialect) -> Iterator[Row]:
    """All rows, blank ones too, but for the line that names the separator."""
    lines = _Lines(data, dialect.encoding)
    reader = _reader(lines, dialect.separator)
    is_first = True  # of those that are not blank
    while True:
        line = lines.number + 1
        try:
            row = next(reader, None)
            if dialect.is_wrapped and row is not None and len(row) == 1:
                row = next(_reader(iter(row), dialect.separator), row)
        except csv.Error as error:
            raise TableError(Flaw.LONG_ROW if "limit" in str(error) else Flaw.QUOTES, line) from error
        if row is None:
            return
        lines.room = LONGEST_LINE
        cells = tuple(cell.strip() for cell in row)
        if not (is_first and SEPARATOR_LINE.fullmatch(dialect.separator.join(row))):
            yield Row(line, cells)
        is_first = is_first and not any(cells)
