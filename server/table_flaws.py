"""Why a file is no table, in a sentence that says what to do: for hand-ins, rosters and extensions."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from assignments.files.tables import Flaw, TableError
from server.errors import Text

SAVE_AS: Mapping[str, Flaw] = {
    **dict.fromkeys((".xlsx", ".xlsm", ".xlsb"), Flaw.WORKBOOK),
    ".xls": Flaw.OLD_WORKBOOK,
    ".ods": Flaw.OPEN_DOCUMENT,
    ".pdf": Flaw.PDF,
    **dict.fromkeys((".htm", ".html"), Flaw.WEB_PAGE),
}
"""What the ending of a name says that is no text."""


SENTENCES: Mapping[Flaw, LazyString] = {
    Flaw.EMPTY: _("%(file)s is empty."),
    Flaw.WORKBOOK: _("%(file)s is an Excel workbook. Save it as %(formats)s."),
    Flaw.OLD_WORKBOOK: _("%(file)s is an old Excel file. Save it as %(formats)s."),
    Flaw.PROTECTED: _("%(file)s is protected by a password. Save it as %(formats)s without one."),
    Flaw.OPEN_DOCUMENT: _("%(file)s is a LibreOffice document. Save it as %(formats)s."),
    Flaw.ARCHIVE: _("%(file)s is a zip archive. Unpack it and send the table that is in it."),
    Flaw.WEB_PAGE: _("%(file)s is a web page. Save the table as %(formats)s."),
    Flaw.PDF: _("%(file)s is a PDF. Save the table as %(formats)s."),
    Flaw.NOT_TEXT: _("%(file)s is no text. Save the table as %(formats)s."),
    Flaw.DAMAGED_UTF8: _("%(file)s is UTF-8 only in part: line %(line)s is damaged. Save it as UTF-8."),
    Flaw.QUOTES: _("Row %(line)s: a quotation mark does not end as it must."),
    Flaw.LONG_ROW: _("Row %(line)s is too long. Perhaps a quotation mark is not closed."),
    Flaw.MANY_ROWS: _("There are too many rows (line %(line)s)."),
}


def sentence(error: TableError, file: Text, formats: str) -> LazyString:
    """Why `file` is no table. `formats` is what it can be saved as, such as "CSV"."""
    values = {"file": file, "formats": formats, "line": error.line}
    return LazyString(lambda: str(SENTENCES[error.flaw]) % values)
