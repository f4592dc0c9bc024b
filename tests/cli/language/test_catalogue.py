"""The Hungarian catalogue has all that the tool can say, with the same values in it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from cli.commands.localized import LocalizedHelp, LocalizedOption
from cli.language import translation
from cli.language.translation import CATALOGUES, Language, Sentence
from cli.main import hazi
from tests.cli.conftest import Terminal
from tests.cli.language.source_sentences import CLI, Key, marked_in, marked_sentences, placeholders

WRITTEN = CATALOGUES / "hu" / "LC_MESSAGES" / "messages.po"
CLICKS_OWN = {"help", "version"}


def violations(sentences: set[Key], written: Catalog, compiled: NullTranslations) -> Iterator[str]:
    """What is wrong with the Hungarian of these sentences."""
    for context, english in sorted(sentences):
        message = written.get(english, context or None)
        if message is None or not message.string:
            yield f"no Hungarian: {english}"
        elif message.fuzzy:
            yield f"a guess (fuzzy): {english}"
        elif placeholders(str(message.string)) != placeholders(english):
            yield f"other values: {english}"
        elif _compiled(compiled, context, english) != message.string:
            yield f"not compiled: {english}"


def _compiled(catalogue: NullTranslations, context: str, english: str) -> str:
    return catalogue.pgettext(context, english) if context else catalogue.gettext(english)


def untranslated_help(command: click.Command, path: str = "hazi") -> Iterator[str]:
    """Commands and options whose help is no sentence of ours."""
    if not isinstance(command, LocalizedHelp):
        yield path
    for option in command.params:
        ours = option.name not in CLICKS_OWN and isinstance(option, click.Option)
        if ours and not isinstance(option, LocalizedOption):
            yield f"{path} {option.opts[0]}"
    for name, inner in getattr(command, "commands", {}).items():
        yield from untranslated_help(inner, f"{path} {name}")


def test_every_sentence_has_sound_hungarian():
    with WRITTEN.open("rb") as po, WRITTEN.with_suffix(".mo").open("rb") as mo:
        written, compiled = read_po(po, locale="hu"), GNUTranslations(mo)
    marked = marked_sentences()
    found = [*marked.faults, *violations(marked.sentences, written, compiled), *untranslated_help(hazi)]
    assert found == []


def test_the_compiled_catalogue_is_packaged():
    with (CLI.parent / "pyproject.toml").open("rb") as file:
        package_data = tomllib.load(file)["tool"]["setuptools"]["package-data"]
    packaged = {
        path
        for package, patterns in package_data.items()
        for pattern in patterns
        for path in (CLI.parent / package).glob(pattern)
    }
    assert WRITTEN.with_suffix(".mo") in packaged


def test_pybabel_extracts_what_is_marked():
    found = extract_from_dir(CLI, [("**.py", "python")])
    assert {(context or "", message) for _, _, message, _, context in found} == marked_sentences().sentences


def test_the_check_finds_each_kind_of_fault():
    written = Catalog("hu")
    written.add("guessed", "tippelt", flags=["fuzzy"])
    written.add("{a} of {b}", "{a} {c}")
    written.add("changed", "új", context="date")
    sentences = {("", "unknown"), ("", "guessed"), ("", "{a} of {b}"), ("date", "changed")}
    assert sorted(violations(sentences, written, NullTranslations())) == [
        "a guess (fuzzy): guessed",
        "no Hungarian: unknown",
        "not compiled: changed",
        "other values: {a} of {b}",
    ]


@pytest.mark.parametrize(
    "source", ['note(Sentence("Hello."))', "_(word)", '_("{a} of {b}", a=1)', "pgettext(context, 'late')"]
)
def test_the_check_finds_what_is_not_marked_well(source: str):
    assert marked_in(source, "example.py").faults != []


def test_the_check_finds_help_that_is_not_translated():
    group = click.Group("x", commands={"y": click.Command("y", params=[click.Option(["--z"], help="Z.")])})
    assert list(untranslated_help(group)) == ["hazi", "hazi y", "hazi y --z"]


def test_values_cannot_steer_the_terminal():
    assert Sentence("{path}", {"path": "\x1b[2Jx"}).in_language(Language.HU) == "x"


def test_english_is_spoken_where_the_catalogue_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(translation, "CATALOGUES", tmp_path)
    translation._catalogue.cache_clear()
    assert Language.HU.gettext("There is no file {path}.", path="x") == "There is no file x."
    translation._catalogue.cache_clear()


@pytest.mark.parametrize("command", sorted(hazi.commands))
@pytest.mark.parametrize("language", Language)
def test_help_is_in_the_language(stranger: Terminal, command: str, language: Language):
    result = stranger.types("--lang", str(language), command, "--help")
    assert result.exit_code == 0
    assert ("Nyelv;" in result.stdout) == (language is Language.HU)


def test_exit_codes_are_in_the_help(stranger: Terminal):
    shown = stranger.types("--help").stdout
    assert all(f"\n  {code} " in shown for code in (0, 1, 2, 3, 4, 130))
