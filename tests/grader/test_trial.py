"""A trial sees public data alone: nothing of what is held out is loaded, predicted or told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from grader import material
from grader.contract import Verdict
from grader.grade import Task, grade
from grader.kinds.functions.preparing import checks_of
from grader.practice.trial import trial_of
from grader.sandbox.pool import Boxes
from tests.grader import blobs
from tests.grader.conftest import Heard
from tests.grader.kinds.test_functions import LAYERS

KEY = "5e" * 32
SPY = (
    blobs.HONEST
    + """

_predict = predict


def predict(model, inputs):
    print("asked for", len(inputs))
    return _predict(model, inputs)
"""
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return blobs.write_assignment(tmp_path)


def test_validation_data_stand_in_for_the_held_out(folder: Path):
    whole = material.from_folder(folder, KEY)
    tried = trial_of(whole)
    assert np.array_equal(tried.data.held_out_inputs, np.asarray(whole.data.splits.valid.inputs))
    assert np.array_equal(tried.data.held_out_labels, np.asarray(whole.data.splits.valid.labels))
    assert tried.data.known == whole.data.known


def test_the_key_of_the_server_takes_no_part(folder: Path):
    one, other = (trial_of(material.from_folder(folder, key)) for key in (KEY, "a1" * 32))
    assert one == other
    assert one.held_out_key not in {KEY, "a1" * 32}


def test_hidden_checks_are_not_made():
    tried = trial_of(material.from_folder(LAYERS, KEY))
    every = checks_of(material.from_folder(LAYERS, KEY))
    assert {one.check.visible for one in checks_of(tried)} == {True}
    assert tried.practice is not None
    assert tried.practice.untried == sum(not one.check.visible for one in every) > 0


def test_report_of_a_trial_has_no_private_share(boxes: Boxes, folder: Path, heard: Heard):
    whole = material.from_folder(folder, KEY)
    files = {"submission.py": SPY.encode()}
    report = grade(Task("attempt", 3), boxes, lambda: trial_of(whole), lambda _found: files, heard.tell)
    assert report.verdict is Verdict.SCORED, report.detail
    assert report.private is None
    assert report.public is not None
    assert report.public.size == len(whole.data.splits.valid.labels)
    assert f"asked for {len(whole.data.held_out_inputs)}" not in heard.log
