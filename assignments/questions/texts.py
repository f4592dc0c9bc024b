"""Texts in both languages as they stand in the tables of a quiz's file, read and written."""

from __future__ import annotations

from typing import Any

from assignments.localized import Localized
from assignments.toml.fields import Fields

LANGUAGES = ("en", "hu")
OPTION_LENGTH = 600
MOST_OPTIONS = 26


def localized(table: Fields, name: str, *, longest: int) -> Localized:
    """A text in both languages, or one that is the same in both."""
    if table.is_text(name):
        text = table.passage(name, longest=longest)
        return Localized(en=text, hu=text)
    with table.table(name) as languages:
        return Localized(**{one: languages.passage(one, longest=longest) for one in LANGUAGES})


def localized_or_none(table: Fields, name: str, *, longest: int) -> Localized | None:
    """A text that may be left out."""
    return localized(table, name, longest=longest) if table.has(name) else None


def localized_list(table: Fields, name: str, *, least: int) -> tuple[Localized, ...]:
    """A list of at least so many texts."""
    listed = table.listed(name)
    count = len(listed.values())
    refuse_count(table, name, count, least, MOST_OPTIONS)
    return tuple(localized(listed, str(at), longest=OPTION_LENGTH) for at in range(count))


def refuse_count(table: Fields, name: str, count: int, least: int, most: int) -> None:
    """Raise SpecError unless a list is as long as it may be."""
    if not least <= count <= most:
        raise table.error(name, f"must be {least} to {most}, not {count}")


def written(text: Localized) -> Any:  # noqa: ANN401 - what TOML can say
    """A text as it stands in a file: once where both languages are the same."""
    return text.en if text.en == text.hu else {"en": text.en, "hu": text.hu}
