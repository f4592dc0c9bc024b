"""What follows from counting alone: which class was taken for which.

`truth` and `predicted` are labels (N,) from 0 to C - 1, of any integer type. Every measure takes one
confusion matrix (C, C) or many (..., C, C), and answers with one number or (...) of them: a bootstrap asks
for a thousand at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from grader.metrics.arrays import IN_CACHE, Floats, Labels, Matrices, blocks, ratio


@dataclass(frozen=True, slots=True)
class ClassCounts:
    """One against all others, for every class at once: arrays (..., C)."""

    tp: Labels
    fn: Labels
    fp: Labels
    tn: Labels


def confusion_matrix(truth: Labels, predicted: Labels, classes: int) -> Matrices:
    """(C, C) counts: rows are true classes, columns predicted ones."""
    matrix = np.zeros(classes**2, dtype=np.int64)
    # In blocks the positions stay in the cache; of many classes every block costs a wide table of counts.
    for part in blocks(len(truth), max(IN_CACHE, classes**2)):
        cells = truth[part] * np.int64(classes)
        cells += predicted[part]
        matrix += np.bincount(cells, minlength=classes**2)
    return matrix.reshape(classes, classes)


def counts(matrix: Matrices) -> ClassCounts:
    """True and false positives and negatives of each class of a confusion matrix."""
    tp = matrix.diagonal(axis1=-2, axis2=-1).copy()
    fn = matrix.sum(axis=-1) - tp
    fp = matrix.sum(axis=-2) - tp
    return ClassCounts(tp, fn, fp, matrix.sum(axis=(-2, -1))[..., None] - tp - fn - fp)


def precision(of: ClassCounts) -> Floats:
    """TP / (TP + FP): of those called by this name, how many were it."""
    return ratio(of.tp, of.tp + of.fp)


def recall(of: ClassCounts) -> Floats:
    """TP / (TP + FN): of those that were it, how many were found."""
    return ratio(of.tp, of.tp + of.fn)


def specificity(of: ClassCounts) -> Floats:
    """TN / (TN + FP): of those that were not it, how many were called something else (Yerushalmy, 1947)."""
    return ratio(of.tn, of.tn + of.fp)


def f1(of: ClassCounts) -> Floats:
    """2 TP / (2 TP + FP + FN): the harmonic mean of precision and recall (van Rijsbergen, 1979)."""
    return ratio(2 * of.tp, 2 * of.tp + of.fp + of.fn)


def accuracy(matrix: Matrices) -> Floats:
    """The share on the diagonal."""
    return ratio(matrix.trace(axis1=-2, axis2=-1), matrix.sum(axis=(-2, -1)))


def balanced_accuracy(matrix: Matrices) -> Floats:
    """The mean recall of the classes that occur (Brodersen et al., 2010)."""
    present = matrix.sum(axis=-1) > 0
    return ratio((recall(counts(matrix)) * present).sum(axis=-1), present.sum(axis=-1))


def macro(measure: Callable[[ClassCounts], Floats], of: ClassCounts) -> Floats:
    """The mean of a measure over the classes that occur, as truth or as prediction: each counts the same."""
    seen = of.tp + of.fn + of.fp > 0
    return ratio((measure(of) * seen).sum(axis=-1), seen.sum(axis=-1))


def weighted_f1(matrix: Matrices) -> Floats:
    """The mean F1 of the classes, weighted by how often each occurs."""
    return ratio((f1(counts(matrix)) * matrix.sum(axis=-1)).sum(axis=-1), matrix.sum(axis=(-2, -1)))


def mcc(matrix: Matrices) -> Floats:
    """The correlation of truth and prediction, in [-1, 1] (Matthews, 1975; many classes: Gorodkin, 2004)."""
    true, called = (matrix.sum(axis=axis).astype(np.float64) for axis in (-1, -2))
    total = true.sum(axis=-1)
    together = matrix.trace(axis1=-2, axis2=-1) * total - (true * called).sum(axis=-1)
    spread, spread_called = (total**2 - (side**2).sum(axis=-1) for side in (true, called))
    return ratio(together, np.sqrt(spread) * np.sqrt(spread_called))
