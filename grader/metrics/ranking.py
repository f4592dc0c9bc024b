"""How well scores put the examples of a class before all others, whatever threshold is set.

Everything follows from how many positives (tp) and negatives (fp) lie above each threshold, from the highest
threshold to the lowest: arrays (..., T), of one share or of many resampled ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.metrics.arrays import Floats, ratio

Flags = npt.NDArray[np.bool_]
Area = Callable[[Floats, Floats], Floats]

GROUPS = 400
"""Resampled areas are computed from so many thresholds, however many different scores there are."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One class against all others, the best scored first."""

    label: int
    order: npt.NDArray[np.int64]  # (N,) positions of the examples
    positive: Flags  # (N,) in that order
    ends: npt.NDArray[np.int64]  # (T,) the last place of each group of equal scores
    tp: Floats  # (T,)
    fp: Floats  # (T,)


def one_against_rest(wanted: Flags, scores: Floats) -> tuple[Ranked, ...]:
    """Each class of a table (N, C) of truth and of scores that has both positives and negatives."""
    found = wanted.sum(axis=0)
    both = np.flatnonzero((found > 0) & (found < len(wanted)))
    columns, flags = np.ascontiguousarray(scores.T), np.ascontiguousarray(wanted.T)
    return tuple(_ranked(int(label), flags[label], columns[label]) for label in both)


def _ranked(label: int, positive: Flags, scores: Floats) -> Ranked:
    order = np.argsort(-scores, kind="stable")
    sorted_scores = scores[order]
    ends = np.flatnonzero(np.append(sorted_scores[1:] != sorted_scores[:-1], True))
    tp = np.cumsum(positive[order])[ends].astype(np.float64)
    return Ranked(label, order, positive[order], ends, tp, ends + 1 - tp)


def area_under_roc(tp: Floats, fp: Floats) -> Floats:
    """The chance that a random positive outscores a random negative, ties half.

    Mann-Whitney U as the area below the ROC curve (Hanley and McNeil, 1982).
    """
    heights = tp - np.diff(tp, prepend=0.0) / 2
    return ratio((np.diff(fp, prepend=0.0) * heights).sum(axis=-1), tp[..., -1] * fp[..., -1])


def average_precision(tp: Floats, fp: Floats) -> Floats:
    """AP = sum of (R_n - R_n-1) P_n over the distinct thresholds (Salton, 1983)."""
    return ratio((np.diff(tp, prepend=0.0) * ratio(tp, tp + fp)).sum(axis=-1), tp[..., -1])


def mean_area(area: Area, classes: Sequence[Ranked]) -> float:
    """The mean over the classes; 0 where there is none that has positives and negatives.

    Of `area_under_roc` it is the macro-averaged ROC-AUC, of `average_precision` the mAP.
    """
    return float(np.mean([area(of.tp, of.fp) for of in classes])) if classes else 0.0


def resampled_mean_area(area: Area, classes: Sequence[Ranked]) -> Callable[[npt.NDArray[np.int64]], Floats]:
    """A function that takes drawn examples (rounds, N) and answers with the mean area of each round."""
    cells = [_cells(of) for of in classes]

    def mean_of(drawn: npt.NDArray[np.int64]) -> Floats:
        starts = np.arange(len(drawn))[:, None] * 2 * GROUPS
        sums, defined = np.zeros(len(drawn)), np.zeros(len(drawn))
        for of_class in cells:
            places = (of_class[drawn] + starts).reshape(-1)
            table = np.bincount(places, minlength=len(drawn) * 2 * GROUPS).reshape(len(drawn), GROUPS, 2)
            above = table.cumsum(axis=1).astype(np.float64)
            tp, fp = above[..., 1], above[..., 0]
            sums += area(tp, fp)
            defined += (tp[:, -1] > 0) & (fp[:, -1] > 0)
        return ratio(sums, defined)

    return mean_of


def _cells(of: Ranked) -> npt.NDArray[np.int64]:
    """For each example (N,) its threshold among GROUPS, doubled, and one more for a positive.

    Neighbouring thresholds are put together, where neither curve changes much between them: where positives
    are rare and come first, as in a good model, each keeps a threshold of its own. Precision is lost when
    negatives are as many as positives, which may be soon, so they count once more in that measure.
    """
    positives, negatives = of.tp[-1], of.fp[-1]
    soon = of.fp / (of.fp + positives) * (negatives + positives) / negatives
    along = (of.tp / positives + of.fp / negatives + soon) / 3
    group = np.clip(np.ceil(along * GROUPS).astype(np.int64) - 1, 0, GROUPS - 1)
    cells = np.empty(len(of.order), dtype=np.int64)
    cells[of.order] = 2 * np.repeat(group, np.diff(of.ends, prepend=-1)) + of.positive
    return cells
