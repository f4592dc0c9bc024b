"""The pictures of a report card in numbers: where lines and bars lie; the templates draw them as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from grader.contract import DEAD, CalibrationBin, Curve, Layer

SIDE = 240.0  # of the square that curves and bars are drawn in
WIDEST_BAR = 0.1  # of that side
MOST_LINES = 12
TONES, DASHES = 4, 5  # css/charts.css has as many of each: twenty lines that differ, neighbours in both
DECADES = 6.0  # how far down the bars of gradients reach


@dataclass(frozen=True, slots=True)
class Line:
    """The curves of one class: how its line looks, the points as SVG wants them, and the areas below."""

    label: str
    tone: int
    dash: int
    roc: str
    roc_area: float | None
    precision_recall: str
    precision_recall_area: float | None
    drawn: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """Predictions of about the same confidence, as a bar, and its distance from the diagonal."""

    confidence: float
    accuracy: float
    size: int
    x: float
    width: float
    height: float
    gap_y: float
    gap_height: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """All bars, the expected calibration error, and by how much confidence exceeds accuracy on average."""

    bars: tuple[Bar, ...]
    error: float
    excess: float


@dataclass(frozen=True, slots=True)
class LayerRow:
    """A layer with the lengths of its bars, in percent."""

    layer: Layer
    spread_from: float | None  # mean - std to mean + std on one scale for all layers
    spread_width: float | None
    gradient: float | None  # on a scale of powers of ten
    is_dead: bool


def lines(roc: Sequence[Curve], precision_recall: Sequence[Curve]) -> tuple[Line, ...]:
    """One line a class; of many classes, those are drawn that are hardest to tell from the others."""
    first, second = ({curve.label: curve for curve in curves} for curves in (roc, precision_recall))
    labels = list(dict.fromkeys([*first, *second]))
    area = {label: (first.get(label) or second[label]).area for label in labels}
    drawn = set(sorted(labels, key=lambda label: area[label])[:MOST_LINES])
    looks = {label: at for at, label in enumerate(label for label in labels if label in drawn)}
    return tuple(_line(label, looks.get(label), first.get(label), second.get(label)) for label in labels)


def _line(label: str, look: int | None, roc: Curve | None, precision_recall: Curve | None) -> Line:
    return Line(
        label=label,
        tone=(look or 0) % TONES + 1,
        dash=(look or 0) % DASHES + 1,
        roc=_points(roc),
        roc_area=roc.area if roc else None,
        precision_recall=_points(precision_recall),
        precision_recall_area=precision_recall.area if precision_recall else None,
        drawn=look is not None,
    )


def _points(curve: Curve | None) -> str:
    if curve is None:
        return ""
    return " ".join(f"{x * SIDE:.1f},{(1 - y) * SIDE:.1f}" for x, y in zip(curve.x, curve.y, strict=True))


def calibration(bins: Sequence[CalibrationBin]) -> Calibration | None:
    """Bars that reach halfway to their neighbours; the error is the ECE of Guo et al. (2017)."""
    filled = sorted((one for one in bins if one.size), key=lambda one: one.confidence)
    total = sum(one.size for one in filled)
    if not total:
        return None
    middles = [one.confidence for one in filled]
    between = [(low + high) / 2 for low, high in pairwise(middles)]
    bars = tuple(_bar(*args) for args in zip(filled, [0.0, *between], [*between, 1.0], strict=True))
    excess = sum(one.size * (one.confidence - one.accuracy) for one in filled) / total
    error = sum(one.size * abs(one.confidence - one.accuracy) for one in filled) / total
    return Calibration(bars, error, excess)


def _bar(one: CalibrationBin, low: float, high: float) -> Bar:
    left, right = max(low, one.confidence - WIDEST_BAR / 2), min(high, one.confidence + WIDEST_BAR / 2)
    return Bar(
        confidence=one.confidence,
        accuracy=one.accuracy,
        size=one.size,
        x=round(left * SIDE, 1),
        width=round(max(right - left, 0.004) * SIDE, 1),
        height=round(one.accuracy * SIDE, 1),
        gap_y=round((1 - max(one.accuracy, one.confidence)) * SIDE, 1),
        gap_height=round(abs(one.accuracy - one.confidence) * SIDE, 1),
    )


def layer_rows(layers: Sequence[Layer]) -> tuple[LayerRow, ...]:
    """The table of a network."""
    reach = max((_reach(layer) for layer in layers), default=0.0)
    steepest = max((layer.gradient_norm or 0.0 for layer in layers), default=0.0)
    return tuple(_layer_row(layer, reach, steepest) for layer in layers)


def _reach(layer: Layer) -> float:
    return abs(layer.activation_mean or 0.0) + (layer.activation_std or 0.0)


def _layer_row(layer: Layer, reach: float, steepest: float) -> LayerRow:
    mean, spread = layer.activation_mean, layer.activation_std
    known = mean is not None and spread is not None and reach > 0
    return LayerRow(
        layer=layer,
        spread_from=round(50 + 50 * (mean - spread) / reach, 1) if known else None,  # type: ignore[operator]
        spread_width=round(max(1.0, 100 * spread / reach), 1) if known else None,  # type: ignore[operator]
        gradient=_decades(layer.gradient_norm, steepest),
        is_dead=layer.dead is not None and layer.dead > DEAD,
    )


def _decades(norm: float | None, steepest: float) -> float | None:
    """The largest norm is 100 %; each power of ten below it is a step shorter."""
    if norm is None or steepest <= 0:
        return None
    if norm == 0:
        return 0.0
    below = math.log10(steepest) - math.log10(norm)
    return round(max(2.0, 100 * (1 - below / DECADES)), 1)
