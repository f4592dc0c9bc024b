"""Template filters for deadlines, in the reader's language."""

from __future__ import annotations

from decimal import Decimal

from server.deadlines.rules import Stretch, number, own_due_sentence, reason_words, stretch_sentence
from server.errors import Text
from server.standings.service import Explained


def stretch_words(stretch: Stretch) -> Text:
    """What a hand-in is in a stretch of the line."""
    return stretch_sentence(stretch.phase, stretch.late_day, stretch.tokens)


def own_due_words(found: Explained, due: str, granted: str = "") -> Text:
    """When something is due for the reader, and why: the moments as they are told."""
    if found.extension is None:
        return own_due_sentence(due)
    return own_due_sentence(due, granted, found.extension.reason)


def exact_points(value: Decimal) -> Text:
    """Points between two steps: not rounded."""
    return number(value)


FILTERS = (reason_words, stretch_words, own_due_words, exact_points)
"""What the templates of an application need."""
