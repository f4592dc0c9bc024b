"""Predictions of several labels at once: `truth` and `predicted` are (N, C) of 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.metrics.arrays import Floats, Labels, ratio
from grader.metrics.confusion import ClassCounts


@dataclass(frozen=True, slots=True)
class LabelSums:
    """What the measures of multi-label predictions follow from, for one weighting or many (...)."""

    counts: ClassCounts  # (..., C)
    exact: Floats  # (...) share of examples with every label right
    right: Floats  # (...) share of single labels that are right: 1 - Hamming loss


def label_table(truth: Labels, predicted: Labels) -> Floats:
    """What each example adds to the sums: (N, 3 C + 2)."""
    yes, called = truth != 0, predicted != 0
    agree = yes == called
    columns = (yes & called, yes & ~called, ~yes & called, agree.all(axis=1, keepdims=True))
    return np.hstack([*columns, agree.mean(axis=1, keepdims=True)], dtype=np.float64)


def label_sums(table: Floats, weights: Floats) -> LabelSums:
    """Add up a table with weights (..., N): how often each example is there."""
    total, sums = weights.sum(axis=-1), weights @ table
    tp, fn, fp = (np.rint(part).astype(np.int64) for part in np.split(sums[..., :-2], 3, axis=-1))
    everything = np.rint(total).astype(np.int64)[..., None]
    return LabelSums(
        counts=ClassCounts(tp, fn, fp, everything - tp - fn - fp),
        exact=ratio(sums[..., -2], total),
        right=ratio(sums[..., -1], total),
    )


def micro_f1(of: ClassCounts) -> Floats:
    """F1 over all labels thrown together, so frequent labels weigh more."""
    tp, errors = of.tp.sum(axis=-1), (of.fn + of.fp).sum(axis=-1)
    return ratio(2 * tp, 2 * tp + errors)


def as_label_probabilities(scores: Floats) -> Floats:
    """A table within [0, 1] stays; anything else is logits: sigmoid, as a tanh that cannot overflow."""
    if scores.min(initial=0.0) >= 0 and scores.max(initial=0.0) <= 1:
        return scores
    return np.asarray((1 + np.tanh(scores / 2)) / 2)
