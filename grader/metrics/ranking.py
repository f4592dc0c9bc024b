"""How well scores put the examples of a class before all others, whatever threshold is set.

Everything follows from how many positives (tp) and negatives (fp) lie above each threshold. Examples may
have weights (..., N): a bootstrap gives each example the number of times that it was drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.metrics.arrays import Floats, ratio

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One class against all others, the best scored first."""

    label: int
    order: npt.NDArray[np.int64]  # (N,) positions of the examples
    positive: Flags  # (N,) in that order
    ends: npt.NDArray[np.int64]  # (T,) the last place of each group of equal scores

    def above(self, weights: npt.NDArray[np.number]) -> tuple[Floats, Floats]:
        """Positives and negatives (..., T) that score at least the threshold, for each threshold."""
        drawn = weights[..., self.order]
        tp = np.cumsum(drawn * self.positive, axis=-1, dtype=np.float64)
        both = np.cumsum(drawn, axis=-1, dtype=np.float64)
        return tp[..., self.ends], (both - tp)[..., self.ends]


def ranked(label: int, positive: Flags, scores: Floats) -> Ranked:
    """The examples (N,) by falling score."""
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    return Ranked(label, order, positive[order], ends)


def one_against_rest(wanted: Flags, scores: Floats) -> tuple[Ranked, ...]:
    """Each class of a table (N, C) of truth and of scores that has both positives and negatives."""
    found = wanted.sum(axis=0)
    both = np.flatnonzero((found > 0) & (found < len(wanted)))
    return tuple(ranked(int(label), wanted[:, label], scores[:, label]) for label in both)


def area_under_roc(of: Ranked, weights: npt.NDArray[np.number]) -> Floats:
    """The chance that a random positive outscores a random negative, ties half.

    Mann-Whitney U as the area below the ROC curve (Hanley and McNeil, 1982).
    """
    tp, fp = of.above(weights)
    steps, heights = np.diff(fp, prepend=0.0), tp - np.diff(tp, prepend=0.0) / 2
    return ratio((steps * heights).sum(axis=-1), tp[..., -1] * fp[..., -1])


def average_precision(of: Ranked, weights: npt.NDArray[np.number]) -> Floats:
    """AP = sum of (R_n - R_n-1) P_n over the distinct thresholds (Salton, 1983)."""
    tp, fp = of.above(weights)
    gained = ratio(np.diff(tp, prepend=0.0), tp[..., -1:])
    return np.asarray((gained * ratio(tp, tp + fp)).sum(axis=-1))


def roc_auc(classes: Sequence[Ranked], weights: npt.NDArray[np.number]) -> Floats:
    """Mean area under the ROC curve, one class against the rest; 0 where there is no class with both."""
    return _mean(area_under_roc, classes, weights)


def mean_average_precision(classes: Sequence[Ranked], weights: npt.NDArray[np.number]) -> Floats:
    """Mean AP over the classes; 0 where there is none."""
    return _mean(average_precision, classes, weights)


def _mean(
    area: Callable[[Ranked, npt.NDArray[np.number]], Floats],
    classes: Sequence[Ranked],
    weights: npt.NDArray[np.number],
) -> Floats:
    areas = [area(of, weights) for of in classes]
    return np.asarray(np.mean(areas, axis=0) if areas else np.zeros(weights.shape[:-1]))
