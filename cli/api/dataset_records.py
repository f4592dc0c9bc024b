"""What the server tells of a data set: counts of its classes, and histograms."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClassCount:
    """Examples of a class in each split of a data set."""

    label: str
    train: int
    valid: int
    test: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """Values of one column, or all: counts in bins of equal width."""

    name: str
    low: float
    high: float
    mean: float
    missing: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DataSheet:
    """What a data set looks like; its pictures are for the browser."""

    classes: tuple[ClassCount, ...] = ()
    histograms: tuple[Histogram, ...] = ()
