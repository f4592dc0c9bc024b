"""Robustness: scored once more under noise, for staff alone; the score itself stays what it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assignments.spec import SpecError
from grader import material
from grader.commands.run_local import quiet
from grader.contract import GradeReport, Robustness
from grader.grade import Task, grade
from grader.material import MaterialError
from grader.sandbox.pool import Boxes
from tests.grader import blobs

NOISY = 'load = "data.py:load"\nperturbation = { noise = 0.03 }\n'
TABLE = """
import torch

def train(train_inputs, train_labels, *, seed):
    return torch.stack([train_inputs[train_labels == label].mean(0) for label in range(3)])

def predict(model, inputs):
    # Stands for a table of the held-out inputs: it is right only where two decimals are what they were.
    known = (inputs * 64 == (inputs * 64).round()).all(1)
    scores = -torch.cdist(inputs, model)
    return torch.where(known[:, None], scores, torch.tensor([1.0, 0.0, 0.0]))
"""


def noisy(folder: Path, *, noise: str = "0.03", data: str = blobs.DATA) -> Path:
    home = blobs.write_assignment(folder)
    toml = (home / "assignment.toml").read_text()
    settings = NOISY.replace("0.03", noise)
    (home / "assignment.toml").write_text(toml.replace('load = "data.py:load"\n', settings))
    (home / "data.py").write_text(data)
    return home


def graded(boxes: Boxes, folder: Path, source: str) -> GradeReport:
    found = material.from_folder(folder)
    files = {"submission.py": source.encode()}
    return grade(Task("attempt", 0), boxes, lambda: found, lambda _: files, quiet)


def test_honest_code_loses_little_under_noise(boxes: Boxes, tmp_path: Path):
    report = graded(boxes, noisy(tmp_path), blobs.HONEST)
    found = report.staff.robustness
    assert found is not None
    assert found.noise == 0.03
    assert abs(found.clean - found.perturbed) < 0.03


def test_table_of_the_held_out_inputs_falls_under_noise(boxes: Boxes, tmp_path: Path):
    rounded = blobs.DATA.replace("+ noise, labels", "+ (noise * 64).round() / 64, labels")
    report = graded(boxes, noisy(tmp_path, data=rounded), TABLE)
    found = report.staff.robustness
    assert found is not None
    assert found.clean > 0.9
    assert found.perturbed < 0.5


def test_scores_are_those_without_the_check(boxes: Boxes, tmp_path: Path):
    (tmp_path / "plain").mkdir()
    (tmp_path / "noisy").mkdir()
    plain = graded(boxes, blobs.write_assignment(tmp_path / "plain"), blobs.HONEST)
    checked = graded(boxes, noisy(tmp_path / "noisy"), blobs.HONEST)
    assert plain.staff.robustness is None
    assert plain.public is not None
    assert checked.public is not None
    sizes = [(report.public.size, report.private.size) for report in (plain, checked)]  # type: ignore[union-attr]
    assert sizes[0] == sizes[1]
    # Which rows are public follows from the version, so the shares differ, but not all rows together.
    both = [
        (report.public.score * report.public.size + report.private.score * report.private.size) / 150  # type: ignore[union-attr]
        for report in (plain, checked)
    ]
    assert both[0] == pytest.approx(both[1], abs=1e-4)


def test_students_are_told_nothing_of_it(boxes: Boxes, tmp_path: Path):
    message = graded(boxes, noisy(tmp_path), blobs.HONEST).to_message()
    private = message.pop("private")
    assert private["staff"]["robustness"]["noise"] == 0.03
    assert "robustness" not in str(message)
    assert message["size"] + private["size"] == 150


def test_noise_has_the_stated_spread_and_stays_in_range(tmp_path: Path):
    data = material.from_folder(noisy(tmp_path, noise="0.1")).data
    assert data.perturbed is not None
    moved = data.perturbed.astype(float) - data.held_out_inputs
    assert moved.std() == pytest.approx(0.1 * data.held_out_inputs.std(), rel=0.15)
    assert data.perturbed.min() >= data.held_out_inputs.min()
    assert data.perturbed.max() <= data.held_out_inputs.max()
    assert data.perturbed.dtype == data.held_out_inputs.dtype
    assert len(data.sent) == 2 * len(data.held_out_inputs)


def test_noise_comes_from_the_secret(tmp_path: Path):
    folder = noisy(tmp_path)
    moved = []
    for key in ("5e" * 32, "77" * 32):
        data = material.from_folder(folder, key).data
        assert data.perturbed is not None
        moved.append(data.perturbed - data.held_out_inputs)
    assert not np.array_equal(*moved)


def test_whole_numbers_take_no_noise(tmp_path: Path):
    data = blobs.DATA.replace("+ noise, labels", ".long(), labels").replace(
        "CENTRES[labels].", "CENTRES[labels]."
    )
    with pytest.raises(MaterialError, match="inputs that are real numbers, not int64"):
        _ = material.from_folder(
            noisy(tmp_path, data=data.replace("CENTRES[labels] .long", "CENTRES[labels].long"))
        ).data


@pytest.mark.parametrize("noise", ["0", "-0.1", "0.6", '"much"', "nan"])
def test_noise_is_a_small_share(tmp_path: Path, noise: str):
    with pytest.raises(SpecError, match=r"data\.perturbation\.noise"):
        material.from_folder(noisy(tmp_path, noise=noise))


@pytest.mark.parametrize("line", ["perturbation = { noise = 0.03 }", 'final = "fresh"'])
def test_tables_of_predictions_cannot_be_predicted_again(tmp_path: Path, line: str):
    folder = noisy(tmp_path)
    toml = (folder / "assignment.toml").read_text().replace('kind = "code"', 'kind = "predictions"')
    (folder / "assignment.toml").write_text(toml.replace("perturbation = { noise = 0.03 }", line))
    with pytest.raises(SpecError, match="not for kind 'predictions'"):
        material.from_folder(folder)


def test_robustness_is_read_back_from_its_message(boxes: Boxes, tmp_path: Path):
    report = graded(boxes, noisy(tmp_path), blobs.HONEST)
    again = GradeReport.from_message(report.to_message())
    assert isinstance(again.staff.robustness, Robustness)
    assert again.staff == report.staff
