"""Some of many cases in `make test`; `make chaos` tries them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest
from _pytest.mark import ParameterSet

T = TypeVar("T")


def few(
    values: Iterable[T], number: int = 2, *, keep: Callable[[T], bool] | None = None
) -> list[ParameterSet]:
    """Parameters of which the first `number`, or those to `keep`, are quick enough together for every run."""
    return [
        pytest.param(value, marks=[] if (keep(value) if keep else at < number) else [pytest.mark.slow])
        for at, value in enumerate(values)
    ]
