"""The data sheet of a data set as its page shows it: bars of class counts, histograms, rows of samples."""

from __future__ import annotations

from dataclasses import dataclass

from grader.contract import ClassCount, DataSheet, Histogram
from server.submissions.report.thumbnails import CELL, Row, columns, rows

SHOWN_CLASSES = 30
WIDTH, HEIGHT = 200.0, 60.0  # of a histogram


@dataclass(frozen=True, slots=True)
class Column:
    """One bin of a histogram: where it begins and ends, its count, and its bar."""

    low: float
    high: float
    count: int
    x: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class HistogramCard:
    """A histogram with the places of its bars."""

    histogram: Histogram
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class ClassBar:
    """A class with the lengths of its bars in percent of the longest of all."""

    counts: ClassCount
    train: float
    valid: float
    test: float


@dataclass(frozen=True, slots=True)
class SheetCard:
    """All of it. `cell` and `columns` measure the picture of the samples; `more` classes are not shown."""

    classes: tuple[ClassBar, ...]
    more: int
    histograms: tuple[HistogramCard, ...]
    samples: tuple[Row, ...]
    columns: int
    cell: int = CELL


def sheet_card(sheet: DataSheet | None) -> SheetCard | None:
    """What the page needs, or None for what is no data set."""
    if sheet is None:
        return None
    drawn = rows(sheet.samples)
    most = max((max(one.train, one.valid, one.test) for one in sheet.classes), default=0) or 1
    return SheetCard(
        classes=tuple(_bar(one, most) for one in sheet.classes[:SHOWN_CLASSES]),
        more=max(0, len(sheet.classes) - SHOWN_CLASSES),
        histograms=tuple(map(_histogram, sheet.histograms)),
        samples=drawn,
        columns=columns(drawn),
    )


def _bar(counts: ClassCount, most: int) -> ClassBar:
    train, valid, test = (round(100 * count / most, 1) for count in (counts.train, counts.valid, counts.test))
    return ClassBar(counts, train, valid, test)


def _histogram(of: Histogram) -> HistogramCard:
    most, step = max(of.counts) or 1, WIDTH / len(of.counts)
    span = (of.high - of.low) / len(of.counts)
    found = (
        Column(
            low=of.low + at * span,
            high=of.low + (at + 1) * span,
            count=count,
            x=round(at * step + 0.5, 1),
            width=round(step - 1, 1),
            height=round(count / most * HEIGHT, 1),
        )
        for at, count in enumerate(of.counts)
    )
    return HistogramCard(of, tuple(found))
