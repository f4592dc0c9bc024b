"""The Neptun code: how it is typed, and how it is kept."""

from __future__ import annotations

from assignments.spec import NEPTUN
from server.errors import BadNeptun
from server.texts.unicode_forms import normal_form

LONGEST = 40  # typed; a code and some space


def normalised(text: str) -> str:
    """As it would be kept, whether or not it is a code: no spaces around, one width, capitals."""
    return normal_form("NFKC", text.strip(), LONGEST).strip().upper()


def is_neptun(code: str) -> bool:
    """Whether a normalised text is a Neptun code."""
    return NEPTUN.fullmatch(code) is not None


def read_neptun(text: str) -> str:
    """The code that was typed. Raises BadNeptun."""
    code = normalised(text)
    if not is_neptun(code):
        raise BadNeptun
    return code
