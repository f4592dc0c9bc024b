"""Wrong use is answered in the reader's language, with what was probably meant."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Terminal
from tests.cli.contract_server import ContractServer

ENGLISH = ("Missing", "No such", "Usage", "Error", "Invalid", "Got unexpected", "Try ")


@pytest.mark.parametrize(
    ("words", "english", "hungarian"),
    [
        (["submit"], "'SLUG' is missing", "Hiányzik: 'SLUG'"),
        (["submit", "a"], "is missing", "Hiányzik"),
        (["submi"], "Did you mean submit?", "Erre gondoltál: submit?"),
        (["qqqq"], "There is no command qqqq", "Nincs ilyen parancs: qqqq"),
        (["status", "--jsn"], "Did you mean --json?", "Erre gondoltál: --json?"),
        (["--qqqq", "status"], "There is no option --qqqq", "Nincs ilyen kapcsoló: --qqqq"),
        (["check", "a", "b", "--seed", "x"], "a whole number of at least 0", "legalább 0"),
        (["status", "--lang", "de"], "must be one of these: en, hu", "ezek egyike legyen: en, hu"),
        (["login", "--url"], "needs a value", "értéket vár"),
        (["status", "a", "b"], "There is a word too many", "Eggyel több szó van"),
    ],
)
def test_wrong_use_is_told_in_the_language_of_the_reader(
    student: Terminal, words: list[str], english: str, hungarian: str
):
    for language, said in (("en", english), ("hu", hungarian)):
        student.variables = dict(student.variables) | {"LANG": f"{language}.UTF-8"}
        result = student.types(*words)
        assert result.exit_code == 2
        told = " ".join(result.stderr.split())
        assert said in told
        if language == "hu":
            assert not any(word in told for word in ENGLISH)


def test_how_a_command_is_used_is_shown_and_json_has_it_too(student: Terminal):
    assert "Usage: hazi submit [OPTIONS] SLUG FILES..." in student.types("submit").stderr
    result = student.types("submit", "--json", "a")
    assert json.loads(result.stdout)["slug"] == "wrong-use"


def test_no_command_shows_the_help(student: Terminal):
    result = student.types()
    assert "whoami" in result.output


def test_a_misspelt_assignment_is_told_with_the_right_one(student: Terminal, server: ContractServer):
    server.unknown = "unknown-assignment"
    for words in (["assignments", "lenet-digit"], ["submit", "Lenet_digits", __file__]):
        result = student.types(*words)
        assert result.exit_code == 3
        assert "Did you mean lenet-digits?" in result.stderr
    assert "Did you mean" not in student.types("assignments", "qqqq").stderr


def test_a_refusal_names_a_line_only_where_there_is_one(student: Terminal, server: ContractServer):
    server.refusal = {"file": "x.rar"}
    told = student.types("assignments", "qqqq").stderr
    assert "File x.rar." in told
    assert "?" not in told.partition("help")[0]
    server.refusal = {"file": "a.py", "line": 3}
    assert "File a.py, line 3." in student.types("assignments", "qqqq").stderr
