from __future__ import annotations

import string

import pytest

from assignments.scoring import METRICS
from grader.kinds.failures import BY_KIND
from grader.messages import METRICS_HU, SENTENCES


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_both_languages_have_the_same_blanks(code: str):
    def blanks(text: str) -> set[str]:
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        return {name.removesuffix("_en").removesuffix("_hu") for name in names}

    text = SENTENCES[code]
    assert blanks(text.en) == blanks(text.hu)
    assert text.en.endswith((".", "}", "?"))


def test_every_failure_has_a_sentence():
    assert set(SENTENCES) >= {failure.code for known in BY_KIND.values() for failure in known.values()}


def test_every_metric_has_a_hungarian_name():
    assert set(METRICS_HU) == set(METRICS)
