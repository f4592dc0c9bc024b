from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as oracle

from grader import metrics, scoring

LECTURE = np.array([[15, 3, 8], [4, 23, 1], [9, 2, 19]])
"""The lecture's example: rows are what it was (rocket, car, airplane), columns what it was taken for."""


@st.composite
def labels(draw: st.DrawFn) -> tuple[int, np.ndarray, np.ndarray, np.ndarray]:
    """Classes, truth with every class in it, predictions, and scores that have ties."""
    classes = draw(st.integers(3, 6))
    extra = draw(st.integers(0, 60))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    truth = np.concatenate([np.arange(classes), generator.integers(0, classes, extra)])
    predicted = generator.integers(0, classes, len(truth))
    scores = generator.integers(0, draw(st.integers(2, 50)), (len(truth), classes)) / 7.0
    return classes, truth, predicted, scores


def test_rocket_of_the_lecture():
    rocket = scoring.class_scores(LECTURE, ("rocket", "car", "airplane"))[0]
    assert (rocket.tp, rocket.fn, rocket.fp, rocket.tn) == (15, 11, 13, 45)
    assert rocket.precision == pytest.approx(15 / 28)
    assert rocket.recall == pytest.approx(15 / 26)


@pytest.mark.parametrize(
    ("scores", "loss"),
    [
        ([[0.1, 0.1, 0.8], [0.3, 0.4, 0.3], [0.3, 0.3, 0.4]], 1.378),
        ([[0.3, 0.4, 0.3], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]], 0.550),
    ],
)
def test_models_of_equal_accuracy_differ_in_log_loss(scores: list[list[float]], loss: float):
    """The lecture's pair: both are right twice in three times, and one is far more wrong the third time."""
    truth, table = np.arange(3), np.array(scores)
    matrix = metrics.confusion_matrix(truth, table.argmax(axis=1), 3)
    assert metrics.accuracy(matrix) == pytest.approx(2 / 3)
    assert metrics.log_loss(truth, metrics.as_probabilities(table)) == pytest.approx(loss, abs=5e-4)


@given(labels())
def test_label_metrics_agree_with_scikit_learn(case: tuple[int, np.ndarray, np.ndarray, np.ndarray]):
    classes, truth, predicted, _ = case
    matrix = metrics.confusion_matrix(truth, predicted, classes)
    of = metrics.counts(matrix)
    precision, recall, f1, support = oracle.precision_recall_fscore_support(truth, predicted, zero_division=0)
    np.testing.assert_array_equal(matrix, oracle.confusion_matrix(truth, predicted))
    np.testing.assert_allclose(metrics.precision(of), precision)
    np.testing.assert_allclose(metrics.recall(of), recall)
    np.testing.assert_allclose(metrics.f1(of), f1)
    np.testing.assert_array_equal(of.tp + of.fn, support)
    assert metrics.accuracy(matrix) == pytest.approx(oracle.accuracy_score(truth, predicted))
    assert metrics.balanced_accuracy(matrix) == pytest.approx(
        oracle.balanced_accuracy_score(truth, predicted)
    )
    assert metrics.macro(metrics.f1, matrix) == pytest.approx(f1.mean())
    assert metrics.weighted_f1(matrix) == pytest.approx(oracle.f1_score(truth, predicted, average="weighted"))


@given(labels())
def test_score_metrics_agree_with_scikit_learn(case: tuple[int, np.ndarray, np.ndarray, np.ndarray]):
    classes, truth, _, scores = case
    probabilities = metrics.as_probabilities(scores)
    names = range(classes)
    assert metrics.log_loss(truth, probabilities) == pytest.approx(
        oracle.log_loss(truth, probabilities, labels=names)
    )
    assert metrics.roc_auc(truth, probabilities) == pytest.approx(
        oracle.roc_auc_score(truth, probabilities, multi_class="ovr")
    )
    one_hot = np.eye(classes)[truth]
    assert metrics.mean_average_precision(truth, probabilities) == pytest.approx(
        oracle.average_precision_score(one_hot, probabilities, average="macro")
    )


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_recall_at_k_agrees_with_scikit_learn(seed: int, k: int):
    generator = np.random.default_rng(seed)
    truth = np.concatenate([np.arange(5), generator.integers(0, 5, 40)])
    scores = generator.permuted(np.tile(np.arange(5.0), (45, 1)), axis=1)
    expected = oracle.top_k_accuracy_score(truth, scores, k=k)
    assert metrics.recall_at(k, truth, scores) == pytest.approx(expected)


@given(labels())
def test_order_of_examples_never_matters(case: tuple[int, np.ndarray, np.ndarray, np.ndarray]):
    classes, truth, predicted, scores = case
    order = np.random.default_rng(0).permutation(len(truth))
    one = metrics.confusion_matrix(truth, predicted, classes)
    np.testing.assert_array_equal(one, metrics.confusion_matrix(truth[order], predicted[order], classes))
    assert metrics.roc_auc(truth, scores) == pytest.approx(metrics.roc_auc(truth[order], scores[order]))


@given(st.integers(0, 2**32 - 1), st.floats(-1e3, 1e3))
def test_softmax_ignores_a_common_shift(seed: int, shift: float):
    scores = np.random.default_rng(seed).normal(size=(8, 4)) * 10 - 50
    shifted = metrics.as_probabilities(scores + shift - abs(shift))
    np.testing.assert_allclose(metrics.as_probabilities(scores), shifted, atol=1e-9)


def test_class_that_never_occurs_divides_by_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        matrix = metrics.confusion_matrix(np.array([0, 0]), np.array([0, 1]), 3)
        of = metrics.counts(matrix)
        assert metrics.precision(of).tolist() == [1.0, 0.0, 0.0]
        assert metrics.recall(of).tolist() == [0.5, 0.0, 0.0]
        assert metrics.roc_auc(np.array([0, 0]), np.ones((2, 3))) == 0.0


def test_certain_and_wrong_is_a_finite_loss():
    assert np.isfinite(metrics.log_loss(np.array([0]), np.array([[0.0, 1.0]])))


def test_bootstrap_interval_holds_the_mean():
    hits = np.array([1.0] * 80 + [0.0] * 20)
    low, high = metrics.bootstrap_interval(hits, seed=1)
    assert 0.70 < low < 0.8 < high < 0.90
    assert metrics.bootstrap_interval(hits, seed=1) == (low, high)
