"""From predictions to numbers: the shares of the held-out set, the metrics of each, and the points."""

from __future__ import annotations

from hashlib import sha256

import numpy as np
import numpy.typing as npt

from assignments.spec import Assignment, Scoring
from grader import metrics
from grader.contract import ClassScore, ScoreCard
from grader.wire import Predictions

Indices = npt.NDArray[np.int64]


def shares(labels: Indices, scoring: Scoring, version: str) -> tuple[Indices, Indices]:
    """The public and the private part of the held-out set: fixed by the version, each class split alike."""
    seed = int.from_bytes(sha256(f"{version}:public".encode()).digest())
    order = np.random.default_rng(seed).permutation(len(labels))
    by_class = [order[labels[order] == label] for label in np.unique(labels)]
    cuts = [round(len(members) * scoring.public_share) for members in by_class]
    public = np.concatenate([members[:cut] for members, cut in zip(by_class, cuts, strict=True)])
    return np.sort(public), np.setdiff1d(order, public)


def points_for(score: float, scoring: Scoring) -> float:
    """Linear between the two marks, clipped outside of them; rounded to hundredths."""
    way = (score - scoring.zero_points_at) / (scoring.full_points_at - scoring.zero_points_at)
    return round(scoring.points * min(1.0, max(0.0, way)), 2)


def score_card(truth: Indices, claimed: Predictions, assignment: Assignment, *, seed: int) -> ScoreCard:
    """All numbers of one share."""
    classes = assignment.data.classes
    matrix = metrics.confusion_matrix(truth, claimed.labels, len(classes))
    per_class = class_scores(matrix, classes)
    values = _label_metrics(matrix) | _score_metrics(truth, claimed)
    if assignment.score.metric not in values:  # it needs scores, and there are only labels
        values |= _ranking_metrics(truth, np.eye(len(classes))[claimed.labels])
    for row in per_class:
        if row.label == assignment.score.focus:
            values |= {f"precision_{row.label}": row.precision, f"recall_{row.label}": row.recall}
    hits = (truth == claimed.labels).astype(np.float64)
    low, high = metrics.bootstrap_interval(hits, seed=seed)
    values |= {"accuracy_low": low, "accuracy_high": high}
    score = values[assignment.score.metric]
    return ScoreCard(
        points=points_for(score, assignment.score),
        score=score,
        metrics=values,
        per_class=per_class,
        confusion_matrix=tuple(tuple(int(cell) for cell in row) for row in matrix),
        size=len(truth),
    )


def class_scores(matrix: metrics.Labels, classes: tuple[str, ...]) -> tuple[ClassScore, ...]:
    """The per-class table of a confusion matrix."""
    of = metrics.counts(matrix)
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


def _label_metrics(matrix: metrics.Labels) -> dict[str, float]:
    return {
        "accuracy": metrics.accuracy(matrix),
        "balanced_accuracy": metrics.balanced_accuracy(matrix),
        "macro_precision": metrics.macro(metrics.precision, matrix),
        "macro_recall": metrics.macro(metrics.recall, matrix),
        "macro_f1": metrics.macro(metrics.f1, matrix),
        "weighted_f1": metrics.weighted_f1(matrix),
    }


def _score_metrics(truth: Indices, claimed: Predictions) -> dict[str, float]:
    """What only scores can tell; nothing for labels alone."""
    if claimed.scores is None:
        return {}
    probabilities = metrics.as_probabilities(claimed.scores)
    top = [k for k in metrics.RECALLS_AT if k < claimed.scores.shape[1]]
    values = {"log_loss": metrics.log_loss(truth, probabilities)} | _ranking_metrics(truth, probabilities)
    return values | {f"recall_at_{k}": metrics.recall_at(k, truth, claimed.scores) for k in top}


def _ranking_metrics(truth: Indices, scores: metrics.Floats) -> dict[str, float]:
    return {
        "roc_auc": metrics.roc_auc(truth, scores),
        "map": metrics.mean_average_precision(truth, scores),
    }
