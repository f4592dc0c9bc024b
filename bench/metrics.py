"""Accuracy, macro F1, confusion matrix and log-loss of ten million predictions, against scikit-learn.

Both are handed the same arrays, as they come out of the sandbox: int64 labels and float64 probabilities.
scikit-learn is called as its documentation shows, one function for each number. torchmetrics is not compared,
for it is not installed and not what is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from sklearn import metrics as scikit

from bench.measure import Comparison, compare
from grader import metrics

ROWS, CLASSES = 10_000_000, 10
PROMISED = 0.1  # of the time
EQUAL_TO = 1e-12


@dataclass(slots=True)
class Numbers:
    """What each side found, of the last run."""

    ratios: np.ndarray = field(default_factory=lambda: np.zeros(3))  # accuracy, macro F1, log-loss
    matrix: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))


def four_numbers(runs: int) -> Comparison:
    """Raises ArithmeticError when the two do not agree."""
    truth, predicted, probabilities = _predictions()
    ours, theirs = Numbers(), Numbers()

    def by_us(_number: int) -> None:
        ours.matrix = metrics.confusion_matrix(truth, predicted, CLASSES)
        macro_f1 = metrics.macro(metrics.f1, metrics.counts(ours.matrix))
        loss = metrics.log_loss(truth, probabilities)
        ours.ratios = np.array([metrics.accuracy(ours.matrix), macro_f1, loss])

    def by_them(_number: int) -> None:
        accuracy = scikit.accuracy_score(truth, predicted)
        macro_f1 = scikit.f1_score(truth, predicted, average="macro")
        theirs.matrix = scikit.confusion_matrix(truth, predicted)
        theirs.ratios = np.array([accuracy, macro_f1, scikit.log_loss(truth, probabilities)])

    what = f"four metrics of {ROWS:,} predictions, against scikit-learn"
    comparison = compare(what, by_us, by_them, runs=runs, promised=PROMISED)
    gap = np.abs(ours.ratios - theirs.ratios).max()
    if gap > EQUAL_TO or not np.array_equal(ours.matrix, theirs.matrix):
        raise ArithmeticError(f"not equal to scikit-learn: {ours.ratios} and {theirs.ratios}")
    return comparison


def _predictions() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels (N,), and what a model of about 60 % accuracy says: labels (N,) and probabilities (N, C)."""
    generator = np.random.default_rng(0)
    truth = generator.integers(0, CLASSES, ROWS)
    probabilities = generator.exponential(size=(ROWS, CLASSES))
    probabilities[np.arange(ROWS), truth] *= 6
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    return truth, probabilities.argmax(axis=1), probabilities
