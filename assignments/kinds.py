"""The kinds of homework, and what an `assignment.toml` says about one kind only."""

from __future__ import annotations

import re
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """`[model]`: how large a model may be that was trained at home."""

    max_parameters: int = 10_000_000  # all numbers of the weights file, buffers included
    max_mib: int = 100  # of the weights file


@dataclass(frozen=True, slots=True)
class FunctionChecks:
    """`[functions]`: `load` is `file.py:function`, called without arguments -> list of checks.Check."""

    load: str
    call: timedelta = timedelta(seconds=5)  # one call may take this long


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
