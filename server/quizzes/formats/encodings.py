"""Finds in which encoding a text file is, by counting what speaks for each, and says where that is a guess.

No single byte decides: one that is broken or strange costs its own character and no other.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from server.quizzes.formats.result import Note, NoteKind, Unreadable

HUNGARIAN = "őűŐŰ"  # of its letters those that no western encoding has
# Letters beyond ASCII of the languages that are likely in an encoding; those of likelier ones count more.
_CENTRAL = ("áéíóöúüÁÉÍÓÖÚÜ", "ąćęłńśźżčďěňřšťůýžľĺŕôäăâîşţĄĆĘŁŃŚŹŻČĎĚŇŘŠŤŮÝŽĽ")
_WESTERN = ("áéíóöúüÁÉÍÓÖÚÜàâçèêëîïñôùûœßäÀÂÇÈÊËÎÏÑÔÙÛŒÄ", "ãõåæøìòÃÕÅÆØÌÒ")
_ALPHABETS = {"cp1250": _CENTRAL, "iso8859-2": _CENTRAL, "cp1252": _WESTERN, "cp852": _CENTRAL}
_NAMES = {"cp1250": "Windows-1250", "iso8859-2": "ISO 8859-2", "cp1252": "Latin-1", "cp852": "DOS 852"}
_AGAINST = 5
_RARE = {"cp852": 8}  # how much more must speak for it
_LOOKED_AT = 200_000  # characters
_BEYOND_ASCII = re.compile(r"(?<=(.))?([^\x00-\x7f])(?=(.))?", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19]")
_BROKEN = "\ufffd"
# Of the characters beyond ASCII. Hardly any in another encoding are UTF-8 by chance.
_MOST_BROKEN = {"utf-8-sig": 0.5, **dict.fromkeys(_NAMES, 0.1)}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and what is to be said of how it was read."""

    text: str
    note: Note | None = None


def decoded(content: bytes) -> Decoded:
    """The text of a file. Raises Unreadable when it is none."""
    wide = wide_encoding(content)
    for encoding in [wide] if wide else ["utf-8-sig", *_eight_bit(content)]:
        text = content.decode(encoding, "replace").removeprefix("\ufeff")
        # What was broken before is no fault of the encoding.
        broken = text.count(_BROKEN) - (content.count(_BROKEN.encode()) if encoding == "utf-8-sig" else 0)
        if _is_text(text, broken, encoding):
            return Decoded(text, _note(text, broken, encoding))
    raise Unreadable(_("This is no text. Save it as a text file in UTF-8 and try again."))


def wide_encoding(content: bytes) -> str | None:
    """UTF-16, by its mark, or by the empty halves of its letters: nearly all stand in the same place."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = content[: 2 * _LOOKED_AT]
    low, high = sample[::2].count(0), sample[1::2].count(0)
    if max(low, high) * 4 < len(sample) // 2 or min(low, high) * 10 > max(low, high) or not max(low, high):
        return None
    return "utf-16-le" if high > low else "utf-16-be"


def _is_text(text: str, broken: int, encoding: str) -> bool:
    """Whether few of its characters are broken, and none is one that no text has."""
    if _CONTROL.search(text):
        return False
    if encoding not in _MOST_BROKEN:  # UTF-16, of which the last byte may have been cut off
        return broken * 2 <= len(text)
    return broken <= _MOST_BROKEN[encoding] * sum(char > "\x7f" for char in text)


def _eight_bit(content: bytes) -> list[str]:
    """Of the usual ones that for which most speaks, or else the first; none where all speaks against them."""
    sample = content[:_LOOKED_AT]
    found = {one: _evidence(sample.decode(one, "replace"), one) - _RARE.get(one, 0) for one in _ALPHABETS}
    best = max(found, key=lambda one: found[one])
    return [best] if found[best] > -_AGAINST else []


def _evidence(text: str, encoding: str) -> float:
    """What speaks for an encoding: letters of its languages within words, and signs that stand apart."""
    known, others = _ALPHABETS[encoding]
    total = 0.0
    for match in _BEYOND_ASCII.finditer(text):
        char, before, after = match[2], match[1] or " ", match[3] or " "
        if char == _BROKEN or char < "\xa0":
            total -= 5
        elif char in HUNGARIAN:
            total += 2
        elif not char.isalpha():
            total -= before.isalpha() and after.isalpha()
        elif not (before.isalpha() or after.isalpha()) or (char.isupper() and before.islower()):
            total -= 1
        else:
            total += 1 if char in known else 0.5 if char in others else 0
    return total


def _note(text: str, broken: int, encoding: str) -> Note | None:
    """What is to be said of how a text was read, at the first line where it is broken."""
    if encoding in _NAMES:
        reason = _(
            "The file is not in UTF-8; it was read as %(name)s. Look at the letters with accents.",
            name=_NAMES[encoding],
        )
        return Note(0, NoteKind.WARNING, reason)
    if not broken:
        return None
    reason = _(
        "Characters of the file that are broken: %(n)s. In their places stands %(sign)s.",
        n=broken,
        sign=_BROKEN,
    )
    return Note(text.count("\n", 0, text.index(_BROKEN)) + 1, NoteKind.WARNING, reason)
