"""What an assignment and a course are: frozen values, read from TOML by `read_assignment` and `read_course`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo


class Kind(StrEnum):
    """What a student hands in."""

    CODE = "code"
    PREDICTIONS = "predictions"


@dataclass(frozen=True, slots=True)
class Localized:
    """The same sentence in the two languages of the course."""

    en: str
    hu: str


@dataclass(frozen=True, slots=True)
class LatePolicy:
    """What lateness costs: a grace that is free, then a share of the points for each late day."""

    grace: timedelta = timedelta()
    per_day: float = 0.0  # share of the points lost for each late day, in [0, 1]
    last_day: int = 0  # number of late days on which hand-ins are still taken


@dataclass(frozen=True, slots=True)
class Window:
    """When hand-ins are taken. All three are aware moments in UTC."""

    opens: datetime
    due: datetime
    closes: datetime  # due plus grace or `last_day` calendar days of the course's zone, the later of the two


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run and one hand-in may use."""

    wall: timedelta = timedelta(seconds=60)
    memory_mib: int = 2048
    cpus: int = 2
    gpu: int = 0
    per_day: int = 10  # hand-ins of one student in one calendar day of the course's zone
    upload_mib: int = 25
    files: int = 50


@dataclass(frozen=True, slots=True)
class DataSource:
    """Where the data comes from: `load` is `file.py:function`, called without arguments -> Splits."""

    load: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scoring:
    """How a metric becomes points: linear between the two marks, clipped outside."""

    metric: str
    public_share: float
    full_points_at: float
    zero_points_at: float
    points: float
    focus: str = ""  # a class whose precision and recall the report card puts first


@dataclass(frozen=True, slots=True)
class Assignment:
    """One homework as its folder describes it."""

    slug: str
    kind: Kind
    title: Localized
    summary: Localized
    window: Window
    late: LatePolicy
    limits: Limits
    data: DataSource
    score: Scoring


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A person who runs the course."""

    neptun: str
    name: str
    role: Literal["assistant", "lecturer"]
    email: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """The course that this installation serves."""

    title: Localized
    term: str
    zone: ZoneInfo
    staff: tuple[StaffMember, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Split:
    """Inputs and labels of one part of the data: tensors of the same length N. The first axis counts examples."""

    inputs: Any  # torch.Tensor (N, ...): typed Any, for this module must not import torch
    labels: Any  # torch.Tensor (N,)


@dataclass(frozen=True, slots=True)
class Splits:
    """What `load()` of an assignment returns. Only `test` is held out."""

    train: Split
    valid: Split
    test: Split


class SpecError(ValueError):
    """A TOML file of the course is not as it should be. Says file, line and field."""

    def __init__(self, file: str, line: int, field: str, problem: str) -> None:
        super().__init__(f"{file}, line {line}: {field}: {problem}")
        self.file = file
        self.line = line
        self.field = field
        self.problem = problem


def read_assignment(text: str, zone: ZoneInfo, *, file: str = "assignment.toml") -> Assignment:
    """Parse and validate the text of an `assignment.toml`. Raises SpecError."""
    raise NotImplementedError


def read_course(text: str, *, file: str = "course.toml") -> Course:
    """Parse and validate the text of a `course.toml`. Raises SpecError."""
    raise NotImplementedError


def version_of(folder: Path) -> str:
    """The digest (sha256, hex) of everything in an assignment's folder that a grading can depend on."""
    raise NotImplementedError
