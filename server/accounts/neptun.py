"""The Neptun code: how it is typed, and how it is kept."""

from __future__ import annotations

import unicodedata

from assignments.spec import NEPTUN
from server.errors import BadNeptun
from server.texts.unicode_forms import normal_form

LONGEST = 40  # typed; a code and some space
BETWEEN = frozenset(" \t\u00ad\u200b\u200c\u200d\u2060\ufeff")  # and signs of no width, copied along


def normalised(text: str) -> str:
    """As it would be kept, whether or not it is a code: one width, capitals, nothing in between."""
    plain = normal_form("NFKC", text.strip(), LONGEST).strip().upper()
    return "".join(char for char in plain if char not in BETWEEN and unicodedata.category(char) != "Pd")


def is_neptun(code: str) -> bool:
    """Whether a normalised text is a Neptun code."""
    return NEPTUN.fullmatch(code) is not None


def read_neptun(text: str) -> str:
    """The code that was typed. Raises BadNeptun."""
    code = normalised(text)
    if not is_neptun(code):
        raise BadNeptun
    return code
