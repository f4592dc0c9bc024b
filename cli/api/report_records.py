"""What the server tells of a run that has ended: the report card and its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cli.api.dataset_records import DataSheet
from cli.language.translation import Language


@dataclass(frozen=True, slots=True)
class ClassScore:
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


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of the server's in both languages."""

    en: str
    hu: str

    def in_language(self, language: Language) -> str:
        """The sentence in that language."""
        return self.hu if language is Language.HU else self.en


@dataclass(frozen=True, slots=True)
class Check:
    """One check of an assignment."""

    name: str
    points: float
    out_of: float
    passed: bool
    text: Told


@dataclass(frozen=True, slots=True)
class Layer:
    """What one layer of the network did."""

    name: str
    kind: str
    parameters: int
    activation_mean: float | None = None
    activation_std: float | None = None
    gradient_norm: float | None = None
    dead: float | None = None


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
    checks: tuple[Check, ...] | None = None
    layers: tuple[Layer, ...] = ()
    findings: tuple[Told, ...] = ()
    notices: tuple[Told, ...] = ()
    sheet: DataSheet | None = None
    final: bool = False  # scored on data drawn after the deadline
