"""The Hungarian catalogue is complete, compiled, and fits the sentences of server and command line."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import Flask

ROOT = Path(__file__).parents[3]
TRANSLATIONS = ROOT / "server" / "translations"
CATALOGUE = TRANSLATIONS / "hu" / "LC_MESSAGES" / "messages.po"


@cache
def hungarian() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="hu")


@cache
def sentences() -> frozenset[str]:
    """Every sentence that templates and code want translated."""
    with (TRANSLATIONS / "babel.cfg").open() as file:
        methods, _ = parse_mapping_cfg(file, "babel.cfg")
    rooms = {pattern.partition("/")[0] for pattern, _ in methods}
    found = extract_from_dir(
        ROOT, methods, directory_filter=lambda path: Path(path).relative_to(ROOT).parts[0] in rooms
    )
    return frozenset(_key(message, context) for _, _, message, _, context in found)


def _key(identity: str | tuple[str, ...] | list[str], context: str | bytes | None = None) -> str:
    english = identity if isinstance(identity, str) else identity[0]
    if isinstance(context, bytes):  # as babel leaves those of a compiled catalogue
        context = context.decode()
    return f"{context}: {english}" if context else english


def translated(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_no_sentence_lacks_its_hungarian():
    known = {
        _key(message.id, message.context)
        for message in hungarian()
        if message.id and all(translated(message))
    }
    assert sentences() - known == set()


def test_no_translation_is_of_a_sentence_gone():
    assert {_key(message.id, message.context) for message in hungarian() if message.id} - sentences() == set()


def test_no_translation_is_a_guess():
    assert [message.id for message in hungarian() if message.fuzzy and message.id] == []


def test_translations_keep_the_placeholders():
    def names(text: str) -> set[str]:
        return set(re.findall(r"%\(\w+\)s|\{\w+\}", text))

    wrong = [
        message.id
        for message in hungarian()
        if message.id and any(names(text) != names(_key(message.id)) for text in translated(message))
    ]
    assert wrong == []


def test_compiled_catalogue_is_the_written_one():
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)

    def pairs(catalogue: Catalog) -> dict[str, list[str]]:
        return {_key(message.id, message.context): translated(message) for message in catalogue if message.id}

    assert pairs(compiled) == pairs(hungarian())


@pytest.mark.parametrize("word", ["Ön ", "Önnek", "kérjük", "adja be", "töltse"])
def test_students_are_addressed_as_friends(word: str):
    assert [message.id for message in hungarian() if any(word in text for text in translated(message))] == []


def test_a_constant_in_a_template_is_said_in_the_language_of_each_reader(app: Flask):
    """A filter of a constant is not computed once for all, when its template is compiled."""
    template = app.jinja_env.from_string("{{ 'ece'|metric_name }} {{ 1.5|points(2) }} {{ 2048|size }}")
    said = []
    for language in ("en", "hu"):
        with app.test_request_context(headers={"Accept-Language": language}):
            said.append(template.render())
    assert said[0].endswith("1.5 2 KiB")
    assert said[1].endswith("1,5 2 KiB")
    assert said[0].split(" 1")[0] != said[1].split(" 1")[0]
