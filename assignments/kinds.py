"""The kinds of homework, and what an `assignment.toml` says about one kind only."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from assignments.fields import Fields

LOAD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\.py:[A-Za-z_][A-Za-z0-9_]*")


class Kind(StrEnum):
    """What a student hands in."""

    CODE = "code"
    PREDICTIONS = "predictions"
    MODEL = "model"
    FUNCTIONS = "functions"
    DATASET = "dataset"


CHECKED = frozenset({Kind.FUNCTIONS, Kind.DATASET})
"""Kinds that are scored by checks: they have neither held-out data nor a metric."""


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
