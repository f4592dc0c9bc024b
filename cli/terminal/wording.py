"""The codes of the server (states, verdicts, phases, shares) in words."""

from __future__ import annotations

from collections.abc import Mapping

from cli.language.sanitize import one_line
from cli.language.translation import Language, Sentence
from cli.language.translation import lazy_gettext as _
from cli.language.translation import lazy_pgettext as pgettext

ASSIGNMENT_STATES = {
    "not_open": _("not open yet"),
    "unpublished": _("unpublished"),
    "open": _("open"),
    "late": pgettext("assignment", "late"),
    "closed": _("closed"),
    "practice": pgettext("assignment", "for practice"),
    "makeup": _("make-up"),
}
SUBMISSION_STATES = {
    "waiting": _("waiting"),
    "released": _("about to start"),
    "running": _("running"),
    "done": _("done"),
    "cancelled": _("cancelled"),
}
VERDICTS = {
    "scored": _("scored"),
    "rejected": _("rejected"),
    "failed": pgettext("verdict", "failed"),
    "timed_out": _("timed out"),
    "out_of_memory": _("out of memory"),
    "output_flood": _("printed too much"),
    "bad_output": _("unusable predictions"),
    "grader_error": _("our fault, not yours"),
}
PHASES = {
    "fetch": _("fetching the files"),
    "unpack": _("unpacking"),
    "start": _("starting"),
    "train": _("training"),
    "predict": _("predicting"),
    "score": _("scoring"),
}
EXTENSION_STATES = {
    "in_force": _("in force"),
    "outdone": _("a later one holds"),
    "replaced": _("replaced"),
    "ended": _("taken back"),
}
ROLES = {"student": _("student"), "assistant": _("assistant"), "lecturer": _("lecturer")}
DATASET_CHECKS = {
    "same form": pgettext("check", "same form"),
    "enough examples": pgettext("check", "enough examples"),
    "no example is in two splits": pgettext("check", "no example is in two splits"),
    "no example is nearly in two splits": pgettext("check", "no example is nearly in two splits"),
    "no example is there twice": pgettext("check", "no example is there twice"),
    "every class in every split": pgettext("check", "every class in every split"),
    "class balance": pgettext("check", "class balance"),
    "missing values": pgettext("check", "missing values"),
}
METRICS = {
    "accuracy": pgettext("measure", "accuracy"),
    "average_precision": pgettext("measure", "average precision"),
    "balanced_accuracy": pgettext("measure", "balanced accuracy"),
    "f1": pgettext("measure", "f1"),
    "hamming_accuracy": pgettext("measure", "hamming accuracy"),
    "macro_f1": pgettext("measure", "macro f1"),
    "macro_precision": pgettext("measure", "macro precision"),
    "macro_recall": pgettext("measure", "macro recall"),
    "mae": pgettext("measure", "mae"),
    "map": pgettext("measure", "map"),
    "mcc": pgettext("measure", "mcc"),
    "mean_cost": pgettext("measure", "mean cost"),
    "micro_f1": pgettext("measure", "micro f1"),
    "precision": pgettext("measure", "precision"),
    "r2": pgettext("measure", "r2"),
    "recall": pgettext("measure", "recall"),
    "rmse": pgettext("measure", "rmse"),
    "roc_auc": pgettext("measure", "roc auc"),
    "specificity": pgettext("measure", "specificity"),
    "subset_accuracy": pgettext("measure", "subset accuracy"),
    "weighted_f1": pgettext("measure", "weighted f1"),
}
"""What points follow from; other numbers of a report keep their names."""
SHARES = {"private": _("What counts: the private share"), "public": _("Public share")}
DATES = {
    "opens": pgettext("date", "opens"),
    "due": pgettext("date", "due"),
    "closes": _("closes for good"),
    "reveal": _("private results told"),
}
STYLES = {"open": "green", "late": "yellow", "closed": "dim", "scored": "green", "running": "cyan"}
"""How rich draws some states and verdicts."""


def in_words(code: str, words: Mapping[str, Sentence], language: Language) -> str:
    """The words of a code; a code that this version does not know is shown as it is."""
    return words[code].in_language(language) if code in words else one_line(code)
