"""Records of a report card: scores, checks, layers of the network, and the data sheet of a data set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cli.language.translation import Language


@dataclass(frozen=True, slots=True)
class BilingualText:
    """A sentence of the server in both languages."""

    en: str
    hu: str

    def in_language(self, language: Language) -> str:
        """The sentence in that language."""
        return self.hu if language is Language.HU else self.en


@dataclass(frozen=True, slots=True)
class ClassScore:
    """One class against all others: ratios in [0, 1], and counts of examples."""

    label: str
    precision: float | None
    recall: float | None
    f1: float | None
    support: int
    tp: int
    fn: int
    fp: int
    tn: int


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check of an assignment."""

    name: str
    points: float
    out_of: float
    passed: bool
    text: BilingualText


@dataclass(frozen=True, slots=True)
class Layer:
    """Diagnostics of one layer of the network; `dead` is a share in [0, 1]."""

    name: str
    kind: str
    parameters: int
    activation_mean: float | None = None
    activation_std: float | None = None
    gradient_norm: float | None = None
    dead: float | None = None


@dataclass(frozen=True, slots=True)
class ClassCount:
    """The number of examples of a class in each split of a data set."""

    label: str
    train: int
    valid: int
    test: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """The values of one column, or of all (without a name): counts in bins of equal width."""

    name: str
    low: float
    high: float
    mean: float
    missing: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DataSheet:
    """The data sheet of a data set; its pictures are left to the browser."""

    classes: tuple[ClassCount, ...] = ()
    histograms: tuple[Histogram, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The report card, as the student may see it."""

    verdict: str
    message: str
    message_hu: str = ""
    detail: str | None = ""
    points: float | None = None
    score: float | None = None
    metric: str | None = ""
    metrics: Mapping[str, float | None] | None = None
    per_class: tuple[ClassScore, ...] | None = None
    confusion_matrix: tuple[tuple[int, ...], ...] | None = None
    classes: tuple[str, ...] | None = ()
    focus: str | None = ""
    size: int | None = None
    seed: int | None = None
    device: str | None = ""
    timings: Mapping[str, float | None] | None = None
    memory_mib: float | None = None
    gpu_memory_mib: float | None = None
    versions: Mapping[str, str] | None = None
    curve: tuple[Mapping[str, float | None], ...] | None = ()
    previous_best: float | None = None
    change: float | None = None
    checks: tuple[CheckResult, ...] | None = None
    layers: tuple[Layer, ...] = ()
    findings: tuple[BilingualText, ...] = ()
    notices: tuple[BilingualText, ...] = ()
    sheet: DataSheet | None = None
    final: bool = False  # scored on data drawn after the deadline
