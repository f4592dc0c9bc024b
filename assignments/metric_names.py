"""The names of the metrics that an assignment may be scored by, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from assignments.localized import Localized

METRIC_NAMES: Mapping[str, Localized] = {
    "accuracy": Localized("accuracy", "pontosság"),
    "average_precision": Localized("average precision", "átlagos precizitás"),
    "balanced_accuracy": Localized("balanced accuracy", "kiegyensúlyozott pontosság"),
    "f1": Localized("f1", "F1"),
    "hamming_accuracy": Localized("hamming accuracy", "címkénkénti pontosság"),
    "macro_f1": Localized("macro f1", "makroátlagolt F1"),
    "macro_precision": Localized("macro precision", "makroátlagolt precizitás"),
    "macro_recall": Localized("macro recall", "makroátlagolt fedés"),
    "mae": Localized("mae", "átlagos abszolút hiba (MAE)"),
    "map": Localized("map", "mAP"),
    "mcc": Localized("mcc", "Matthews-féle korreláció"),
    "mean_cost": Localized("mean cost", "átlagos költség"),
    "micro_f1": Localized("micro f1", "mikroátlagolt F1"),
    "precision": Localized("precision", "precizitás"),
    "r2": Localized("r2", "R²"),
    "recall": Localized("recall", "fedés"),
    "rmse": Localized("rmse", "négyzetes középhiba (RMSE)"),
    "roc_auc": Localized("roc auc", "ROC-AUC"),
    "specificity": Localized("specificity", "specificitás"),
    "subset_accuracy": Localized("subset accuracy", "teljes egyezés aránya"),
    "weighted_f1": Localized("weighted f1", "súlyozott F1"),
}
"""Of each of `assignments.scoring.METRICS`. Pages have longer ones: server/submissions/report/measures.py."""
