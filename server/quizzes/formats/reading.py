"""Reads the quiz file of another program: its format is found by what is in it, then by its name."""

from __future__ import annotations

import codecs
import re

from flask_babel import lazy_gettext as _

from server.quizzes.formats.aiken import read_aiken
from server.quizzes.formats.gift import read_gift
from server.quizzes.formats.kahoot_sheet import read_kahoot_sheet
from server.quizzes.formats.moodle_xml import read_moodle_xml
from server.quizzes.formats.result import Imported, Unreadable

FILE_BYTES = 5 << 20
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_XML = re.compile(r"\s*<(\?xml|quiz)\b")
_OPTION = re.compile(r"[A-Z][).]")


def read(filename: str, content: bytes) -> Imported:
    """The questions of a file. Raises Unreadable when it is no quiz, or too large, or broken."""
    found = _read(filename, content)
    if not found.questions and not found.notes:
        raise Unreadable(_("There is not one question in this file."))
    return found


def _read(filename: str, content: bytes) -> Imported:
    if len(content) > FILE_BYTES:
        raise Unreadable(_("The file is larger than %(mib)s MiB. Divide it.", mib=FILE_BYTES >> 20))
    if content.startswith(b"PK"):
        return read_kahoot_sheet(content)
    if content.startswith(_OLD_EXCEL):
        raise Unreadable(_("This is an old Excel file. Save it as XLSX and try again."))
    text = _decode(content)
    if _XML.match(text):
        return read_moodle_xml(content)
    return _read_text(filename, text)


def _read_text(filename: str, text: str) -> Imported:
    if _is_aiken(text) and not filename.lower().endswith(".gift"):
        return read_aiken(text)
    if text.strip() and "{" not in text:
        raise Unreadable(
            _("This is none of the formats known here: GIFT, Aiken, Moodle XML and Kahoot's spreadsheet.")
        )
    return read_gift(text)


def _is_aiken(text: str) -> bool:
    lines = [line.strip() for line in text.splitlines()]
    return any(line.startswith("ANSWER:") for line in lines) and any(_OPTION.match(line) for line in lines)


def _decode(content: bytes) -> str:
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ["utf-16"] if is_utf16 else ["utf-8-sig", "cp1250"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(_("This is no text. Save it as a text file in UTF-8 and try again."))
