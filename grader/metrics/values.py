"""How far predicted values are from true ones: regression, arrays (N,)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.metrics.arrays import Floats, ratio


@dataclass(frozen=True, slots=True)
class ErrorSums:
    """What the measures follow from, for one weighting or many (...): means over the examples."""

    absolute: Floats  # of |error|
    squared: Floats  # of error^2
    spread: Floats  # of (truth - mean of truth)^2


def error_table(truth: Floats, predicted: Floats) -> Floats:
    """What each example adds to the sums: (N, 4)."""
    error = predicted - truth
    around = truth - truth.mean()  # so that the difference of squares below loses no digits
    return np.column_stack([np.abs(error), error**2, around, around**2])


def error_sums(table: Floats, weights: Floats) -> ErrorSums:
    """Add up a table with weights (..., N): how often each example is there."""
    means = ratio(weights @ table, weights.sum(axis=-1)[..., None])
    absolute, squared, mean, square = np.moveaxis(means, -1, 0)
    return ErrorSums(absolute, squared, np.maximum(square - mean**2, 0.0))


def mae(of: ErrorSums) -> Floats:
    """Mean absolute error, in the unit of the values: lower is better."""
    return of.absolute


def rmse(of: ErrorSums) -> Floats:
    """Root of the mean squared error, in the unit of the values: lower is better."""
    return np.sqrt(of.squared)


def r2(of: ErrorSums) -> Floats:
    """1 - squared error / spread of the truth: 1 is perfect, 0 as good as the mean (Wright, 1921).

    Where all true values are the same it is 1 for perfect predictions and 0 for others.
    """
    return np.where(of.spread > 0, 1 - ratio(of.squared, of.spread), np.where(of.squared > 0, 0.0, 1.0))
