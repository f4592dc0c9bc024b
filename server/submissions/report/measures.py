"""What each measure of a report is called, how its number is printed, and what it tells."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _


class Form(StrEnum):
    """How a number is printed."""

    SHARE = "share"  # of a whole, or anything else between 0 and 1: 0.943
    NUMBER = "number"  # in a unit of its own: four digits that count


@dataclass(frozen=True, slots=True)
class Measure:
    """One kind of number. Texts are lazy: they become words in the reader's language."""

    name: str
    tells: str = ""
    form: Form = Form.SHARE
    lower_is_better: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure with its value in one report."""

    key: str
    measure: Measure
    value: float | None


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a measure lies with 95 % confidence."""

    key: str
    low: float
    high: float


RECALL_AT = "recall_at_"
LOW, HIGH = "_low", "_high"
COSTS = ("mean_cost", "mean_cost_best_decision")
CALIBRATION = "ece"

MEASURES: Mapping[str, Measure] = {
    "checks": Measure(_("Checks passed"), _("the share of the points of all checks")),
    "missing": Measure(
        _("Missing values"), _("the share of values that are not there"), lower_is_better=True
    ),
    "accuracy": Measure(_("Accuracy"), _("the share of examples that were named right")),
    "balanced_accuracy": Measure(
        _("Balanced accuracy"), _("the mean recall of the classes: rare ones count as much as common ones")
    ),
    "subset_accuracy": Measure(_("Subset accuracy"), _("the share of examples whose labels are all right")),
    "hamming_accuracy": Measure(_("Accuracy by label"), _("the share of labels that are right")),
    "precision": Measure(_("Precision"), _("of what was called so, the share that was it")),
    "recall": Measure(_("Recall"), _("of what was there, the share that was found")),
    "specificity": Measure(_("Specificity"), _("of what was not it, the share that was left alone")),
    "f1": Measure(_("F1"), _("precision and recall in one number: their harmonic mean")),
    "mcc": Measure(
        _("Matthews correlation"),
        _("how truth and prediction go together: 1 always, 0 by chance, −1 never"),
    ),
    "macro_precision": Measure(
        _("Macro precision"), _("the mean over the classes of: what was called so, how much of it was it")
    ),
    "macro_recall": Measure(
        _("Macro recall"), _("the mean over the classes of: what was there, how much of it was found")
    ),
    "macro_f1": Measure(_("Macro F1"), _("precision and recall in one number, every class counts the same")),
    "micro_f1": Measure(_("Micro F1"), _("precision and recall in one number, every label counts the same")),
    "weighted_f1": Measure(
        _("Weighted F1"), _("precision and recall in one number, frequent classes count more")
    ),
    "roc_auc": Measure(
        _("ROC AUC"), _("how often a member of a class gets a higher score than a stranger; 0.5 is guessing")
    ),
    "average_precision": Measure(
        _("Average precision"), _("how pure the top of the ranking is, for one class")
    ),
    "map": Measure(_("mAP"), _("how pure the top of the ranking is, as the mean over the classes")),
    "log_loss": Measure(
        _("Log-loss"),
        _("the mean of −ln of the probability given to the truth: being surely wrong costs most"),
        Form.NUMBER,
        lower_is_better=True,
    ),
    "brier": Measure(
        _("Brier score"),
        _("the mean square of how far the probabilities are from the truth"),
        Form.NUMBER,
        lower_is_better=True,
    ),
    CALIBRATION: Measure(
        _("Calibration error (ECE)"),
        _("by how much confidence differs from the share that is right, on average"),
        lower_is_better=True,
    ),
    "mae": Measure(
        _("MAE"),
        _("the mean distance from the truth, in the unit of the target"),
        Form.NUMBER,
        lower_is_better=True,
    ),
    "rmse": Measure(
        _("RMSE"),
        _("the root of the MSE: like the MAE, but large misses count more"),
        Form.NUMBER,
        lower_is_better=True,
    ),
    "r2": Measure(
        _("R²"),
        _("the share of the spread that is explained: 1 is perfect, 0 is always saying the mean"),
        Form.NUMBER,
    ),
    "mean_cost": Measure(
        _("Cost of your decisions"), _("the mean cost of the mistakes"), Form.NUMBER, lower_is_better=True
    ),
    "mean_cost_best_decision": Measure(
        _("Cost of the best decisions"),
        _("the mean cost if each decision followed from your probabilities and the costs"),
        Form.NUMBER,
        lower_is_better=True,
    ),
}


def measure(key: str) -> Measure:
    """The measure of this name; one that the table lacks is called by its key."""
    if key.startswith(RECALL_AT):
        k = key.removeprefix(RECALL_AT)
        return Measure(
            _("Recall@%(k)s", k=k), _("the share whose true class is among the %(k)s best scored", k=k)
        )
    return MEASURES.get(key) or Measure(key.replace("_", " "), form=Form.NUMBER)


def tiles(metrics: Mapping[str, float | None], main: str, labels: Iterable[str]) -> tuple[Measured, ...]:
    """What the report's list of measures shows: the main one first, none that has a place of its own."""
    elsewhere = {f"{kind}_{label}" for kind in ("precision", "recall") for label in labels}
    elsewhere |= {key + end for key in metrics for end in (LOW, HIGH)}
    shown = [key for key in metrics if key not in elsewhere and key not in (*COSTS, CALIBRATION)]
    shown.sort(key=lambda key: key != main)
    return tuple(Measured(key, measure(key), metrics[key]) for key in shown)


def costs(metrics: Mapping[str, float | None]) -> tuple[Measured, ...]:
    """The view of a report on what mistakes cost."""
    return tuple(Measured(key, measure(key), metrics[key]) for key in COSTS if key in metrics)


def interval(metrics: Mapping[str, float | None], main: str) -> Interval | None:
    """The interval of the main measure, or of the accuracy."""
    for key in (main, "accuracy"):
        low, high = metrics.get(key + LOW), metrics.get(key + HIGH)
        if low is not None and high is not None:
            return Interval(key, low, high)
    return None


def metric_name(key: str) -> str:
    """What a measure is called, in the reader's language."""
    return str(measure(key).name)


def measured(value: float | None, key: str) -> str:
    """The number of a measure, in the reader's language; a dash for what is not known."""
    if value is None or not math.isfinite(value):
        return "–"
    if measure(key).form is Form.SHARE:
        return str(format_decimal(value, "0.000"))
    return significant(value)


def significant(value: float | None, digits: int = 4) -> str:
    """A number of any size with the digits that count: 1234, 0.2134, 1.2e-07."""
    if value is None or not math.isfinite(value):
        return "–"
    if value and not 1e-4 <= abs(value) < 1e6:
        mantissa, _e, power = f"{value:.1e}".partition("e")
        return f"{format_decimal(float(mantissa), '0.0')}e{int(power)}"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value)))) if value else 0
    return str(format_decimal(round(value, places), "#,##0." + "#" * min(places, 7)))
