"""What a report says of a student's data set: its data sheet."""

from __future__ import annotations

from dataclasses import dataclass

from grader.contract.fields import Number, Text, Whole
from grader.contract.messages import Row, Sent


@dataclass(frozen=True, slots=True)
class ClassCount(Row):
    """How many examples of a class each split of a data set has."""

    label: Text
    train: Whole
    valid: Whole
    test: Whole


@dataclass(frozen=True, slots=True)
class Histogram(Row):
    """Values of one column, or of all pictures: counts in bins of equal width from `low` to `high`."""

    name: Text  # of the column; "" for the values of arrays and pictures
    low: Number
    high: Number
    mean: Number
    missing: Whole
    counts: tuple[Whole, ...]


@dataclass(frozen=True, slots=True)
class Sample(Row):
    """One example as a small picture: rows of pixels from the top, a byte for each channel, in base64."""

    label: Text
    width: Whole
    height: Whole
    channels: Whole  # 1 grey, 3 red, green and blue
    pixels: Text


@dataclass(frozen=True, slots=True)
class DataSheet(Sent):
    """What a student's data set looks like: his own, so that nothing of it is hidden."""

    classes: tuple[ClassCount, ...] = ()  # the largest first
    histograms: tuple[Histogram, ...] = ()
    samples: tuple[Sample, ...] = ()  # those of a class beside one another
