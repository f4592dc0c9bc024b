"""What a report says of one share of the held-out data: points, metrics, tables, curves, checks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any, Self

from pydantic import Field, Strict, WithJsonSchema

from assignments.localized import Localized
from grader.contract.fields import AnyNumberOrNull, Count, Finite, Flag, Number, NumberOrNull, Text, Whole
from grader.contract.messages import MalformedMessageError, Message, Row, read, write

CURVE_POINTS = 101
"""So many points a curve is thinned to: one for each hundredth."""

Coordinates = Annotated[
    tuple[Annotated[float, Strict(), Field(ge=0, le=1, allow_inf_nan=False)], ...],
    Field(max_length=CURVE_POINTS),
    WithJsonSchema({"type": "array", "items": {"type": "number"}}),
]


@dataclass(frozen=True, slots=True)
class ClassScore(Row):
    """One row of the per-class table: one class against all others."""

    label: Text
    precision: AnyNumberOrNull
    recall: AnyNumberOrNull
    f1: AnyNumberOrNull
    support: Whole
    tp: Whole
    fn: Whole
    fp: Whole
    tn: Whole


@dataclass(frozen=True, slots=True)
class ConfusedPair(Row):
    """Examples of one class that were taken for another."""

    truth: Text
    predicted: Text
    count: Whole
    share: NumberOrNull  # of the examples of the true class


@dataclass(frozen=True, slots=True)
class CalibrationBin(Row):
    """Predictions of about the same confidence: how sure they were, and how often right."""

    confidence: NumberOrNull  # mean probability of the predicted class, in [0, 1]
    accuracy: NumberOrNull
    size: Whole


@dataclass(frozen=True, slots=True)
class Curve(Row):
    """One line of a picture, at most CURVE_POINTS points of it, x and y in [0, 1]."""

    label: Text  # the class it belongs to
    x: Coordinates
    y: Coordinates
    area: NumberOrNull


@dataclass(frozen=True, slots=True)
class CheckResult(Row):
    """One check of a `functions` assignment, or one look at a `dataset`."""

    name: Text
    points: Number
    out_of: Number
    passed: Flag
    text: Localized  # which property failed, on which visible input; never a hidden one


@dataclass(frozen=True, slots=True)
class ScoreCard(Row):
    """The numbers of one share of the held-out set."""

    points: Annotated[Finite, Field(ge=0)]
    score: Finite  # the assignment's own metric, from which the points follow
    metrics: Mapping[Text, AnyNumberOrNull]  # accuracy, ... in [0, 1] unless the metric says otherwise
    per_class: tuple[ClassScore, ...]
    confusion_matrix: tuple[tuple[Count, ...], ...]  # rows: true class, columns: predicted class
    size: Whole  # number of held-out examples in this share
    confused: tuple[ConfusedPair, ...] = ()  # the worst first
    calibration: tuple[CalibrationBin, ...] = ()
    roc: tuple[Curve, ...] = ()  # x: false positive rate, y: true positive rate
    precision_recall: tuple[Curve, ...] = ()  # x: recall, y: precision
    checks: tuple[CheckResult, ...] = ()

    def to_message(self) -> Message:
        """As a JSON object."""
        return write(self)

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Read back what `to_message` wrote, or what is stored of it. Raises MalformedMessageError."""
        return read(cls, score_fields(message), OPTIONAL)


SCORE_FIELDS = tuple(field.name for field in fields(ScoreCard))
"""The keys of a ScoreCard as they lie on top of a report's JSON; all null when there is no score."""

OPTIONAL = ("confused", "calibration", "roc", "precision_recall", "checks")
"""Lists that older graders do not send."""


def score_fields(message: Mapping[str, Any]) -> Message:
    """What belongs to a score of all that lies beside it."""
    return {"per_class": []} | {name: message[name] for name in SCORE_FIELDS if name in message}


def check_score(card: ScoreCard, classes: Collection[str]) -> None:
    """Raise MalformedMessageError for parts of a score that do not fit each other, and for null."""
    matrix = card.confusion_matrix
    if any(len(row) != len(matrix) for row in matrix) or len(matrix) not in {0, len(classes)}:
        raise MalformedMessageError("the confusion matrix does not fit the classes")
    curves = (*card.roc, *card.precision_recall)
    if any(len(curve.x) != len(curve.y) for curve in curves):
        raise MalformedMessageError("a curve has as many x as y")
    numbers = [
        *card.metrics.values(),
        *(number for row in card.per_class for number in (row.precision, row.recall, row.f1)),
        *(pair.share for pair in card.confused),
        *(number for one in card.calibration for number in (one.confidence, one.accuracy)),
        *(curve.area for curve in curves),
    ]
    if None in numbers:
        raise MalformedMessageError("a number of a score is null")
