"""A week of tables tells no labels: so few different public reports are there that they cannot hold them."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.scoring import Scoring
from assignments.spec import read_assignment
from grader import material
from grader.contract import GradeReport
from grader.report import Draft
from grader.scoring import disclosure
from grader.wire import Predictions
from tests.grader import blobs

ACCURACY = Scoring("accuracy", 0.4, 0.9, 0.3, 10)
RMSE = Scoring("rmse", 0.4, 0.1, 2.0, 10)
MCC = Scoring("mcc", 0.4, 0.9, 0.1, 10)


def public_part(report: GradeReport) -> str:
    """All that a student sees of a report, as bytes would show it."""
    message = report.to_message()
    return json.dumps({name: value for name, value in message.items() if name != "private"})


def reports_of(draft: Draft, tries: int, *, scores: bool) -> list[GradeReport]:
    """The reports of tables that get from none to all of the labels right, chosen label by label."""
    truth = draft.material.data.held_out_labels
    chance = np.random.default_rng(5)
    found = []
    for number in range(tries):
        wrong = chance.random(len(truth)) < number / tries
        labels = np.where(wrong, (truth + chance.integers(1, 3, len(truth))) % 3, truth)
        crafted = np.eye(3)[labels] + chance.random((len(truth), 3)) / 3 if scores else None
        found.append(draft.scored(Predictions(labels, crafted)))
    return found


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    folder = blobs.write_assignment(tmp_path, kind="predictions")
    (folder / "data.py").write_text(blobs.DATA.replace("split(150, test)", "split(3000, test)"))
    return Draft("attempt", material.from_folder(folder), 0, "cpu")


@pytest.mark.parametrize("scores", [False, True])
def test_there_are_no_more_public_reports_than_promised(draft: Draft, scores: bool):
    reports = reports_of(draft, 300, scores=scores)
    most = disclosure.outcomes(draft.material.assignment.score)
    assert 50 < len({public_part(report) for report in reports}) <= most
    assert len({json.dumps(report.to_message()["private"]) for report in reports}) > most  # staff see all


def test_code_is_told_the_exact_numbers(draft: Draft):
    assignment = replace(draft.material.assignment, kind=type(draft.material.assignment.kind).CODE)
    exact = replace(draft, material=replace(draft.material, assignment=assignment))
    [report] = reports_of(exact, 1, scores=True)
    assert report.public is not None
    assert report.public.confusion_matrix
    assert report.public.roc


def test_nothing_finer_than_one_number_is_told(draft: Draft):
    for report in reports_of(draft, 20, scores=True):
        public = report.public
        assert public is not None
        assert public.metrics == {"accuracy": public.score}
        assert (public.per_class, public.confusion_matrix, public.confused) == ((), (), ())
        assert (public.calibration, public.roc, public.precision_recall) == ((), (), ())
        assert report.private is not None
        assert report.private.confusion_matrix


def test_points_follow_from_what_is_told(draft: Draft):
    for report in reports_of(draft, 20, scores=False):
        assert report.public is not None
        way = (report.public.score - 0.3) / (0.9 - 0.3)
        assert report.public.points == pytest.approx(10 * min(1, max(0, way)), abs=0.005)


@given(score=st.floats(0, 1))
def test_a_share_is_told_to_the_nearest_hundredth(score: float):
    told = disclosure.in_steps(score, ACCURACY)
    assert abs(told - score) <= 0.005 + 1e-9
    assert math.isclose(told * 100, round(told * 100), abs_tol=1e-9)


@given(score=st.floats(0, 1e9))
def test_an_error_has_a_hundred_steps_between_its_marks(score: float):
    told = disclosure.in_steps(score, RMSE)
    step = (told - 2.0) / (0.1 - 2.0) * 100
    assert math.isclose(step, round(step), abs_tol=1e-3)
    assert 0.1 <= told <= 2.0
    if 0.1 <= score <= 2.0:
        assert abs(told - score) <= 1.9 / 200 + 1e-6


def test_no_metric_has_more_values_than_are_counted():
    for scoring in (ACCURACY, RMSE, MCC):
        low, high = (-1.0, 1.0) if scoring is MCC else (0.0, 1.0 if scoring is ACCURACY else 4.0)
        told = {repr(disclosure.in_steps(float(score), scoring)) for score in np.linspace(low, high, 20_001)}
        assert len(told) == disclosure.outcomes(scoring)


def test_a_week_tells_a_seventh_of_three_hundred_labels():
    """The numbers of docs/decisions/014."""
    text = blobs.TOML.format(kind="predictions", wall="30s", memory_mib=1024).replace("per_day = 1000", "")
    assignment = read_assignment(text, material.ZONE)
    assert assignment.limits.per_day == 3
    labels = np.arange(300) % 10
    assert disclosure.bits_of_a_week(assignment) == pytest.approx(140, abs=0.5)
    assert disclosure.bits_of_labels(labels) == pytest.approx(997, abs=0.5)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=60))
def test_labels_have_no_more_bits_than_equally_likely_ones(labels: list[int]):
    bits = disclosure.bits_of_labels(np.array(labels))
    assert -1e-9 <= bits <= len(labels) * math.log2(len(set(labels))) + 1e-9
