"""Labels: free words that staff give to people, for groups and extensions (`lab-B`, `extra-time`)."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _

from server.errors import BadInput
from server.texts.unicode_forms import normal_form

MOST = 20  # of one person in one course
LONGEST = 40
LABEL = re.compile(rf"[\w-]{{1,{LONGEST}}}")  # letters of any alphabet, digits, _ and -
SEPARATORS = re.compile(r"[\s,]+")


def read_labels(text: str) -> tuple[str, ...]:
    """The labels in a text, separated by spaces or commas: sorted, each once. Raises BadInput."""
    words = {word for word in SEPARATORS.split(normal_form("NFC", text)) if word}
    for word in sorted(words):
        if not LABEL.fullmatch(word):
            raise BadInput(
                _(
                    "“%(label)s” is no label: use 1 to %(n)s letters, digits, - and _.",
                    label=word[: LONGEST + 1],
                    n=LONGEST,
                )
            )
    return limited(words)


def limited(labels: set[str]) -> tuple[str, ...]:
    """These labels as they are kept, sorted. Raises BadInput when they are too many for one person."""
    if len(labels) > MOST:
        raise BadInput(_("One person has at most %(n)s labels.", n=MOST))
    return tuple(sorted(labels))
