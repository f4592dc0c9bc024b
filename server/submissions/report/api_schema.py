"""What the API answers about a report."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from assignments.localized import Localized
from grader.contract import (
    CalibrationBin,
    CheckResult,
    ClassCount,
    ClassScore,
    ConfusedPair,
    Curve,
    Histogram,
    Sample,
)


class Answered:
    """A part of a report, answered as the contract has it: here stands its name in the API alone."""

    __slots__ = ()
    __pydantic_config__ = ConfigDict(extra="ignore")


@dataclass(frozen=True, slots=True)
class ClassScoreOut(Answered, ClassScore):
    """One class against all others."""


@dataclass(frozen=True, slots=True)
class ConfusedPairOut(Answered, ConfusedPair):
    """Examples of one class that were taken for another."""


@dataclass(frozen=True, slots=True)
class CalibrationBinOut(Answered, CalibrationBin):
    """Predictions of about the same confidence, and the share of them that is right."""


@dataclass(frozen=True, slots=True)
class CurveOut(Answered, Curve):
    """The curve of one class: thinned, both coordinates from 0 to 1."""


@dataclass(frozen=True, slots=True)
class SentenceOut(Localized):
    """A sentence in both languages."""


@dataclass(frozen=True, slots=True)
class CheckOut(Answered, CheckResult):
    """One check of an assignment."""

    text: SentenceOut


class LayerOut(BaseModel):
    """What one layer of the network did at initialisation, at the first step, after training."""

    name: str
    kind: str
    parameters: int
    activation_mean: float | None
    activation_std: float | None
    gradient_norm: float | None
    dead: float | None


@dataclass(frozen=True, slots=True)
class ClassCountOut(Answered, ClassCount):
    """Examples of a class in each split of a data set."""


@dataclass(frozen=True, slots=True)
class HistogramOut(Answered, Histogram):
    """Values of one column, or all values: counts in bins of equal width from `low` to `high`."""


@dataclass(frozen=True, slots=True)
class SampleOut(Answered, Sample):
    """A small picture of one example: rows from the top, a byte for each channel, in base64."""


class DataSheetOut(BaseModel):
    """What a data set looks like."""

    classes: list[ClassCountOut]
    histograms: list[HistogramOut]
    samples: list[SampleOut]


class ReportOut(BaseModel):
    """What came of a run: the public share only. Without a score its fields are null.

    `confused` to `checks` belong to the score; `layers`, `findings` and `notices` to the run. A `final` one
    was scored on data drawn after the deadline.
    """

    verdict: str
    message: str
    message_hu: str
    detail: str
    classes: list[str]
    metric: str
    focus: str
    seed: int
    device: str
    timings: dict[str, float | None]
    memory_mib: float | None
    gpu_memory_mib: float | None = None
    versions: dict[str, str]
    points: float | None
    score: float | None
    metrics: dict[str, float | None] | None
    per_class: list[ClassScoreOut] | None
    confusion_matrix: list[list[int]] | None
    size: int | None
    confused: list[ConfusedPairOut] | None = None
    calibration: list[CalibrationBinOut] | None = None
    roc: list[CurveOut] | None = None
    precision_recall: list[CurveOut] | None = None
    checks: list[CheckOut] | None = None
    layers: list[LayerOut] = Field(default_factory=list)
    findings: list[SentenceOut] = Field(default_factory=list)
    notices: list[SentenceOut] = Field(default_factory=list)
    sheet: DataSheetOut | None = None
    final: bool = False
    curve: list[dict[str, float | None]]
    previous_best: float | None
    change: float | None
