"""Texts in the two languages of the course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Localized:
    """The same text in English and in Hungarian."""

    en: str
    hu: str

    def in_language(self, language: str) -> str:
        """The text in Hungarian for "hu", in English for any other language."""
        return self.hu if language == "hu" else self.en

    def filled(self, values: Mapping[str, object]) -> Localized:
        """With values in place of what stands in braces, each language with its own of a `Localized` value.

        Raises LookupError for a value that is not given.
        """
        return Localized(*(getattr(self, one).format(**_in(values, one)) for one in ("en", "hu")))


def _in(values: Mapping[str, object], language: str) -> dict[str, object]:
    return {
        name: value.in_language(language) if isinstance(value, Localized) else value
        for name, value in values.items()
    }
