"""How much of the public share a table of predictions is told: so little that tries do not give the labels.

Whoever hands in `predictions.csv` chooses every single prediction, so each exact number is the answer to a
question about chosen labels. What is told is one number of a hundred, and nothing that has more detail.
The information in T reports that have K outcomes each is at most T log2 K bits (Cover and Thomas, 2006,
theorem 2.6.4: entropy is at most the logarithm of the number of outcomes).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from assignments.scoring import ERRORS, Scoring
from assignments.spec import Assignment
from grader.contract import ScoreCard
from grader.scoring.shares import points_for

STEPS = 100
DECIMALS = 2
WITHOUT_RANGE = ERRORS | {"r2"}
BOTH_SIDES = frozenset({"mcc"})  # from -1 to 1
DAYS = 7


def coarse(card: ScoreCard, scoring: Scoring) -> ScoreCard:
    """The card with its own metric in steps of a hundredth and points from that; nothing else."""
    score = in_steps(card.score, scoring)
    return ScoreCard(
        points=points_for(score, scoring),
        score=score,
        metrics={scoring.metric: score},
        per_class=(),
        confusion_matrix=(),
        size=card.size,
    )


def in_steps(score: float, scoring: Scoring) -> float:
    """The nearest hundredth; of a metric without a range, of the way between the marks of the points."""
    if scoring.metric not in WITHOUT_RANGE:
        return round(score, DECIMALS) + 0.0  # no -0.0
    start, end = scoring.zero_points_at, scoring.full_points_at
    way = min(1.0, max(0.0, (score - start) / (end - start)))
    return float(f"{start + round(way, DECIMALS) * (end - start):.6g}")


def outcomes(scoring: Scoring) -> int:
    """How many different public cards there are."""
    return (2 if scoring.metric in BOTH_SIDES else 1) * STEPS + 1


def bits_of_a_week(assignment: Assignment) -> float:
    """At most so many bits are told by a week of tries."""
    return DAYS * assignment.limits.per_day * math.log2(outcomes(assignment.score))


def bits_of_labels(labels: npt.NDArray[np.integer]) -> float:
    """The entropy of labels (N,) whose frequencies are known: N times that of one label."""
    _values, counts = np.unique(labels, return_counts=True)
    shares = counts / counts.sum()
    return float(-len(labels) * (shares * np.log2(shares)).sum())
