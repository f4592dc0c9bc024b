"""Why a file is no table, as a refusal that says what to do: the same words for every kind of homework."""

from __future__ import annotations

from collections.abc import Mapping

from assignments.files.tables import Flaw, Table
from assignments.localized import Localized
from grader.sentences import RefusedError, say

SENTENCES: Mapping[Flaw, str] = {
    Flaw.EMPTY: "empty_file",
    Flaw.WORKBOOK: "table_workbook",
    Flaw.OLD_WORKBOOK: "table_workbook",
    Flaw.PROTECTED: "table_protected",
    Flaw.OPEN_DOCUMENT: "table_open_document",
    Flaw.ARCHIVE: "table_archive",
    Flaw.WEB_PAGE: "table_web_page",
    Flaw.PDF: "table_pdf",
    Flaw.NOT_TEXT: "table_not_text",
    Flaw.DAMAGED_UTF8: "table_not_utf8",
    Flaw.QUOTES: "table_quotes",
    Flaw.LONG_ROW: "table_long_row",
    Flaw.MANY_ROWS: "table_many_rows",
}


def refusal(flaw: Flaw, file: str, line: int) -> RefusedError:
    """The refusal of a file; `line` is used by the flaws that are in one."""
    return RefusedError(SENTENCES[flaw], file=file, line=line)


def notices(table: Table, file: str) -> tuple[Localized, ...]:
    """What a report says of a table that was read by a guess."""
    return (say("table_guessed", file=file),) if table.is_guessed else ()
