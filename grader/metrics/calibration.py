"""Whether probabilities mean what they say: of all predictions with confidence 0.8, are 80 % right?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.metrics.arrays import Floats, ratio

BINS = 10


@dataclass(frozen=True, slots=True)
class Bins:
    """Decisions grouped by confidence into intervals of equal width, (k/10, (k+1)/10]: arrays (10,)."""

    size: npt.NDArray[np.int64]
    confidence: Floats  # mean of the bin
    accuracy: Floats


def in_bins(confidence: Floats, right: npt.NDArray[np.bool_]) -> Bins:
    """Group decisions (N,) by how sure they were, in [0, 1]."""
    places = np.clip(np.ceil(confidence * BINS).astype(np.int64) - 1, 0, BINS - 1)
    size = np.bincount(places, minlength=BINS)
    sure = ratio(np.bincount(places, weights=confidence, minlength=BINS), size)
    return Bins(size, sure, ratio(np.bincount(places, weights=right, minlength=BINS), size))


def ece(bins: Bins) -> float:
    """Expected calibration error: mean |accuracy - confidence| over the decisions (Guo et al., 2017)."""
    gaps = np.abs(bins.accuracy - bins.confidence)
    return float(ratio((bins.size * gaps).sum(), bins.size.sum()))


def brier(wanted: npt.NDArray[np.number], probabilities: Floats) -> float:
    """Mean over the rows of half the squared distance to the one-hot truth (N, C), in [0, 1] (Brier, 1950).

    Half, so that for two classes it is the (p - y)^2 that is commonly meant.
    """
    return float(((probabilities - wanted) ** 2).sum(axis=1).mean() / 2)
