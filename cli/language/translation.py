"""Translation of the tool's own sentences by gettext: English in the code, Hungarian in the catalogue."""

from __future__ import annotations

import functools
import gettext as catalogues
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from cli.language.sanitize import plain

CATALOGUES = Path(__file__).parents[2] / "server" / "translations"
"""Folder of the compiled catalogue that server and tool share: a data file of the same distribution."""
DOMAIN = "messages"
HUNGARIAN_LOCALES = ("hu", "hungarian", "magyar")  # Windows names languages its own way


class Language(StrEnum):
    """A language of the tool."""

    EN = "en"
    HU = "hu"

    def gettext(self, english: str, **values: object) -> str:
        """The sentence in this language, its `{names}` filled in by the values, which are sanitized."""
        return _filled(_catalogue(self).gettext(english), values)

    def pgettext(self, context: str, english: str, **values: object) -> str:
        """The same for English that means different things in different contexts."""
        return _filled(_catalogue(self).pgettext(context, english), values)

    @property
    def accepted(self) -> str:
        """The value of Accept-Language."""
        return "hu, en;q=0.5" if self is Language.HU else "en, hu;q=0.5"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that is translated when the language is known."""

    english: str
    values: Mapping[str, object] = field(default_factory=dict)
    context: str = ""

    def in_language(self, language: Language) -> str:
        """The sentence in that language."""
        values = {
            name: value.in_language(language) if isinstance(value, Sentences) else value
            for name, value in self.values.items()
        }
        if self.context:
            return language.pgettext(self.context, self.english, **values)
        return language.gettext(self.english, **values)


@dataclass(frozen=True, slots=True)
class Sentences:
    """Several of them as one value of another."""

    parts: Sequence[Sentence]

    def in_language(self, language: Language) -> str:
        """All of them in that language, parted by semicolons."""
        return "; ".join(one.in_language(language) for one in self.parts)


def lazy_gettext(english: str, **values: object) -> Sentence:
    """Mark a sentence for the catalogue; imported as `_`, which pybabel extracts."""
    return Sentence(english, values)


def lazy_pgettext(context: str, english: str, **values: object) -> Sentence:
    """Mark a sentence that needs a context; imported as `pgettext`, which pybabel extracts."""
    return Sentence(english, values, context)


def language_of_locale(locale: str) -> Language:
    """`hu_HU.UTF-8` is Hungarian; every other locale is English."""
    return Language.HU if locale.lower().startswith(HUNGARIAN_LOCALES) else Language.EN


@functools.cache
def _catalogue(language: Language) -> catalogues.NullTranslations:
    """The compiled catalogue; English has none, and where it is missing, sentences stay English."""
    return catalogues.translation(DOMAIN, CATALOGUES, [language], fallback=True)


def _filled(sentence: str, values: Mapping[str, object]) -> str:
    return sentence.format(**{name: plain(str(value)) for name, value in values.items()})
