"""Texts from outside in one of Unicode's normal forms, in bounded time.

The normal forms put the marks on a letter in order by insertion: of n marks in a row, n times n steps. Eighty
thousand of them, which fit into any form, would keep the interpreter for ten seconds.
"""

from __future__ import annotations

import unicodedata
from typing import Literal

LONGEST = 1000  # characters; no rule of this server takes longer texts in a normal form
CUT = "…"  # behind a text that was longer, so that it is never taken for its own beginning


def normal_form(form: Literal["NFC", "NFKC", "NFKD"], text: str, longest: int = LONGEST) -> str:
    """The normal form of a text. A longer one is cut, and says so by its end."""
    if len(text) > longest:
        text = text[:longest] + CUT
    return unicodedata.normalize(form, text)
