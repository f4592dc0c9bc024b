"""The language of the tool's own sentences: English in the code, Hungarian from one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cli.language.hungarian import HUNGARIAN
from cli.language.sanitize import plain

# Windows names languages its own way.
HUNGARIAN_LOCALES = ("hu", "hungarian", "magyar")


class Language(StrEnum):
    """A language the tool speaks."""

    EN = "en"
    HU = "hu"

    def say(self, english: str, **values: object) -> str:
        """A sentence in this language. Values may come from anywhere and are made harmless."""
        sentence = HUNGARIAN[english] if self is Language.HU else english
        return sentence.format(**{name: plain(str(value)) for name, value in values.items()})

    @property
    def accepted(self) -> str:
        """The value of Accept-Language."""
        return "hu, en;q=0.5" if self is Language.HU else "en, hu;q=0.5"


@dataclass(frozen=True, slots=True)
class Sentence:
    """Something to be said once the language is known."""

    english: str
    values: Mapping[str, object]

    def within(self, language: Language) -> str:
        """The sentence in that language."""
        return language.say(self.english, **self.values)


def language_of_locale(locale: str) -> Language:
    """`hu_HU.UTF-8` is Hungarian; everything that is not is English."""
    return Language.HU if locale.lower().startswith(HUNGARIAN_LOCALES) else Language.EN
