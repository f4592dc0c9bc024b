"""Grading for tests: the real sandbox, one box after the other, and what was told while it ran."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from grader import material
from grader.contract import EventKind, GradeReport, RunPhase
from grader.grade import Task, grade
from grader.sandbox.pool import Boxes, Mode
from tests.grader import blobs


@dataclass
class Heard:
    """Everything a run told."""

    events: list[tuple[EventKind, str, Mapping[str, float]]] = field(default_factory=list)

    def tell(self, kind: EventKind, text: str, values: Mapping[str, float]) -> None:
        self.events.append((kind, text, values))

    @property
    def log(self) -> str:
        return "".join(text for kind, text, _ in self.events if kind is EventKind.LOG)

    @property
    def points(self) -> list[Mapping[str, float]]:
        return [values for kind, _, values in self.events if kind is EventKind.POINT]


@pytest.fixture(scope="session")
def boxes() -> Iterator[Boxes]:
    """Boxes of all tests; the next one warms up while a test is run."""
    boxes = Boxes(mode=Mode.TEMPLATE)
    yield boxes
    boxes.close()


@pytest.fixture
def heard() -> Heard:
    return Heard()


Grade = Callable[..., GradeReport]


@pytest.fixture
def grade_files(boxes: Boxes, heard: Heard, tmp_path: Path) -> Grade:
    """Grade files of a student against the small assignment with these limits."""

    def run(
        files: Mapping[str, bytes], *, seed: int = 7, folder: Path = tmp_path, **settings: object
    ) -> GradeReport:
        found = material.from_folder(blobs.write_assignment(folder, **settings))  # type: ignore[arg-type]

        def tell(kind: EventKind, text: str, values: Mapping[str, float]) -> None:
            heard.tell(kind, text, values)
            if text == RunPhase.START:  # this run has its box: the next test's warms up beside it
                boxes.warm()

        report = grade(Task("test", seed), boxes, lambda: found, lambda _: files, tell)
        GradeReport.from_message(json.loads(json.dumps(report.to_message())))  # the server takes every report
        return report

    return run


@pytest.fixture
def grade_code(grade_files: Grade) -> Grade:
    """Grade the bodies of train and predict."""

    def run(*, wall: str = "30s", memory_mib: int = 1024, **bodies: str) -> GradeReport:
        files = {"submission.py": blobs.code(**bodies)}
        return grade_files(files, wall=wall, memory_mib=memory_mib)

    return run
