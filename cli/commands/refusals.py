"""What the grader would say of names and tables, before anything is sent: its rules in its words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeAlias

from cli.files import hand_in_files, tables
from cli.files.hand_in_files import MainFile
from cli.files.tables import Flaw, TableError
from cli.language.translation import Sentence
from cli.language.translation import lazy_gettext as _

Wording: TypeAlias = Callable[..., Sentence]
"""A sentence to be filled in."""
ENTRIES: Mapping[str, Wording] = {
    "entry_colon": lambda **values: _(
        "the entry {entry} has a colon in its name, which not every system can keep: rename it.", **values
    ),
    "entry_outside": lambda **values: _("the entry {entry} leads out of its folder.", **values),
    "entry_not_relative": lambda **values: _(
        "the entry {entry} has no name that can be kept in a folder: pack the files anew.", **values
    ),
    "entry_invisible": lambda **values: _("the entry {entry} has characters that cannot be seen.", **values),
    "entry_not_text": lambda **values: _("the entry {entry} is no valid text.", **values),
    "entry_long": lambda **values: _("the entry {entry} is too long.", **values),
}
MAINS: Mapping[str, Wording] = {
    "missing_file": lambda **values: _("there is no {file} among them.", **values),
    "misnamed_file": lambda **values: _("the file must be called {main}, not {found}.", **values),
    "main_missing": lambda **values: _("there is no {file} among them. What was found: {found}.", **values),
    "main_elsewhere": lambda **values: _(
        "{file} must lie at the top and not in a folder beside other files; it was found as {found}.",
        **values,
    ),
    "main_unclear": lambda **values: _(
        "there is no {file} among them; call the one that is to be graded so. There are {found}.", **values
    ),
    "notebooks": lambda **values: _("there are {number} notebooks: hand in one.", **values),
}
TABLES: Mapping[Flaw, Wording] = {
    Flaw.EMPTY: lambda **values: _("{file} is empty.", **values),
    Flaw.WORKBOOK: lambda **values: _("{file} is an Excel workbook: save it as CSV.", **values),
    Flaw.OLD_WORKBOOK: lambda **values: _("{file} is an Excel workbook: save it as CSV.", **values),
    Flaw.PROTECTED: lambda **values: _(
        "{file} is protected by a password: save it as CSV without one.", **values
    ),
    Flaw.OPEN_DOCUMENT: lambda **values: _("{file} is a LibreOffice document: save it as CSV.", **values),
    Flaw.ARCHIVE: lambda **values: _("{file} is a zip archive: hand in the table that is in it.", **values),
    Flaw.WEB_PAGE: lambda **values: _("{file} is a web page: save the table as CSV.", **values),
    Flaw.PDF: lambda **values: _("{file} is a PDF: save the table as CSV.", **values),
    Flaw.NOT_TEXT: lambda **values: _("{file} is no text: save the table as CSV in UTF-8.", **values),
    Flaw.DAMAGED_UTF8: lambda **values: _(
        "{file} is UTF-8 only in part: line {line} is damaged. Save it as UTF-8 again.", **values
    ),
    Flaw.QUOTES: lambda **values: _(
        "row {line} of {file} opens a quotation mark that does not end as it must.", **values
    ),
    Flaw.LONG_ROW: lambda **values: _(
        "row {line} of {file} is too long; perhaps a quotation mark is not closed.", **values
    ),
    Flaw.MANY_ROWS: lambda **values: _("{file} has too many rows (line {line}).", **values),
}


def of_entries(names: Collection[str]) -> Iterator[Sentence]:
    """Of the first name of an archive that cannot be kept."""
    for name in names:
        if problem := hand_in_files.name_problem(name):
            yield ENTRIES[problem](entry=hand_in_files.shown(name))
            return


def of_main(found: MainFile, main: str) -> Iterator[Sentence]:
    """Of files among which none can be the main one."""
    if found.problem:
        listed = hand_in_files.listed(found.others)
        yield MAINS[found.problem](file=main, main=main, found=listed, number=len(found.others))


def of_table(file: str, data: bytes) -> Iterator[Sentence]:
    """Of a table of predictions that cannot be read, or whose rows differ."""
    try:
        table = tables.read(data, lambda cells: "id" in map(str.casefold, cells))
    except TableError as error:
        yield TABLES[error.flaw](file=file, line=error.line)
        return
    header, *body = table.rows
    for row in body:
        if len(row.cells) < len(header.cells) or any(row.cells[len(header.cells) :]):
            yield cells(row=row.line, file=file, found=len(row.cells), wanted=len(header.cells))
            return


def cells(**values: object) -> Sentence:
    """Of a row with another number of cells than the header."""
    return _("row {row} of {file} has {found} cells; the header has {wanted}.", **values)
