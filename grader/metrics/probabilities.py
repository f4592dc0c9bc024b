"""What only scores can tell of single-label predictions: `scores` is (N, C), `truth` labels (N,)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from grader.metrics.arrays import IN_CACHE, Floats, Labels, blocks

SMALLEST = np.finfo(np.float64).tiny
SLACK = 1e-3
"""Rows of probabilities may miss the sum 1 by so much: float16 has three digits."""
ROUNDING = 1e-12
RECALLS_AT = (2, 3, 5)


def as_probabilities(scores: npt.NDArray[np.floating]) -> Floats:
    """Rows that are distributions already stay; anything else is taken for logits: softmax, Bridle (1990).

    Returns `scores` itself where nothing has to change.
    """
    sums = _sums_of_distributions(scores)
    if sums is None:
        table = np.asarray(scores, dtype=np.float64)
        with np.errstate(over="ignore"):  # a gap too wide for a number is a probability of 0
            powers = np.exp(table - table.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))
    if np.abs(sums - 1.0).max(initial=0.0) <= ROUNDING:
        return np.asarray(scores, dtype=np.float64)
    return np.asarray(scores / sums[:, None], dtype=np.float64)


def log_loss(truth: Labels, scores: npt.NDArray[np.floating]) -> float:
    """Mean cross-entropy -ln p(true class) in nats, p clipped to the smallest normal number (Good, 1952).

    Takes what `as_probabilities` takes. Of distributions it reads each number once and copies no table.
    """
    sums = _sums_of_distributions(scores)
    if sums is None:
        scores, sums = as_probabilities(scores), np.ones(len(scores))
    total = 0.0
    for part in blocks(len(scores), _rows_in_cache(scores)):
        rows = scores[part]
        chosen = rows[np.arange(len(rows)), truth[part]] / sums[part]
        total += np.log(np.maximum(chosen, SMALLEST)).sum()
    return float(-total / max(1, len(scores)))


def recall_at(k: int, truth: Labels, scores: Floats) -> float:
    """The share of examples whose true class is among the k best scored; ties go to the lower class."""
    own = scores[np.arange(len(truth)), truth][:, None]
    before = np.arange(scores.shape[1]) < truth[:, None]
    above = (scores > own) | ((scores == own) & before)
    return float((above.sum(axis=1) < k).mean())


def _sums_of_distributions(scores: npt.NDArray[np.floating]) -> Floats | None:
    """The sum (N,) of each row, or None when the first row is found that is no distribution."""
    sums, ones = np.empty(len(scores)), np.ones(scores.shape[1])
    for part in blocks(len(scores), _rows_in_cache(scores)):
        rows = scores[part]
        with np.errstate(over="ignore", invalid="ignore"):
            sums[part] = rows @ ones
        if rows.min() < 0 or not (np.abs(sums[part] - 1.0) <= SLACK).all():
            return None
    return sums


def _rows_in_cache(scores: npt.NDArray[np.floating]) -> int:
    _, width = scores.shape
    return max(1, IN_CACHE // int(width))
