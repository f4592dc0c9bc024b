"""Which words are labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.courses.labels import LONGEST, MOST, read_labels
from server.errors import BadInput


def test_labels_are_sorted_and_each_there_once():
    assert read_labels(" lab-B, extra-time\tlab-B,,") == ("extra-time", "lab-B")
    assert read_labels(" ,\n") == ()


def test_labels_may_be_hungarian():
    assert read_labels("külön_óra") == ("külön_óra",)
    assert read_labels("külön_óra") == read_labels("ku\u0308lo\u0308n_o\u0301ra")


@pytest.mark.parametrize("text", ["lab/B", "a.b", "<b>", "=1", "x\u200by", "x" * (LONGEST + 1), "\u0301"])
def test_other_words_are_refused(text: str):
    with pytest.raises(BadInput, match="is no label"):
        read_labels(f"lab-A {text}")


def test_one_person_has_so_many_labels():
    words = [f"n{number}" for number in range(MOST)]
    assert len(read_labels(" ".join(words))) == MOST
    with pytest.raises(BadInput, match="at most 20"):
        read_labels(" ".join([*words, "more"]))


@given(st.text())
def test_what_is_kept_is_read_as_the_same(text: str):
    try:
        labels = read_labels(text)
    except BadInput:
        return
    assert read_labels(" ".join(labels)) == labels
    assert read_labels(",".join(reversed(labels))) == labels
