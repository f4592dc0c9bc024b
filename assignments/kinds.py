"""The kinds of homework, and what an `assignment.toml` says about one kind only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from assignments.localized import Localized as Localized  # noqa: PLC0414 - quizzes import it from here
from assignments.toml.fields import Fields

LOAD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\.py:[A-Za-z_][A-Za-z0-9_]*")


class Kind(StrEnum):
    """What a student hands in."""

    CODE = "code"
    PREDICTIONS = "predictions"
    MODEL = "model"
    FUNCTIONS = "functions"
    DATASET = "dataset"

    @property
    def traits(self) -> Traits:
        """What is to be known of this kind."""
        return TRAITS[self]


CALLS = Localized("Call", "Hívás"), Localized("Calling your functions", "A függvényeid hívása")
PREDICTS = (
    Localized("Predict", "Predikció"),
    Localized("Predicting the held-out examples", "Fut a predikció a visszatartott példákon"),
)
COMPARED = Localized(
    "Each check calls your functions and compares what they return with what they should.",
    "Minden ellenőrzés meghívja a függvényeidet, és összeveti, amit adnak, azzal, amit adniuk kellene.",
)
NOT_TRAINED = ("fetch", "unpack", "start", "predict", "score")  # see grader.contract.Phase


@dataclass(frozen=True, slots=True)
class Traits:
    """What the rest of Házi has to know of a kind: nothing else asks which kind it is.

    How it is graded is in grader/kinds/<kind>.
    """

    endings: tuple[str, ...]  # of files that may be handed in
    example: str = "submission.py"  # files of a hand-in, as commands show them
    source: str = "submission.py"  # the file that is compiled first
    phases: tuple[str, ...] = ("fetch", "unpack", "start", "train", "predict", "score")  # of a run, in order
    predict: tuple[Localized, Localized] = PREDICTS  # the phase `predict` as a title, and while it lasts
    is_checked: bool = False  # scored by checks: there are neither held-out data nor a metric
    predicts_here: bool = False  # a run predicts whatever inputs it is sent
    has_public_data: bool = False  # a practice kit holds the training and validation data
    can_be_tried: bool = True  # public data alone say something
    needs_inputs: bool = False  # students predict at home, and so they are given the held-out inputs
    leaks_little: bool = False  # students choose what is compared with held-out labels
    draws_curve: bool = False  # a run logs points while it trains
    tries_a_day: int = 10  # unless an assignment says otherwise
    checks_lead: Localized = COMPARED

    @property
    def runs_code(self) -> bool:
        """Whether code of the student's runs."""
        return ".py" in self.endings


TRAITS: Mapping[Kind, Traits] = {
    Kind.CODE: Traits((".py", ".zip", ".ipynb"), predicts_here=True, has_public_data=True, draws_curve=True),
    Kind.PREDICTIONS: Traits(
        (".csv", ".tsv", ".txt"),
        "predictions.csv",
        phases=("fetch", "unpack", "score"),
        has_public_data=True,
        can_be_tried=False,
        needs_inputs=True,
        leaks_little=True,
        tries_a_day=3,
    ),
    Kind.MODEL: Traits(
        (".py", ".safetensors", ".zip"),
        "model.py model.safetensors",
        source="model.py",
        phases=NOT_TRAINED,
        predicts_here=True,
        has_public_data=True,
    ),
    Kind.FUNCTIONS: Traits((".py", ".zip", ".ipynb"), phases=NOT_TRAINED, predict=CALLS, is_checked=True),
    Kind.DATASET: Traits(
        (".zip",),
        "dataset.zip",
        phases=("fetch", "unpack", "start", "score"),
        is_checked=True,
        checks_lead=Localized(
            "What a data set for training must keep to, each worth the same.",
            "Amit egy tanításra szánt adathalmaznak tudnia kell; mind egyforma értékű.",
        ),
    ),
}
"""One entry for each kind."""


def traits_of(name: str) -> Traits:
    """The traits of the kind with this name; the usual ones where no kind is called so any more."""
    return TRAITS.get(Kind(name), Traits(())) if name in set(Kind) else Traits(())


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """`[model]`: how large a model may be that was trained at home."""

    max_parameters: int = 10_000_000  # all numbers of the weights file, buffers included
    max_mib: int = 100  # of the weights file


@dataclass(frozen=True, slots=True)
class FunctionChecks:
    """`[functions]`: `load` is `file.py:function`, called with Draws or without -> list of Check."""

    load: str
    call: timedelta = timedelta(seconds=5)  # one call may take this long


@dataclass(frozen=True, slots=True)
class DatasetRules:
    """`[dataset]`: what is asked of a data set that students collected."""

    min_examples: int = 100  # in all splits together
    min_per_class: int = 5  # of every class in every split
    max_imbalance: float = 10.0  # the largest class of the training split over the smallest
    max_missing: float = 0.05  # share of all values
    max_near: int = 0  # nearly equal examples in two splits
    max_mib: int = 100  # unpacked


def read_dataset(document: Fields, kind: Kind) -> DatasetRules | None:
    """The table `[dataset]`, which only assignments of this kind have. Raises SpecError."""
    if kind is not Kind.DATASET:
        return None
    usual = DatasetRules()
    with document.table("dataset", optional=True) as table:
        return DatasetRules(
            min_examples=table.integer("min_examples", 3, 10_000_000, usual.min_examples),
            min_per_class=table.integer("min_per_class", 1, 100_000, usual.min_per_class),
            max_imbalance=table.number("max_imbalance", 1, 1e6, usual.max_imbalance),
            max_missing=table.number("max_missing", 0, 1, usual.max_missing),
            max_near=table.integer("max_near", 0, 1_000_000, usual.max_near),
            max_mib=table.integer("max_mib", 1, 1024, usual.max_mib),
        )


@dataclass(frozen=True, slots=True)
class KindRules:
    """The tables of one kind; what belongs to other kinds is as usual or None."""

    model: ModelLimits = field(default_factory=ModelLimits)
    functions: FunctionChecks | None = None
    dataset: DatasetRules | None = None

    @property
    def load(self) -> str:
        """The file and function of the checks, or ""."""
        return self.functions.load if self.functions else ""


def read_rules(document: Fields, kind: Kind) -> KindRules:
    """The tables that only assignments of this kind have. Raises SpecError."""
    return KindRules(read_model(document, kind), read_functions(document, kind), read_dataset(document, kind))


def read_model(document: Fields, kind: Kind) -> ModelLimits:
    """The table `[model]`, which only assignments of this kind have. Raises SpecError."""
    usual = ModelLimits()
    if kind is not Kind.MODEL:
        return usual
    with document.table("model", optional=True) as table:
        return ModelLimits(
            max_parameters=table.integer("max_parameters", 1, 2_000_000_000, usual.max_parameters),
            max_mib=table.integer("max_mib", 1, 1024, usual.max_mib),
        )


def read_functions(document: Fields, kind: Kind) -> FunctionChecks | None:
    """The table `[functions]`, which only assignments of this kind have. Raises SpecError."""
    if kind is not Kind.FUNCTIONS:
        return None
    with document.table("functions") as table:
        load = table.text("load", "checks.py:load")
        if not LOAD.fullmatch(load):
            raise table.error(
                "load", f'must be a file and a function in it, like "checks.py:load", not {load!r}'
            )
        call = timedelta(seconds=5)
        return FunctionChecks(load, table.duration("call", timedelta(seconds=1), timedelta(minutes=5), call))
