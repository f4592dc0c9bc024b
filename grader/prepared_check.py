"""A check of an assignment, prepared before a run: with what the reference answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy.typing as npt

from assignments.checks import Check

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a function returned, one array a part, and its gradients where they were asked for."""

    parts: tuple[Array, ...]
    gradients: tuple[Array, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class PreparedCheck:
    """A check, what the reference answers to it, and by what a result is weighted for its gradients."""

    check: Check = field(repr=False)
    expected: Answer = field(repr=False)
    weights: Array | None = field(repr=False)
