"""Several labels and values, graded end to end in the real sandbox, and what is wrong with answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assignments.scoring import LearningTask
from grader import material
from grader.commands import console, verify
from grader.contract import GradeReport, RunPhase, Verdict
from grader.grade import Task, grade
from grader.inside.error_report import UnusableError
from grader.inside.predictions import check_usable
from grader.material import MaterialError
from grader.sandbox.pool import Boxes
from tests.grader import blobs, tasks

GradeIn = Callable[[Path, dict[str, bytes]], GradeReport]


@pytest.fixture
def grade_in(boxes: Boxes) -> GradeIn:
    """Grade files against the assignment in a folder."""

    def run(folder: Path, files: dict[str, bytes]) -> GradeReport:
        found = material.from_folder(folder)

        def tell(_kind: object, text: str, _values: object) -> None:
            if text == RunPhase.START:
                boxes.warm()

        return grade(Task("test", 7), boxes, lambda: found, lambda _: files, tell)

    return run


def test_several_labels_are_trained_and_scored(grade_in: GradeIn, tmp_path: Path):
    report = grade_in(tasks.write_labels(tmp_path), {"submission.py": tasks.LABELLER.encode()})
    assert report.verdict is Verdict.SCORED, report.message
    assert report.private is not None
    assert report.private.points == 10
    assert {"subset_accuracy", "hamming_accuracy", "micro_f1", "map", "macro_f1_low"} <= set(
        report.private.metrics
    )
    assert [row.label for row in report.private.per_class] == ["right", "above", "far"]
    assert [curve.area for curve in report.private.roc] == [1.0, 1.0, 1.0]


def test_values_are_trained_and_scored(grade_in: GradeIn, tmp_path: Path):
    report = grade_in(tasks.write_values(tmp_path), {"submission.py": tasks.REGRESSOR.encode()})
    assert report.verdict is Verdict.SCORED, report.message
    assert report.public is not None
    assert report.public.points == 10
    assert report.public.metrics["r2"] == pytest.approx(1)
    assert report.public.metrics["rmse_low"] <= report.public.score <= report.public.metrics["rmse_high"]
    assert report.classes == report.public.per_class == report.public.confusion_matrix == ()
    assert "10 points, rmse 0.0000" in console.report(report)


def test_table_of_values_is_scored(grade_in: GradeIn, tmp_path: Path):
    folder = tasks.write_values(tmp_path, kind="predictions")
    truth = material.from_folder(folder).data.held_out_labels
    rows = "".join(f"{number},{value + 1.05:.17g}\n" for number, value in enumerate(truth))
    report = grade_in(folder, {"predictions.csv": b"id,value\n" + rows.encode()})
    assert report.private is not None
    assert (report.private.score, report.private.points) == (pytest.approx(1.05), 5)


@pytest.mark.parametrize(
    ("task", "answer", "code"),
    [
        ("labels", np.zeros((4, 2)), "wrong_shape_labels"),
        ("labels", np.zeros(4), "wrong_shape_labels"),
        ("labels", np.full((4, 3), 2), "not_zero_or_one"),
        ("labels", np.full((4, 3), np.nan), "not_finite"),
        ("values", np.zeros((4, 2)), "wrong_shape_values"),
        ("values", np.full(4, np.inf), "not_finite"),
        ("values", np.full(4, 1e200), "not_finite"),
    ],
)
def test_unusable_answers_are_named_in_the_rehearsal(task: str, answer: np.ndarray, code: str):
    with pytest.raises(UnusableError) as refusal:
        check_usable(answer, 4, 3, task)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        ("labels", np.ones((4, 3), dtype=bool)),
        ("labels", np.full((4, 3), -7.5)),
        ("values", np.arange(4)),
        ("values", np.full(4, -1e30)),
    ],
)
def test_usable_answers_pass_the_rehearsal(task: str, answer: np.ndarray):
    check_usable(answer, 4, 3, task)


@pytest.mark.parametrize(("labels", "holds"), [("labels_of", True), ("(lambda x: labels_of(x) * 0)", False)])
def test_verification_wants_every_label_held_out(labels: str, holds: bool, tmp_path: Path):
    folder = tasks.write_labels(tmp_path)
    (folder / "data.py").write_text(tasks.DATA.replace("{labels}", labels))
    check = verify.LABELS_ARE_SOUND[LearningTask.LABELS](material.from_folder(folder))
    assert check.holds == holds


def test_labels_of_another_task_are_no_material(tmp_path: Path):
    folder = blobs.write_assignment(tmp_path)
    (folder / "data.py").write_text(tasks.DATA.replace("{labels}", "labels_of"))
    with pytest.raises(MaterialError, match=r"labels of shape \(150, 3\), where classes need \(150,\)"):
        _ = material.from_folder(folder).data
