"""All that is measured of one share, for each learning task: numbers, and what pictures are drawn from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from assignments.scoring import Scoring
from assignments.spec import Assignment
from grader import metrics
from grader.metrics import ClassCounts, Floats, LabelSums, Matrices, Ranked
from grader.wire import Predictions

OfMatrix = Callable[[Matrices], Floats]
OfDrawn = Callable[[npt.NDArray[np.int64]], Floats]
OfSums = Callable[[LabelSums], Floats]


@dataclass(frozen=True, slots=True)
class Found:
    """What one share gave. What a task does not have is left out."""

    values: Mapping[str, float]
    counts: ClassCounts | None = None
    matrix: Matrices | None = None
    bins: metrics.Bins | None = None
    ranked: tuple[Ranked, ...] = ()  # where there are scores


def of_classes(
    truth: npt.NDArray[np.int64], claimed: Predictions, assignment: Assignment, *, seed: int
) -> Found:
    """One class an example: `truth` and the claim are (N,)."""
    classes, scoring = assignment.data.classes, assignment.score
    matrix = metrics.confusion_matrix(truth, claimed.labels, len(classes))
    measures = _of_matrix(classes, scoring)
    values = {name: float(measure(matrix)) for name, measure in measures.items()}
    for name in dict.fromkeys(("accuracy", scoring.metric)):
        if name in measures:
            values |= _ends(name, metrics.interval_of_cells(measures[name], matrix, seed=seed))
    values |= _focused(metrics.counts(matrix), classes, scoring)
    wanted = np.eye(len(classes), dtype=bool)[truth]
    if claimed.scores is None:
        guessed = np.eye(len(classes))[claimed.labels]
        values |= _asked_of_ranking(wanted, guessed, classes, scoring, seed)
        return Found(values, metrics.counts(matrix), matrix)
    probabilities = metrics.as_probabilities(claimed.scores)
    bins = metrics.in_bins(probabilities.max(axis=1), claimed.labels == truth)
    ranked = metrics.one_against_rest(wanted, probabilities)
    values |= _of_scores(truth, claimed.scores, probabilities, scoring)
    values |= {"ece": metrics.ece(bins), "brier": metrics.brier(wanted, probabilities)}
    values |= _of_ranking(ranked, len(truth), classes, scoring, seed)
    return Found(values, metrics.counts(matrix), matrix, bins, ranked)


def of_labels(
    truth: npt.NDArray[np.int64], claimed: Predictions, assignment: Assignment, *, seed: int
) -> Found:
    """Several labels an example: `truth` and the claim are (N, C) of 0 and 1, its scores probabilities."""
    classes, scoring = assignment.data.classes, assignment.score
    sums_of = partial(metrics.label_sums, metrics.label_table(truth, claimed.labels))
    sums, rows = sums_of(np.ones(len(truth))), len(truth)
    values = {name: float(measure(sums)) for name, measure in OF_LABEL_SUMS.items()}
    if scoring.metric in OF_LABEL_SUMS:
        measure = OF_LABEL_SUMS[scoring.metric]
        values |= _interval(
            scoring.metric,
            metrics.weighted(lambda weights: measure(sums_of(weights))),
            rows,
            seed,
            len(classes),
        )
    values |= _focused(sums.counts, classes, scoring)
    wanted = truth != 0
    if claimed.scores is None:
        guessed = claimed.labels.astype(np.float64)
        return Found(values | _asked_of_ranking(wanted, guessed, classes, scoring, seed), sums.counts)
    probabilities = claimed.scores
    sure = np.maximum(probabilities, 1 - probabilities)
    bins = metrics.in_bins(sure.reshape(-1), (claimed.labels == truth).reshape(-1))
    ranked = metrics.one_against_rest(wanted, probabilities)
    values |= {"ece": metrics.ece(bins), "brier": float(((probabilities - wanted) ** 2).mean())}
    values |= _of_ranking(ranked, rows, classes, scoring, seed)
    return Found(values, sums.counts, bins=bins, ranked=ranked)


def of_values(
    truth: npt.NDArray[np.float64], claimed: Predictions, assignment: Assignment, *, seed: int
) -> Found:
    """A number an example: `truth` and the claim are (N,)."""
    sums_of = partial(metrics.error_sums, metrics.error_table(truth, claimed.labels))
    metric = assignment.score.metric
    values = {name: float(measure(sums_of(np.ones(len(truth))))) for name, measure in OF_ERRORS.items()}
    measure = OF_ERRORS[metric]
    return Found(
        values
        | _interval(
            metric, metrics.weighted(lambda weights: measure(sums_of(weights))), len(truth), seed, width=4
        )
    )


OF_LABEL_SUMS: Mapping[str, OfSums] = {
    "subset_accuracy": lambda sums: sums.exact,
    "hamming_accuracy": lambda sums: sums.right,
    "macro_precision": lambda sums: metrics.macro(metrics.precision, sums.counts),
    "macro_recall": lambda sums: metrics.macro(metrics.recall, sums.counts),
    "macro_f1": lambda sums: metrics.macro(metrics.f1, sums.counts),
    "micro_f1": lambda sums: metrics.micro_f1(sums.counts),
}
OF_ERRORS: Mapping[str, Callable[[metrics.ErrorSums], Floats]] = {
    "r2": metrics.r2,
    "rmse": metrics.rmse,
    "mae": metrics.mae,
}


def _of_matrix(classes: tuple[str, ...], scoring: Scoring) -> dict[str, OfMatrix]:
    measures: dict[str, OfMatrix] = {
        "accuracy": metrics.accuracy,
        "balanced_accuracy": metrics.balanced_accuracy,
        "macro_precision": lambda matrix: metrics.macro(metrics.precision, metrics.counts(matrix)),
        "macro_recall": lambda matrix: metrics.macro(metrics.recall, metrics.counts(matrix)),
        "macro_f1": lambda matrix: metrics.macro(metrics.f1, metrics.counts(matrix)),
        "weighted_f1": metrics.weighted_f1,
        "mcc": metrics.mcc,
    }
    if len(classes) == 2:
        positive = _positive(classes, scoring)
        of_one = {
            "precision": metrics.precision,
            "recall": metrics.recall,
            "specificity": metrics.specificity,
            "f1": metrics.f1,
        }
        measures |= {name: partial(_of_class, measure, positive) for name, measure in of_one.items()}
    if scoring.costs:
        measures["mean_cost"] = partial(metrics.mean_cost, costs=np.array(scoring.costs))
    return measures


def _of_class(measure: Callable[[ClassCounts], Floats], label: int, matrix: Matrices) -> Floats:
    return np.asarray(measure(metrics.counts(matrix))[..., label])


def _positive(classes: tuple[str, ...], scoring: Scoring) -> int:
    """Of two classes, the one that the binary view is about."""
    return classes.index(scoring.focus) if scoring.focus else len(classes) - 1


def _focused(of: ClassCounts, classes: tuple[str, ...], scoring: Scoring) -> dict[str, float]:
    if not scoring.focus:
        return {}
    label, name = classes.index(scoring.focus), scoring.focus
    return {
        f"precision_{name}": float(metrics.precision(of)[label]),
        f"recall_{name}": float(metrics.recall(of)[label]),
    }


def _of_scores(
    truth: npt.NDArray[np.int64], scores: Floats, probabilities: Floats, scoring: Scoring
) -> dict[str, float]:
    values = {"log_loss": metrics.log_loss(truth, probabilities)}
    if scoring.costs:
        costs = np.array(scoring.costs)
        chosen = metrics.best_decisions(probabilities, costs)
        values["mean_cost_best_decision"] = float(costs[truth, chosen].mean())
    top = [k for k in metrics.RECALLS_AT if k < scores.shape[1]]
    return values | {f"recall_at_{k}": metrics.recall_at(k, truth, scores) for k in top}


def _areas(
    ranked: tuple[Ranked, ...], classes: tuple[str, ...], scoring: Scoring
) -> dict[str, tuple[metrics.Area, tuple[Ranked, ...]]]:
    """What is the mean of which area over which classes."""
    found: dict[str, tuple[metrics.Area, tuple[Ranked, ...]]] = {
        "roc_auc": (metrics.area_under_roc, ranked),
        "map": (metrics.average_precision, ranked),
    }
    if len(classes) == 2:
        own = tuple(of for of in ranked if of.label == _positive(classes, scoring))
        found["average_precision"] = (metrics.average_precision, own)
    return found


def _of_ranking(
    ranked: tuple[Ranked, ...], rows: int, classes: tuple[str, ...], scoring: Scoring, seed: int
) -> dict[str, float]:
    areas = _areas(ranked, classes, scoring)
    values = {name: metrics.mean_area(area, of) for name, (area, of) in areas.items()}
    if scoring.metric in areas:
        measure = metrics.resampled_mean_area(*areas[scoring.metric])
        values |= _interval(scoring.metric, measure, rows, seed, len(classes))
    return values


def _asked_of_ranking(
    wanted: npt.NDArray[np.bool_], guessed: Floats, classes: tuple[str, ...], scoring: Scoring, seed: int
) -> dict[str, float]:
    """What needs scores is told of labels alone only if the points follow from it: a label scores 1."""
    if scoring.metric not in _areas((), classes, scoring):
        return {}
    ranked = metrics.one_against_rest(wanted, guessed)
    return _of_ranking(ranked, len(wanted), classes, scoring, seed)


def _interval(metric: str, measure: OfDrawn, rows: int, seed: int, width: int) -> dict[str, float]:
    return _ends(metric, metrics.interval_of_draws(measure, rows, seed=seed, width=width))


def _ends(metric: str, interval: tuple[float, float]) -> dict[str, float]:
    low, high = interval
    return {f"{metric}_low": low, f"{metric}_high": high}
