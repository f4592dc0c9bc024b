from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.spec import Scoring
from grader import material, scoring
from grader.wire import Predictions
from tests.grader import blobs

RULE = Scoring(metric="accuracy", public_share=0.3, full_points_at=0.97, zero_points_at=0.1, points=10)


@pytest.mark.parametrize(
    ("score", "points"), [(0.0, 0), (0.1, 0), (0.535, 5), (0.9699, 10), (0.97, 10), (1.0, 10), (0.2, 1.15)]
)
def test_points_rise_between_the_two_marks(score: float, points: float):
    assert scoring.points_for(score, RULE) == points


@given(st.floats(0, 1), st.floats(0, 1))
def test_better_scores_never_earn_less(one: float, other: float):
    low, high = sorted((one, other))
    assert 0 <= scoring.points_for(low, RULE) <= scoring.points_for(high, RULE) <= RULE.points


@given(st.lists(st.integers(0, 4), min_size=1, max_size=300), st.floats(0.05, 0.95), st.text(max_size=8))
def test_shares_split_every_class_alike(labels: list[int], share: float, version: str):
    truth, rule = np.array(labels), replace(RULE, public_share=share)
    public, private = scoring.shares(truth, rule, version)
    assert sorted([*public, *private]) == list(range(len(truth)))
    for label in range(5):
        count = (truth == label).sum()
        assert abs((truth[public] == label).sum() - share * count) <= 0.5


def test_shares_follow_from_the_version_alone():
    truth = np.arange(100) % 3
    one, _ = scoring.shares(truth, RULE, "a")
    same, _ = scoring.shares(truth, RULE, "a")
    other, _ = scoring.shares(truth, RULE, "b")
    assert one.tolist() == same.tolist()
    assert one.tolist() != other.tolist()


@pytest.mark.parametrize(
    "metric", ["accuracy", "macro_precision", "macro_recall", "macro_f1", "roc_auc", "map"]
)
def test_every_metric_of_the_specification_is_computed(metric: str, tmp_path: Path):
    assignment = material.from_folder(blobs.write_assignment(tmp_path)).assignment
    assignment = replace(assignment, score=replace(assignment.score, metric=metric))
    truth = np.arange(30) % 3
    card = scoring.score_card(truth, Predictions(truth), assignment, seed=0)
    assert card.score == card.metrics[metric] == 1.0
    assert card.points == 10


def test_focus_class_is_among_the_metrics(tmp_path: Path):
    assignment = material.from_folder(blobs.write_assignment(tmp_path)).assignment
    truth, claimed = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 0])
    card = scoring.score_card(truth, Predictions(claimed), assignment, seed=0)
    assert (card.metrics["precision_rocket"], card.metrics["recall_rocket"]) == (0.5, 0.5)
