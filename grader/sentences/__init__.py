"""All that the grader says to people, English and Hungarian side by side: a table for each subject.

What stands in braces is filled in by whoever says it. A value that differs between the languages is itself
`Localized`: a decimal comma, or another sentence of these tables.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping

from assignments.localized import Localized
from grader.sentences import calls, datasets, files, findings, imports, kinds, runs, weights

TABLES = tuple(one.SENTENCES for one in (runs, kinds, imports, files, weights, calls, datasets, findings))
SENTENCES: Mapping[str, Localized] = ChainMap(*TABLES)
"""Each sentence by its key; a test holds that no key is in two tables, and that each is used."""


def say(key: str, /, **values: object) -> Localized:
    """The sentence of a key with its blanks filled in. Raises LookupError for what is not there."""
    return SENTENCES[key].filled(values)


class RefusedError(Exception):
    """What a student handed in is refused: `text` says why, and `detail` is shown below it."""

    def __init__(self, key: str, /, *, detail: str = "", **values: object) -> None:
        self.text = say(key, **values)
        super().__init__(self.text.en)
        self.detail = detail
