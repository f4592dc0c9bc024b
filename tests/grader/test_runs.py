"""Honest and broken submissions in the real sandbox: the verdict, and the sentence the student reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.contract import Verdict
from grader.run import Run
from tests.grader import blobs
from tests.grader.conftest import Grade, Heard


def test_honest_submission_is_scored(grade_files: Grade, heard: Heard):
    report = grade_files({"submission.py": blobs.HONEST.encode()})
    assert report.verdict is Verdict.SCORED
    assert report.public is not None
    assert report.private is not None
    assert report.public.points == report.private.points == 10
    assert (report.public.size, report.private.size) == (60, 90)
    assert {"precision_rocket", "recall_rocket", "log_loss"} <= set(report.public.metrics)
    assert heard.log == "learned 3 centres\n"
    assert heard.points == [{"epoch": 1, "loss": 0.5}]
    assert 0 < report.memory_mib < 1024


def test_same_seed_gives_the_same_result(grade_files: Grade, tmp_path: Path):
    source = blobs.code(train="return torch.randn(2, 3)", predict="return inputs @ model")
    files = {"submission.py": source}
    scores = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        scores.append(grade_files(files, folder=folder).private)
    assert scores[0] == scores[1]


def test_labels_as_answer_are_scored(grade_code: Grade):
    report = grade_code(predict="return [0] * len(inputs)")
    assert report.verdict is Verdict.SCORED
    assert report.private is not None
    assert "log_loss" not in report.private.metrics


def test_modules_beside_the_submission_are_found(grade_files: Grade):
    source = b"from parts.model import train, predict\n"
    files = {"submission.py": source, "parts/model.py": blobs.code(), "parts/__init__.py": b"# parts\n"}
    assert grade_files(files).verdict is Verdict.SCORED


def test_prints_before_a_crash_are_complete(grade_code: Grade, heard: Heard):
    report = grade_code(train="print('almost', end=''); raise ValueError('no')")
    assert report.verdict is Verdict.FAILED
    assert heard.log == "almost"


def test_exception_shows_the_students_traceback_only(grade_code: Grade):
    report = grade_code(train="helper()", top="def helper(): return torch.zeros(2) @ torch.zeros(3)")
    assert report.verdict is Verdict.FAILED
    assert report.detail.startswith("Traceback (most recent call last):\n")
    assert 'File "submission.py", line 2, in helper' in report.detail
    assert "RuntimeError: " in report.detail
    assert not any(word in report.detail for word in ("training.py", "/box", "site-packages", "/usr"))


@pytest.mark.parametrize("source", [b"x = " + b"-" * 20_000 + b"1", b"x = " + b"a+" * 60_000 + b"a"])
def test_code_too_deep_for_the_compiler_costs_no_try(grade_files: Grade, source: bytes):
    assert grade_files({"submission.py": source + b"\n"}).verdict is Verdict.REJECTED


@pytest.mark.slow
def test_cpu_time_used_up_is_timed_out(grade_code: Grade, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Run, "_cpu_s", lambda _run: 5)
    assert grade_code(train="while True: pass").verdict is Verdict.TIMED_OUT


def test_syntax_error_shows_the_line_and_costs_no_try(grade_files: Grade):
    report = grade_files({"submission.py": b"import torch\ndef train(:\n"})
    assert report.verdict is Verdict.REJECTED
    assert 'File "submission.py", line 2' in report.detail
    assert "def train(:" in report.detail


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"def predict(m, x): return x\n", "no function `train("),
        (b"def train(a, b, *, seed): pass\n", "no function `predict("),
        (b"def train(a): pass\ndef predict(m, x): return x\n", "`train` cannot be called"),
        (b"def train(a, b, *, seed): pass\ndef predict(m): return x\n", "`predict` cannot be called"),
        (b"raise SystemExit(0)\n", "ended the program"),
    ],
)
def test_missing_parts_are_named(grade_files: Grade, source: bytes, said: str):
    report = grade_files({"submission.py": source})
    assert report.verdict is Verdict.FAILED
    assert said in report.message


@pytest.mark.parametrize(
    ("predict", "said", "detail"),
    [
        ("return torch.full((len(inputs), 3), float('nan'))", "NaN", "values"),
        ("return torch.zeros(len(inputs) - 1, 3)", "another shape", "(29, 3)"),
        ("return torch.zeros(len(inputs), 7)", "another shape", "(30, 7)"),
        ("return 'rocket'", "numbers", "str"),
        ("return None", "returned nothing", "None"),
        ("return torch.full((len(inputs),), 3)", "from 0 to 2", "3 to 3"),
        ("return torch.full((len(inputs),), 0.5)", "from 0 to 2", "0.5"),
    ],
)
def test_unusable_predictions_are_explained(grade_code: Grade, predict: str, said: str, detail: str):
    report = grade_code(predict=predict)
    assert report.verdict is Verdict.BAD_OUTPUT
    assert said in report.message
    assert detail in report.detail


@pytest.mark.parametrize(
    "answer",
    [
        "torch.zeros(7, 3)",
        "torch.full((150, 3), float('inf'))",
        "torch.full((150,), 9)",
        "torch.zeros(150, 3, 2)",
    ],
)
def test_unusable_held_out_predictions_tell_nothing_more(grade_code: Grade, answer: str):
    """What goes wrong only on the held-out inputs is named, but with no number of the student's in it."""
    report = grade_code(predict=f"return {answer} if len(inputs) == 150 else torch.zeros(len(inputs))")
    assert report.verdict is Verdict.BAD_OUTPUT
    assert report.detail == ""
    assert report.public is None


def test_error_has_a_hungarian_sentence_too(grade_code: Grade):
    report = grade_code(train="raise ValueError")
    assert report.message_hu == "A kód kivételt dobott. A hibakövetés alább látható."
