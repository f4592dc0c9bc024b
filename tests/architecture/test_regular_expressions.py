"""No regular expression of ours can be made to search for longer than its text is long."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.regular_expressions import Expression, expressions, trouble

ROOT = Path(__file__).parent.parent.parent
FOLDERS = [ROOT / name for name in ("server", "assignments", "grader", "cli")]
BOUNDED = {
    "assignments/files/notebook_cells.py:CONDITION": "behind the colon it always reaches the end of the text",
    "server/http/script_modules.py:IMPORT": "of the scripts that we serve: nobody else writes them",
    "server/quizzes/formats/gift_tags.py:_ID": "200 characters behind each opening, of staff's files",
    "server/quizzes/formats/gift_tags.py:_TAG": "200 characters behind each opening, of staff's files",
    "server/texts/formulas.py:_FORMULA": "1000 characters behind each opening, of staff's files",
}
"""Expressions that search again and again, but not for long, and why."""


@pytest.fixture(scope="module")
def found() -> list[Expression]:
    """All of the source: to read them takes seconds, which collecting the tests must not."""
    return expressions(FOLDERS, ROOT)


def test_the_expressions_of_the_source_are_found(found: list[Expression]):
    assert len(found) > 80
    assert {one.where for one in found} >= BOUNDED.keys() | {"assignments/spec.py:NEPTUN"}


def test_no_text_makes_an_expression_search_for_long(found: list[Expression]):
    kinds = {one: trouble(one) for one in found}
    assert [
        (one.where, one.pattern)
        for one, kind in kinds.items()
        if kind and not (kind == "polynomial" and one.where in BOUNDED)
    ] == []


@pytest.mark.parametrize(
    ("pattern", "verb", "kind"),
    [
        (r"(a+)+b", "match", "exponential"),
        (r"(ab|[ac]b)*d", "match", "exponential"),
        (r"(a*b?)*c", "match", "exponential"),
        (r"\s*[,;]\s*|\s+", "split", "polynomial"),
        (r"\s*[(]*\s*x", "fullmatch", "polynomial"),
        (r"<[^>]*>", "sub", "polynomial"),
        (r"\d+\d+", "fullmatch", "polynomial"),
        (r"a+$", "search", "polynomial"),
        (r"a+$", "match", ""),
        (r"a+", "search", ""),
        (r"<[^<>]*>", "sub", ""),
        (r"[a-z]+(-[a-z]+)*", "fullmatch", ""),
        (r"(?:ab|ac)*d", "match", ""),
        (r"a{1,3}a{1,3}b", "fullmatch", ""),
    ],
)
def test_troublesome_expressions_are_told_from_sound_ones(pattern: str, verb: str, kind: str):
    assert trouble(Expression("here", pattern, 0, frozenset({verb}))) == kind


def test_a_troublesome_expression_does_search_for_long():
    """What the check is for, with a small text."""
    assert re.fullmatch(r"(a+)+b", "a" * 15) is None
