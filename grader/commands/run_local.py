"""Grading without a server: an assignment's folder and a submission on this disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grader import material
from grader.contract import EventKind, GradeReport
from grader.draws import DEVELOPMENT_KEY
from grader.grade import Task, grade
from grader.run import Tell
from grader.sandbox.gpu import claim
from grader.sandbox.pool import Boxes, Mode


def quiet(_kind: EventKind, _text: str, _values: Mapping[str, float]) -> None:
    """A listener that wants to hear nothing."""


def grade_locally(
    folder: Path,
    submission: Path,
    *,
    device: str = "auto",
    seed: int = 0,
    tell: Tell = quiet,
    boxes: Boxes | None = None,
    held_out_key: str = DEVELOPMENT_KEY,
) -> GradeReport:
    """Grade a file or folder against the assignment in a folder. Raises SandboxMissingError, SpecError.

    The device is that of the boxes, where some are given. Held-out data that are drawn are no server's.
    """
    boxes = boxes or Boxes(Mode.COLD, claim(device))
    found = material.from_folder(folder, held_out_key)
    task = Task(attempt_id="local", seed=seed)
    return grade(task, boxes, lambda: found, lambda _: files_of(submission), tell)


def files_of(submission: Path) -> dict[str, bytes]:
    """The files a student would hand in: one file, or all of a folder but hidden ones and caches."""
    if submission.is_file():
        return {submission.name: submission.read_bytes()}
    files = {}
    for path in sorted(submission.rglob("*")):
        name = path.relative_to(submission)
        if path.is_file() and not any(part.startswith(".") or part == "__pycache__" for part in name.parts):
            files[name.as_posix()] = path.read_bytes()
    return files
