"""How good predictions are: numbers of true and predicted labels, and of scores where there are any.

`truth` and `predicted` are labels (N,) from 0 to C - 1; `probabilities` is (N, C) with rows that sum to 1.
Where a formula divides by nothing (a class nobody predicted), the value is 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SMALLEST = np.finfo(np.float64).tiny
RECALLS_AT = (2, 3, 5)


@dataclass(frozen=True, slots=True)
class ClassCounts:
    """One against all others, for every class at once: arrays (C,)."""

    tp: Labels
    fn: Labels
    fp: Labels
    tn: Labels


def confusion_matrix(truth: Labels, predicted: Labels, classes: int) -> Labels:
    """(C, C) counts: rows are true classes, columns predicted ones."""
    return np.bincount(truth * classes + predicted, minlength=classes**2).reshape(classes, classes)


def counts(matrix: Labels) -> ClassCounts:
    """True and false positives and negatives of each class of a confusion matrix."""
    tp = matrix.diagonal().copy()
    fn = matrix.sum(axis=1) - tp
    fp = matrix.sum(axis=0) - tp
    return ClassCounts(tp, fn, fp, matrix.sum() - tp - fn - fp)


def precision(of: ClassCounts) -> Floats:
    """TP / (TP + FP): of those called by this name, how many were it."""
    return _ratio(of.tp, of.tp + of.fp)


def recall(of: ClassCounts) -> Floats:
    """TP / (TP + FN): of those that were it, how many were found."""
    return _ratio(of.tp, of.tp + of.fn)


def f1(of: ClassCounts) -> Floats:
    """2 TP / (2 TP + FP + FN): the harmonic mean of precision and recall (van Rijsbergen, 1979)."""
    return _ratio(2 * of.tp, 2 * of.tp + of.fp + of.fn)


def accuracy(matrix: Labels) -> float:
    """The share on the diagonal."""
    return float(_ratio(matrix.trace(), matrix.sum()))


def balanced_accuracy(matrix: Labels) -> float:
    """The mean recall of the classes that occur (Brodersen et al., 2010)."""
    present = matrix.sum(axis=1) > 0
    return float(recall(counts(matrix))[present].mean()) if present.any() else 0.0


def macro(measure: Callable[[ClassCounts], Floats], matrix: Labels) -> float:
    """The mean of a measure over the classes that occur, as truth or as prediction: each counts the same."""
    seen = (matrix.sum(axis=1) + matrix.sum(axis=0)) > 0
    return float(measure(counts(matrix))[seen].mean()) if seen.any() else 0.0


def weighted_f1(matrix: Labels) -> float:
    """The mean F1 of the classes, weighted by how often each occurs."""
    return float(_ratio((f1(counts(matrix)) * matrix.sum(axis=1)).sum(), matrix.sum()))


def as_probabilities(scores: Floats) -> Floats:
    """Rows that are distributions already stay; anything else is taken for logits: softmax, Bridle (1990)."""
    if (scores >= 0).all() and np.allclose(scores.sum(axis=1), 1.0, atol=1e-3):
        powers = scores
    else:
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)


def log_loss(truth: Labels, probabilities: Floats) -> float:
    """Mean cross-entropy -ln p(true class) in nats, p clipped to the smallest normal number (Good, 1952)."""
    chosen = probabilities[np.arange(len(truth)), truth]
    return float(-np.log(np.maximum(chosen, SMALLEST)).mean())


def recall_at(k: int, truth: Labels, scores: Floats) -> float:
    """The share of examples whose true class is among the k best scored; ties go to the lower class."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return float((best == truth[:, None]).any(axis=1).mean())


def roc_auc(truth: Labels, scores: Floats) -> float:
    """Mean one-vs-rest area under the ROC curve: the chance that a random member of the class outscores a
    random other one, ties half (Mann-Whitney U; Hanley and McNeil, 1982). Classes without both are left out.
    """
    areas = []
    for label in range(scores.shape[1]):
        positive = truth == label
        n_positive = int(positive.sum())
        pairs = n_positive * (len(truth) - n_positive)
        if pairs:
            ranks = _average_ranks(scores[:, label])
            areas.append((ranks[positive].sum() - n_positive * (n_positive + 1) / 2) / pairs)
    return float(np.mean(areas)) if areas else 0.0


def mean_average_precision(truth: Labels, scores: Floats) -> float:
    """Mean over the classes of AP = sum of (R_n - R_n-1) P_n over the distinct thresholds (Salton, 1983)."""
    values = [
        _average_precision(truth == label, scores[:, label])
        for label in range(scores.shape[1])
        if (truth == label).any()
    ]
    return float(np.mean(values)) if values else 0.0


def bootstrap_interval(hits: Floats, *, seed: int, rounds: int = 1000) -> tuple[float, float]:
    """The middle 95 % of the means of resampled `hits` (percentile bootstrap; Efron, 1979)."""
    generator = np.random.default_rng(seed)
    values, number = np.unique(hits, return_counts=True)
    # A resample with replacement is a multinomial draw over the distinct values: no (rounds, N) table.
    draws = generator.multinomial(len(hits), number / len(hits), size=rounds)
    low, high = np.quantile(draws @ values / len(hits), (0.025, 0.975))
    return float(low), float(high)


def _average_precision(positive: npt.NDArray[np.bool_], scores: Floats) -> float:
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(positive[order])
    last_of_tie = np.append(np.diff(scores[order]) != 0, True)
    precisions = (found / np.arange(1, len(scores) + 1))[last_of_tie]
    steps = np.diff(found[last_of_tie] / found[-1], prepend=0.0)
    return float((steps * precisions).sum())


def _average_ranks(values: Floats) -> Floats:
    """Ranks from 1, equal values share the mean of theirs."""
    _, inverse, number = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(number)
    return np.asarray((last - (number - 1) / 2)[inverse], dtype=np.float64)


def _ratio(part: npt.ArrayLike, whole: npt.ArrayLike) -> Floats:
    part, whole = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    return np.asarray(np.divide(part, whole, out=np.zeros_like(part), where=whole != 0))
