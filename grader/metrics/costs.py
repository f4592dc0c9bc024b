"""What mistakes cost: `costs` is (C, C), rows true class, columns predicted class, 0 on the diagonal."""

from __future__ import annotations

import numpy as np

from grader.metrics.arrays import Floats, Labels, Matrices, ratio


def mean_cost(matrix: Matrices, costs: Floats) -> Floats:
    """The mean cost of a prediction, from one confusion matrix or many."""
    return ratio((matrix * costs).sum(axis=(-2, -1)), matrix.sum(axis=(-2, -1)))


def best_decisions(probabilities: Floats, costs: Floats) -> Labels:
    """For each example (N,) the class of least expected cost under its probabilities (Elkan, 2001)."""
    return np.asarray((probabilities @ costs).argmin(axis=1), dtype=np.int64)
