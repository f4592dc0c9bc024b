"""Reads the quiz file of another program: its format is found by reading it, then by its name."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import lazy_gettext as _

from server.errors import Text
from server.quizzes.formats.aiken import is_aiken, read_aiken
from server.quizzes.formats.encodings import decoded
from server.quizzes.formats.foreign import likely_kind, sure_kind
from server.quizzes.formats.gift import read_gift
from server.quizzes.formats.kahoot_sheet import is_header, read_rows, read_workbook
from server.quizzes.formats.moodle.question_bank import read_moodle_xml
from server.quizzes.formats.moodle.xml_file import MOST_TAGS, is_xml
from server.quizzes.formats.own_file import is_own, read_own, read_own_archive
from server.quizzes.formats.quiz_tables import rows_of_csv
from server.quizzes.formats.result import Imported, Unreadable

FILE_BYTES = 5 << 20
FILE_BYTES_WITH_PICTURES = 32 << 20
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def read(filename: str, content: bytes, portion: str = "") -> Imported:
    """The questions of a file, or of a `portion` of it by its label: see `Imported.portions`.

    Raises Unreadable when it is no quiz, or too large, or broken.
    """
    found = _read(filename, content, portion)
    if not found.questions and not found.notes and not found.toml:
        raise Unreadable(_("There is not one question in this file."))
    return found


def _read(filename: str, content: bytes, portion: str) -> Imported:
    _refuse_larger(content, FILE_BYTES_WITH_PICTURES)
    if content.startswith(b"PK") and (archived := read_own_archive(content)):
        return archived
    # Beyond that, pictures alone make a file so large, which are few parts.
    if content.startswith(b"PK") or content.count(b"<") > MOST_TAGS:
        _refuse_larger(content, FILE_BYTES)
    if content.startswith(b"PK"):
        return read_workbook(content)
    if content.startswith(_OLD_EXCEL):
        raise Unreadable(_("This is an old Excel file. Save it as XLSX and try again."))
    if is_xml(content):
        return read_moodle_xml(content, portion)
    _refuse_larger(content, FILE_BYTES)
    text = decoded(content)
    found = _read_text(filename, text.text, portion)
    return replace(found, notes=(text.note, *found.notes)) if text.note else found


def _refuse_larger(content: bytes, most: int) -> None:
    if len(content) > most:
        raise Unreadable(_("The file is larger than %(mib)s MiB. Divide it.", mib=most >> 20))


def _read_text(filename: str, text: str, portion: str) -> Imported:
    """What is in it decides; of what may be GIFT or Aiken, its name."""
    is_gift = filename.lower().endswith((".gift", ".gift.txt"))
    if not is_gift and is_own(text):
        return read_own(text)
    if kind := sure_kind(filename, text):
        raise Unreadable(_refusal(kind))
    if not is_gift and (found := read_rows(rows_of_csv(text, is_header))) is not None:
        return found
    if not is_gift and is_aiken(text):
        return read_aiken(text)
    if text.strip() and (likely := likely_kind(filename, text)):
        raise Unreadable(_refusal(likely))
    return read_gift(text, portion)


def _refusal(kind: Text) -> Text:
    return _(
        "This looks like %(kind)s and is none of the formats known here: GIFT, Aiken, Moodle XML, quizzes of "
        "this service (TOML), and tables of Kahoot, Quizizz, Blooket, Gimkit and Wooclap.",
        kind=kind,
    )
