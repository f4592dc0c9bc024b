from __future__ import annotations

import string

import pytest

from grader import notes
from grader.messages import SENTENCES


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_both_languages_have_the_same_blanks(code: str):
    def blanks(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    text = SENTENCES[code]
    assert blanks(text.en) == blanks(text.hu)
    assert text.en.endswith((".", "}", "?"))


def test_every_failure_has_a_sentence():
    assert set(SENTENCES) >= notes.FAILURES - {"memory"}


"""Every sentence of a report exists in both languages and with the same blanks."""

from __future__ import annotations

import re
from string import Formatter

from assignments.spec import METRICS
from grader.messages import METRICS_HU, SENTENCES


def blanks(text: str) -> set[str]:
    """The names in braces, without the language at their end."""
    names = {name for _, name, _, _ in Formatter().parse(text) if name}
    return {re.sub(r"_(en|hu)$", "", name) for name in names}


def test_both_languages_have_the_same_blanks():
    assert [code for code, text in SENTENCES.items() if blanks(text.en) != blanks(text.hu)] == []


def test_every_metric_has_a_hungarian_name():
    assert set(METRICS_HU) == set(METRICS)
