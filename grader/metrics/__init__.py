"""How good predictions are: one module for each kind of number. They know arrays and nothing of assignments.

Where a formula divides by nothing (a class nobody predicted), the value is 0.
"""

from grader.metrics.arrays import Floats, Matrices
from grader.metrics.calibration import Bins, brier, ece, in_bins
from grader.metrics.confusion import (
    ClassCounts,
    accuracy,
    balanced_accuracy,
    confusion_matrix,
    counts,
    f1,
    macro,
    mcc,
    precision,
    recall,
    specificity,
    weighted_f1,
)
from grader.metrics.costs import best_decisions, mean_cost
from grader.metrics.multilabel import (
    LabelSums,
    as_label_probabilities,
    label_sums,
    label_table,
    micro_f1,
)
from grader.metrics.probabilities import RECALLS_AT, as_probabilities, log_loss, recall_at
from grader.metrics.ranking import (
    Area,
    Ranked,
    area_under_roc,
    average_precision,
    mean_area,
    one_against_rest,
    resampled_mean_area,
)
from grader.metrics.resampling import interval_of_cells, interval_of_draws, weighted
from grader.metrics.values import ErrorSums, error_sums, error_table, mae, r2, rmse

__all__ = [
    "RECALLS_AT",
    "Area",
    "Bins",
    "ClassCounts",
    "ErrorSums",
    "Floats",
    "LabelSums",
    "Matrices",
    "Ranked",
    "accuracy",
    "area_under_roc",
    "as_label_probabilities",
    "as_probabilities",
    "average_precision",
    "balanced_accuracy",
    "best_decisions",
    "brier",
    "confusion_matrix",
    "counts",
    "ece",
    "error_sums",
    "error_table",
    "f1",
    "in_bins",
    "interval_of_cells",
    "interval_of_draws",
    "label_sums",
    "label_table",
    "log_loss",
    "macro",
    "mae",
    "mcc",
    "mean_area",
    "mean_cost",
    "micro_f1",
    "one_against_rest",
    "precision",
    "r2",
    "recall",
    "recall_at",
    "resampled_mean_area",
    "rmse",
    "specificity",
    "weighted",
    "weighted_f1",
]
