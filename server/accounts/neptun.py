"""The Neptun code: how it is typed, and how it is kept."""

from __future__ import annotations

import re
import unicodedata

from server.errors import BadNeptun

SHAPE = re.compile(r"[A-Z0-9]{6}")


def normalised(text: str) -> str:
    """As it would be kept, whether or not it is a code: no spaces around, one width, capitals."""
    return unicodedata.normalize("NFKC", text.strip()).strip().upper()


def is_neptun(code: str) -> bool:
    """Whether a normalised text is a Neptun code."""
    return SHAPE.fullmatch(code) is not None


def read_neptun(text: str) -> str:
    """The code that was typed. Raises BadNeptun."""
    code = normalised(text)
    if not is_neptun(code):
        raise BadNeptun
    return code
