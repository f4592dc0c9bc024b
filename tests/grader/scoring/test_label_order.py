"""Orders of held-out examples: those that tell labels are noticed, and a shuffled one never is."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.scoring.label_order import _of_random_order, tells_labels

ORDERS = {
    "sorted": np.arange(200) * 10 // 200,
    "falling": 9 - np.arange(200) * 10 // 200,
    "in blocks": np.array([7, 2, 9, 4])[np.arange(200) // 50],
    "in turns": np.arange(200) % 10,
    "in pairs": np.arange(400) // 2 % 10,
    "two in turns": np.arange(60) % 2,
    "rare ones first": (np.arange(400) < 15).astype(int),
    "values, sorted": np.linspace(0, 1, 50),
    "values, up and down": np.sin(np.arange(300) / 20),
    "second of several": np.stack([np.arange(200) * 7 % 11 % 2, np.arange(200) // 100]).T,
}


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_that_tells_labels_is_noticed(name: str):
    assert tells_labels(ORDERS[name])


@pytest.mark.parametrize("name", ORDERS)
def test_the_same_labels_shuffled_tell_nothing(name: str):
    for seed in range(100):
        assert not tells_labels(np.random.default_rng(seed).permutation(ORDERS[name]))


@given(st.lists(st.integers(0, 3), max_size=12))
def test_few_labels_are_judged_too(labels: list[int]):
    column = np.array(labels, dtype=np.int64)
    is_sorted = len(labels) > 2 and len(set(labels)) > 1 and sorted(labels) in (labels, labels[::-1])
    assert tells_labels(column) >= is_sorted


@given(st.lists(st.integers(0, 2), min_size=5, max_size=6), st.integers(1, 2))
def test_the_mean_and_the_deviation_are_those_over_all_orders(labels: list[int], distance: int):
    counts = [
        sum(order[at] == order[at - distance] for at in range(len(order))) for order in permutations(labels)
    ]
    expected = _of_random_order([labels.count(one) for one in range(3)], len(labels))
    assert expected == pytest.approx((np.mean(counts), np.std(counts)), abs=1e-6)
