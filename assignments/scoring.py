"""The `[score]` table of an assignment: which metric is scored, and how it becomes points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from assignments.localized import Localized
from assignments.toml.fields import Fields


class LearningTask(StrEnum):
    """What a model is to predict for each example."""

    CLASSES = "classes"  # one of C classes
    LABELS = "labels"  # any number of C labels
    VALUES = "values"  # a number


CLASS_METRICS = frozenset(
    {
        *("accuracy", "balanced_accuracy", "macro_precision", "macro_recall", "macro_f1", "weighted_f1"),
        *("mcc", "roc_auc", "map"),
    }
)
BINARY_METRICS = frozenset({"precision", "recall", "specificity", "f1", "average_precision"})
"""For two classes: about the positive one, which is the focus or else the second."""
LABEL_METRICS = frozenset(
    {
        *("macro_precision", "macro_recall", "macro_f1", "micro_f1", "subset_accuracy", "hamming_accuracy"),
        *("roc_auc", "map"),
    }
)
VALUE_METRICS = frozenset({"r2", "rmse", "mae"})
ERRORS = frozenset({"rmse", "mae", "mean_cost"})
"""Metrics of which less is better. They have a unit; all others are at most 1."""
METRICS = CLASS_METRICS | BINARY_METRICS | LABEL_METRICS | VALUE_METRICS | {"mean_cost"}
"""What points can follow from. The grader computes each of them."""

METRIC_NAMES: Mapping[str, Localized] = {
    "accuracy": Localized("accuracy", "pontosság"),
    "average_precision": Localized("average precision", "átlagos precizitás"),
    "balanced_accuracy": Localized("balanced accuracy", "kiegyensúlyozott pontosság"),
    "f1": Localized("f1", "F1"),
    "hamming_accuracy": Localized("hamming accuracy", "címkénkénti pontosság"),
    "macro_f1": Localized("macro f1", "makroátlagolt F1"),
    "macro_precision": Localized("macro precision", "makroátlagolt precizitás"),
    "macro_recall": Localized("macro recall", "makroátlagolt felidézés"),
    "mae": Localized("mae", "átlagos abszolút hiba (MAE)"),
    "map": Localized("map", "mAP"),
    "mcc": Localized("mcc", "Matthews-féle korreláció"),
    "mean_cost": Localized("mean cost", "átlagos költség"),
    "micro_f1": Localized("micro f1", "mikroátlagolt F1"),
    "precision": Localized("precision", "precizitás"),
    "r2": Localized("r2", "R²"),
    "recall": Localized("recall", "felidézés"),
    "rmse": Localized("rmse", "négyzetes középhiba (RMSE)"),
    "roc_auc": Localized("roc auc", "ROC-AUC"),
    "specificity": Localized("specificity", "specificitás"),
    "subset_accuracy": Localized("subset accuracy", "teljes egyezés aránya"),
    "weighted_f1": Localized("weighted f1", "súlyozott F1"),
}
"""What each is called in a sentence. Pages say more: server/submissions/report/measures.py."""

DATASET_CHECK_NAMES: Mapping[str, Localized] = {
    one.en: one
    for one in (
        Localized("same form", "egyforma részek"),
        Localized("enough examples", "elég példa"),
        Localized("no example is in two splits", "egy példa sincs két részben"),
        Localized("no example is nearly in two splits", "egy példa sincs majdnem két részben"),
        Localized("no example is there twice", "egy példa sincs benne kétszer"),
        Localized("every class in every split", "minden osztály minden részben"),
        Localized("class balance", "az osztályok aránya"),
        Localized("missing values", "hiányzó értékek"),
    )
}
"""What a data set is checked for, by the names in its report."""

LARGEST_MARK = 1e9
LARGEST_COST = 1e6


@dataclass(frozen=True, slots=True)
class Scoring:
    """How a metric becomes points: linear between the two marks, clipped outside."""

    metric: str
    public_share: float
    full_points_at: float
    zero_points_at: float  # above full_points_at where less is better
    points: float
    focus: str = ""  # a class whose precision and recall the report card puts first
    costs: tuple[tuple[float, ...], ...] = ()  # (C, C): rows true class, columns predicted class


def read_scoring(table: Fields, task: LearningTask, classes: tuple[str, ...]) -> Scoring:
    """Parse and validate the table. Raises SpecError."""
    with table:
        costs = _costs(table, task, classes)
        metric = table.choice("metric", _metrics(task, classes, priced=bool(costs)))
        low, high = _range(metric)
        score = Scoring(
            metric=metric,
            public_share=table.number("public_share", 0, 1),
            full_points_at=table.number("full_points_at", low, high),
            zero_points_at=table.number("zero_points_at", low, high),
            points=table.number("points", 0, 10_000),
            focus=table.text("focus", ""),
            costs=costs,
        )
        _check(table, score, classes)
        return score


def _check(table: Fields, score: Scoring, classes: tuple[str, ...]) -> None:
    if score.public_share in {0, 1}:
        raise table.error("public_share", "must lie between 0 and 1, for both shares need examples")
    if score.metric in ERRORS and score.full_points_at >= score.zero_points_at:
        raise table.error("full_points_at", f"must be less than zero_points_at: {score.metric} is an error")
    if score.metric not in ERRORS and score.full_points_at <= score.zero_points_at:
        raise table.error("full_points_at", "must be greater than zero_points_at")
    if score.points == 0:
        raise table.error("points", "must be greater than 0")
    if score.focus and score.focus not in classes:
        raise table.error("focus", f"{score.focus!r} is none of the classes")


def _metrics(task: LearningTask, classes: tuple[str, ...], *, priced: bool) -> frozenset[str]:
    usual: Mapping[LearningTask, frozenset[str]] = {
        LearningTask.CLASSES: CLASS_METRICS | (BINARY_METRICS if len(classes) == 2 else frozenset()),
        LearningTask.LABELS: LABEL_METRICS,
        LearningTask.VALUES: VALUE_METRICS,
    }
    return usual[task] | ({"mean_cost"} if priced else frozenset())


def _range(metric: str) -> tuple[float, float]:
    """Where the marks of a metric may lie."""
    if metric in ERRORS:
        return 0.0, LARGEST_MARK
    return (-LARGEST_MARK if metric == "r2" else 0.0), 1.0


def _costs(table: Fields, task: LearningTask, classes: tuple[str, ...]) -> tuple[tuple[float, ...], ...]:
    if not table.has("costs"):
        return ()
    if task is not LearningTask.CLASSES:
        raise table.error("costs", f"are for one class an example, not for the task {str(task)!r}")
    costs = table.square("costs", len(classes), 0, LARGEST_COST)
    if any(row[number] != 0 for number, row in enumerate(costs)):
        raise table.error("costs", "must be 0 on the diagonal: being right costs nothing")
    if not any(any(row) for row in costs):
        raise table.error("costs", "must be greater than 0 somewhere")
    return costs
