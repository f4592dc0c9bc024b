"""The data sheet out of what the box says: a claim like all else, so that every number of it is looked at."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from grader.contract import ClassCount, DataSheet, Histogram, Sample
from grader.contract.fields import LARGEST
from grader.sandbox.output import clean

MOST_CLASSES = 100  # in the sheet
MOST_SAMPLES, MOST_HISTOGRAMS, BINS = 32, 12, 20  # grader/kinds/dataset/inside/sheet.py makes as many
SIDE = 48
LONGEST_NAME = 40


def read_sheet(values: Mapping[str, Any], counts: Sequence[Mapping[str, int]]) -> DataSheet:
    """A sheet of these classes, counted in train, valid and test.

    Raises ValueError, TypeError or KeyError for what the box's own code would not say.
    """
    samples, histograms = values["samples"], values["histograms"]
    if len(samples) > MOST_SAMPLES or len(histograms) > MOST_HISTOGRAMS:
        raise ValueError("there is more in it than the box sends")
    return DataSheet(
        classes=_classes(counts),
        histograms=tuple(map(_histogram, histograms)),
        samples=tuple(_sample(one, set(counts[0])) for one in samples),
    )


def _classes(counts: Sequence[Mapping[str, int]]) -> tuple[ClassCount, ...]:
    labels = {label for split in counts for label in split}
    found = [ClassCount(_name(label), *(split.get(label, 0) for split in counts)) for label in labels]
    found.sort(key=lambda one: (-one.train, one.label))
    return tuple(found[:MOST_CLASSES])


def _histogram(values: Mapping[str, Any]) -> Histogram:
    low, high, mean = (_finite(values[key]) for key in ("low", "high", "mean"))
    counts = tuple(map(_count, values["counts"]))
    if len(counts) != BINS or not low <= high:
        raise ValueError("a histogram of another kind")
    return Histogram(_name(values["name"]), low, high, mean, _count(values["missing"]), counts)


def _sample(values: Mapping[str, Any], labels: set[str]) -> Sample:
    label, width, height, channels = (values[key] for key in ("label", "width", "height", "channels"))
    sizes_are_right = all(type(side) is int and 1 <= side <= SIDE for side in (width, height))
    if label not in labels or not sizes_are_right or channels not in {1, 3}:
        raise ValueError("a sample of another kind")
    pixels = base64.b64decode(values["pixels"], validate=True)
    if len(pixels) != width * height * channels:
        raise ValueError("a sample with other pixels than it says")
    return Sample(_name(label), width, height, channels, base64.b64encode(pixels).decode())


def _finite(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not -LARGEST < value < LARGEST:
        raise ValueError(value)
    return float(value)


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**48:
        raise ValueError(value)
    return value


def _name(text: object) -> str:
    if not isinstance(text, str) or len(text) > LONGEST_NAME:
        raise ValueError(text)
    return " ".join(clean(text.encode("utf-8", "replace")).split())
