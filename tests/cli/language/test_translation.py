"""Both languages say everything, with the same values in it."""

import string

import pytest

from cli.language.hungarian import HUNGARIAN
from cli.language.translation import Language
from cli.main import hazi
from tests.cli.conftest import Terminal
from tests.cli.sentences import sentences


def values(sentence: str) -> set[str]:
    return {name for _text, name, _format, _conversion in string.Formatter().parse(sentence) if name}


def test_every_sentence_has_a_translation():
    assert sentences() - HUNGARIAN.keys() == set()


def test_no_translation_is_left_over():
    assert HUNGARIAN.keys() - sentences() == {"{title}"}


@pytest.mark.parametrize(("english", "hungarian"), HUNGARIAN.items(), ids=lambda text: text[:30])
def test_translations_hold_the_same_values(english: str, hungarian: str):
    assert values(english) == values(hungarian)


@pytest.mark.parametrize("command", sorted(hazi.commands))
@pytest.mark.parametrize("language", Language)
def test_help_is_spoken(stranger: Terminal, command: str, language: Language):
    result = stranger.types("--lang", str(language), command, "--help")
    assert result.exit_code == 0
    assert ("Nyelv;" in result.stdout) == (language is Language.HU)


def test_exit_codes_are_in_the_help(stranger: Terminal):
    shown = stranger.types("--help").stdout
    assert all(f"\n  {code} " in shown for code in (0, 1, 2, 3, 4, 130))
