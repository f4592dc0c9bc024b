"""Finds in which encoding a text file is, and says where that is a guess."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from server.quizzes.formats.result import Note, NoteKind, Unreadable

HUNGARIAN = b"\xd5\xdb\xf5\xfb"  # Ő Ű ő ű in Windows-1250; no other letter of Hungarian differs from Latin-1
_MARKS = {
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and what is to be said of how it was read."""

    text: str
    note: Note | None = None


def decoded(content: bytes) -> Decoded:
    """The text of a file. Raises Unreadable when it is none."""
    marked = next((name for mark, name in _MARKS.items() if content.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8-sig", _eight_bit(content)]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return Decoded(text, _guessed(encoding) if encoding.startswith("cp") else None)
    raise Unreadable(_("This is no text. Save it as a text file in UTF-8 and try again."))


def _eight_bit(content: bytes) -> str:
    """Of the two usual ones that in which the letters that differ are those of Hungarian, or of French."""
    differing = {
        byte for byte in content if byte >= 0xA0 and _letter(byte, "cp1250") != _letter(byte, "cp1252")
    }
    return "cp1250" if differing <= set(HUNGARIAN) else "cp1252"


def _letter(byte: int, encoding: str) -> str:
    return bytes([byte]).decode(encoding, "replace")


def _guessed(encoding: str) -> Note:
    name = {"cp1250": "Windows-1250", "cp1252": "Latin-1"}[encoding]
    reason = _(
        "The file is not in UTF-8; it was read as %(name)s. Look at the letters with accents.", name=name
    )
    return Note(0, NoteKind.WARNING, reason)
