from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.__main__ import main
from grader.contract import GradeReport, Verdict
from tests.grader import blobs, tasks


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small assignment with a reference that is honest and a starter that is not good."""
    folder = blobs.write_assignment(tmp_path)
    for name, source in (("reference", blobs.HONEST.encode()), ("starter", blobs.code())):
        (folder / name).mkdir()
        (folder / name / "submission.py").write_bytes(source)
    return folder


def test_report_is_printed_for_people(folder: Path):
    result = call("run", folder, folder / "reference", "--seed", 5)
    assert result.exit_code == 0
    assert "scored: Scored: accuracy" in result.stdout
    assert "public share, 60 examples: 10 points" in result.stdout
    assert "learned 3 centres" in result.stderr


@pytest.mark.slow
def test_assignment_of_values_is_verified(tmp_path: Path):
    folder = tasks.write_values(tmp_path)
    constant = blobs.code(predict="return torch.full((len(inputs),), 10.0)")
    for name, source in (("reference", tasks.REGRESSOR.encode()), ("starter", constant)):
        (folder / name).mkdir()
        (folder / name / "submission.py").write_bytes(source)
    result = call("verify", folder)
    assert result.exit_code == 0, result.output
    assert "ok held-out values are finite and differ" in " ".join(result.stdout.split())


def test_report_is_json_for_programs(folder: Path):
    result = call("run", folder, folder / "reference" / "submission.py", "--json", "--device", "cpu")
    report = GradeReport.from_message(json.loads(result.stdout))
    assert report.verdict is Verdict.SCORED
    assert {"torch", "numpy", "python", "hazi", "data"} <= set(report.versions)
    assert {"fetch", "unpack", "start", "train", "predict", "score", "total"} == set(report.timings)


@pytest.mark.slow
def test_failed_submission_exits_with_zero(folder: Path):
    (folder / "starter" / "submission.py").write_bytes(blobs.code(train="raise ValueError('mine')"))
    result = call("run", folder, folder / "starter")
    assert result.exit_code == 0
    assert "ValueError: mine" in result.stdout


def test_broken_assignment_exits_with_one(folder: Path):
    (folder / "assignment.toml").write_text("slug = 3\n")
    result = call("run", folder, folder / "reference")
    assert result.exit_code == 1
    assert "assignment.toml, line 1" in result.stderr


def test_sound_assignment_is_verified(folder: Path):
    result = call("verify", folder)
    assert result.exit_code == 0, result.output
    assert result.stdout.count("ok ") == 10


@pytest.mark.slow
def test_broken_promise_fails_the_verification(folder: Path):
    (folder / "starter" / "submission.py").write_text(blobs.HONEST)
    (folder / "data.py").write_text(blobs.DATA.replace('draws.held_out("test")', 'draws.public("train")'))
    result = call("verify", folder)
    assert result.exit_code == 1
    assert "FAIL train and test share no example: " in result.stdout
    assert "FAIL the starter runs and earns less" in result.stdout
