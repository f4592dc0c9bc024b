"""What the report card draws: tables, pairs, bins and curves that show the model and not the labels.

Students see these of the public share while they may still hand in. So no two points of a curve are nearer
than FEWEST examples, no bin has fewer, and everything has three decimals.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader import metrics
from grader.contract import CURVE_POINTS, CalibrationBin, ClassScore, ConfusedPair, Curve
from grader.metrics import ClassCounts, Floats, Matrices, Ranked

MOST_PAIRS = 10
MOST_CURVES = 20
FEWEST = 5
DECIMALS = 3


def class_scores(of: ClassCounts, classes: tuple[str, ...]) -> tuple[ClassScore, ...]:
    """The per-class table."""
    columns = zip(metrics.precision(of), metrics.recall(of), metrics.f1(of), strict=True)
    return tuple(
        ClassScore(
            label=label,
            precision=float(precision),
            recall=float(recall),
            f1=float(f1),
            support=int(of.tp[i] + of.fn[i]),
            tp=int(of.tp[i]),
            fn=int(of.fn[i]),
            fp=int(of.fp[i]),
            tn=int(of.tn[i]),
        )
        for i, (label, (precision, recall, f1)) in enumerate(zip(classes, columns, strict=True))
    )


def confused_pairs(matrix: Matrices, classes: tuple[str, ...]) -> tuple[ConfusedPair, ...]:
    """The most frequent mistakes, the worst first; among equals, the larger share of its class."""
    mistakes = matrix.copy()
    np.fill_diagonal(mistakes, 0)
    support = matrix.sum(axis=1)
    rows, columns = np.nonzero(mistakes)
    number = mistakes[rows, columns]
    share = number / support[rows]
    worst = np.lexsort((columns, rows, -share, -number))[:MOST_PAIRS]
    return tuple(
        ConfusedPair(
            truth=classes[rows[i]],
            predicted=classes[columns[i]],
            count=int(number[i]),
            share=round(float(share[i]), DECIMALS),
        )
        for i in worst
    )


def calibration(bins: metrics.Bins) -> tuple[CalibrationBin, ...]:
    """The bins that hold enough examples to say something, by confidence."""
    return tuple(
        CalibrationBin(
            confidence=round(float(bins.confidence[i]), DECIMALS),
            accuracy=round(float(bins.accuracy[i]), DECIMALS),
            size=int(bins.size[i]),
        )
        for i in np.flatnonzero(bins.size >= FEWEST)
    )


def roc(ranked: tuple[Ranked, ...], classes: tuple[str, ...]) -> tuple[Curve, ...]:
    """For each class, how many positives are found (y) at the price of how many false alarms (x)."""
    return _curves(ranked, classes, _roc)


def precision_recall(ranked: tuple[Ranked, ...], classes: tuple[str, ...]) -> tuple[Curve, ...]:
    """For each class, how many alarms are right (y) when how many positives are found (x)."""
    return _curves(ranked, classes, _precision_recall)


Line = tuple[Floats, Floats, Floats]  # x, y, area


def _roc(of: Ranked, kept: list[int]) -> Line:
    x, y = np.append(0.0, of.fp / of.fp[-1]), np.append(0.0, of.tp / of.tp[-1])
    return x[kept], y[kept], metrics.area_under_roc(of.tp, of.fp)


def _precision_recall(of: Ranked, kept: list[int]) -> Line:
    places = np.array(kept[1:]) - 1
    precisions = (of.tp / (of.tp + of.fp))[places]
    # The line starts level: the precision of the very first threshold would be the label of one example.
    x, y = np.append(0.0, (of.tp / of.tp[-1])[places]), np.append(precisions[0], precisions)
    return x, y, metrics.average_precision(of.tp, of.fp)


def _curves(
    ranked: tuple[Ranked, ...], classes: tuple[str, ...], draw: Callable[[Ranked, list[int]], Line]
) -> tuple[Curve, ...]:
    common = sorted(ranked, key=lambda of: -of.tp[-1])[:MOST_CURVES]
    curves = []
    for of in sorted(common, key=lambda of: of.label):
        x, y, area = draw(of, kept_points(of.tp, of.fp))
        curves.append(Curve(classes[of.label], _rounded(x), _rounded(y), round(float(area), DECIMALS)))
    return tuple(curves)


def kept_points(tp: Floats, fp: Floats) -> list[int]:
    """Positions of the points that are drawn, of a curve that starts at (0, 0) and has these counts after it.

    They lie at equal distances along the ROC curve, so that none is more than a fiftieth away from what is
    left out, in either direction, unless there are too few examples for so many points.
    """
    tp, fp = np.append(0.0, tp), np.append(0.0, fp)
    along, number = tp / tp[-1] + fp / fp[-1], tp + fp
    last = len(number) - 1
    between = np.linspace(0.0, along[-1], CURVE_POINTS)[1:-1]  # the ends are kept in any case
    wanted = np.searchsorted(along, between)
    kept = [0]
    for place in np.minimum(wanted, last - 1).tolist():
        if number[place] - number[kept[-1]] >= FEWEST and number[last] - number[place] >= FEWEST:
            kept.append(place)
    return [*kept, last]


def _rounded(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in np.round(values, DECIMALS))
