"""What `predict` may return: whatever means one array is it, and of all else is said what it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from grader.inside.error_report import UnusableError
from grader.inside.returned_values import as_array

ROWS = 4
MEANINGS: dict[str, Callable[[np.ndarray], Any]] = {
    "array": lambda a: a,
    "array of halves": lambda a: a.astype("f2"),
    "tensor": torch.tensor,
    "tensor with a gradient": lambda a: torch.tensor(a).requires_grad_() * 1,
    "half tensor": lambda a: torch.tensor(a).half(),
    "bfloat16": lambda a: torch.tensor(a).bfloat16(),
    "sparse": lambda a: torch.tensor(a).to_sparse(),
    "list": lambda a: a.tolist(),
    "tuple": lambda a: tuple(a.tolist()),
    "list of rows": lambda a: [torch.tensor(row) for row in a],
    "list of arrays": list,
    "tuple of one": lambda a: (torch.tensor(a),),
    "table": pd.DataFrame,
}


@pytest.mark.parametrize("meaning", MEANINGS)
@given(scores=arrays(np.float64, (ROWS, 3), elements=st.integers(-8, 8)))
def test_whatever_means_the_same_array_is_it(meaning: str, scores: np.ndarray):
    assert np.array_equal(as_array(MEANINGS[meaning](scores), ROWS), scores)


@pytest.mark.parametrize(
    "meaning", ["array", "tensor", "list", "list of rows", "list of arrays", "tuple of one"]
)
@given(labels=arrays(np.int64, (ROWS,), elements=st.integers(0, 9)))
def test_labels_may_come_in_every_way_too(meaning: str, labels: np.ndarray):
    assert np.array_equal(as_array(MEANINGS[meaning](labels), ROWS), labels)


def test_one_row_may_be_a_tuple_of_its_label():
    assert as_array((3,), 1).tolist() == [3]
    assert as_array((torch.zeros(1, 3),), 1).shape == (1, 3)


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (None, "returned_nothing", "None"),
        ({"logits": torch.zeros(4)}, "returned_table", "logits"),
        ((x for x in range(4)), "returned_generator", "generator"),
        (map(int, "0123"), "returned_generator", "map"),
        ([torch.zeros(3, 2), torch.zeros(1, 2)], "returned_batches", "lengths 3, 1"),
        ([torch.zeros(2, 2), torch.zeros(2, 2)], "returned_batches", "lengths 2, 2"),
        ((torch.zeros(4, 2), torch.zeros(4, 8)), "returned_several", "lengths 4, 4"),
        ([[1, 2], [3], [1, 2], [1, 2]], "returned_ragged", "list"),
        (["rocket"] * 4, "returned_text", "text"),
        (np.array(["rocket"] * 4, dtype=object), "returned_text", "text"),
        (torch.zeros(4, dtype=torch.complex64), "not_numbers", "complex"),
        ({0, 1}, "not_numbers", "order"),
        (torch.nn.Linear(1, 1), "not_numbers", "not called"),
        (object(), "not_numbers", "object"),
    ],
)
def test_what_means_no_array_is_told(answer: object, code: str, said: str):
    with pytest.raises(UnusableError) as caught:
        as_array(answer, ROWS)
    assert caught.value.code == code
    assert said in caught.value.detail


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=5) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(ANYTHING)
def test_nothing_that_can_be_returned_raises_anything_else(answer: object):
    with suppress(UnusableError):
        assert as_array(answer, ROWS).dtype.kind in "biuf"
