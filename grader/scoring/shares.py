"""From predictions to numbers: the shares of the held-out set, the metrics of each, and the points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256

import numpy as np
import numpy.typing as npt

from assignments.scoring import LearningTask, Scoring
from assignments.spec import Assignment
from grader.contract import ScoreCard
from grader.scoring import charts, measures
from grader.wire import Predictions

Indices = npt.NDArray[np.int64]

DIGITS = 6
"""So many digits of a metric are told. All of them would be enough to read off single labels of the held-out
set from the loss of scores that are chosen for it (Whitehill, 2018)."""


def shares(
    labels: npt.NDArray[np.number], scoring: Scoring, seed: str, task: LearningTask = LearningTask.CLASSES
) -> tuple[Indices, Indices]:
    """The public and the private part of the held-out set: fixed by a seed that no student has.

    Each class is split alike; several labels and values are dealt out by chance alone.
    """
    number = int.from_bytes(sha256(f"{seed}:public".encode()).digest())
    order = np.random.default_rng(number).permutation(len(labels))
    groups = [order]
    if task is LearningTask.CLASSES:
        groups = [order[labels[order] == label] for label in np.unique(labels)]
    cuts = [round(len(members) * scoring.public_share) for members in groups]
    public = np.concatenate([members[:cut] for members, cut in zip(groups, cuts, strict=True)])
    return np.sort(public), np.setdiff1d(order, public)


def points_for(score: float, scoring: Scoring) -> float:
    """Linear between the two marks, clipped outside of them; rounded to hundredths.

    Where less is better the mark for full points is the lower one, and the line falls.
    """
    way = (score - scoring.zero_points_at) / (scoring.full_points_at - scoring.zero_points_at)
    return round(scoring.points * min(1.0, max(0.0, way)), 2)


def score_card(
    truth: npt.NDArray[np.number], claimed: Predictions, assignment: Assignment, *, seed: int
) -> ScoreCard:
    """All numbers of one share."""
    found = MEASURED[assignment.data.task](truth, claimed, assignment, seed=seed)
    classes, scoring = assignment.data.classes, assignment.score
    exact = found.values[scoring.metric]
    matrix = () if found.matrix is None else found.matrix.tolist()
    rounded = {name: _rounded(value) for name, value in found.values.items()}
    return ScoreCard(
        points=points_for(exact, scoring),
        score=rounded[scoring.metric],
        metrics=rounded,
        per_class=() if found.counts is None else charts.class_scores(found.counts, classes),
        confusion_matrix=tuple(tuple(row) for row in matrix),
        size=len(truth),
        confused=() if found.matrix is None else charts.confused_pairs(found.matrix, classes),
        calibration=() if found.bins is None else charts.calibration(found.bins),
        roc=charts.roc(found.ranked, classes),
        precision_recall=charts.precision_recall(found.ranked, classes),
    )


def score_of(
    truth: npt.NDArray[np.number], claimed: Predictions, assignment: Assignment, *, seed: int
) -> float:
    """The assignment's own metric alone."""
    found = MEASURED[assignment.data.task](truth, claimed, assignment, seed=seed)
    return _rounded(found.values[assignment.score.metric])


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


MEASURED: Mapping[LearningTask, Callable[..., measures.Found]] = {
    LearningTask.CLASSES: measures.of_classes,
    LearningTask.LABELS: measures.of_labels,
    LearningTask.VALUES: measures.of_values,
}
