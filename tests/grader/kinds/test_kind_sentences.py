"""A run that fails is told of its own contract, in its own language."""

from __future__ import annotations

import pytest

from grader.contract import Verdict
from tests.grader.conftest import Grade
from tests.grader.kinds.test_model import files

ENDED = "import sys\ndef build_model():\n    sys.exit(0)\n"
KILLED = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
OTHERS = ("train", "predict", "jóslat")


@pytest.mark.parametrize("source", [ENDED, KILLED], ids=["ended", "killed"])
def test_a_model_that_ends_the_program_is_told_of_its_network(grade_files: Grade, source: str):
    report = grade_files(files(source), kind="model")
    assert report.verdict is Verdict.FAILED
    assert "network" in report.message
    assert not any(word in report.message + report.message_hu for word in OTHERS)


def test_a_hungarian_sentence_names_the_phase_in_hungarian(grade_files: Grade):
    report = grade_files({"submission.py": b"while True: pass"}, wall="1s")
    assert report.verdict is Verdict.TIMED_OUT
    assert "ebben a szakaszban: " in report.message_hu
    assert not any(word in report.message_hu for word in ("train", "start", "predict"))
