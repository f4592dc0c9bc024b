"""What the API answers about a report."""

from __future__ import annotations

from pydantic import BaseModel, Field


class ClassScoreOut(BaseModel):
    """One class against all others."""

    label: str
    precision: float | None
    recall: float | None
    f1: float | None
    support: int
    tp: int
    fn: int
    fp: int
    tn: int


class ConfusedPairOut(BaseModel):
    """Examples of one class that were taken for another."""

    truth: str
    predicted: str
    count: int
    share: float | None


class CalibrationBinOut(BaseModel):
    """Predictions of about the same confidence, and the share of them that is right."""

    confidence: float | None
    accuracy: float | None
    size: int


class CurveOut(BaseModel):
    """The curve of one class: thinned, both coordinates from 0 to 1."""

    label: str
    x: list[float]
    y: list[float]
    area: float | None


class SentenceOut(BaseModel):
    """A sentence in both languages."""

    en: str
    hu: str


class CheckOut(BaseModel):
    """One check of an assignment."""

    name: str
    points: float
    out_of: float
    passed: bool
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


class ClassCountOut(BaseModel):
    """Examples of a class in each split of a data set."""

    label: str
    train: int
    valid: int
    test: int


class HistogramOut(BaseModel):
    """Values of one column, or all values: counts in bins of equal width from `low` to `high`."""

    name: str
    low: float
    high: float
    mean: float
    missing: int
    counts: list[int]


class SampleOut(BaseModel):
    """A small picture of one example: rows from the top, a byte for each channel, in base64."""

    label: str
    width: int
    height: int
    channels: int
    pixels: str


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
