from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.scoring import (
    BINARY_METRICS,
    CLASS_METRICS,
    ERRORS,
    LABEL_METRICS,
    VALUE_METRICS,
    LearningTask,
    Scoring,
)
from assignments.spec import Assignment
from grader import material
from grader.contract import ScoreCard
from grader.scoring import shares
from grader.wire import Predictions, from_scores
from tests.grader import blobs

RULE = Scoring(metric="accuracy", public_share=0.3, full_points_at=0.97, zero_points_at=0.1, points=10)


@pytest.mark.parametrize(
    ("score", "points"), [(0.0, 0), (0.1, 0), (0.535, 5), (0.9699, 10), (0.97, 10), (1.0, 10), (0.2, 1.15)]
)
def test_points_rise_between_the_two_marks(score: float, points: float):
    assert shares.points_for(score, RULE) == points


@given(st.floats(0, 1), st.floats(0, 1))
def test_better_scores_never_earn_less(one: float, other: float):
    low, high = sorted((one, other))
    assert 0 <= shares.points_for(low, RULE) <= shares.points_for(high, RULE) <= RULE.points


@given(st.lists(st.integers(0, 4), min_size=1, max_size=300), st.floats(0.05, 0.95), st.text(max_size=8))
def test_shares_split_every_class_alike(labels: list[int], share: float, version: str):
    truth, rule = np.array(labels), replace(RULE, public_share=share)
    public, private = shares.shares(truth, rule, version)
    assert sorted([*public, *private]) == list(range(len(truth)))
    for label in range(5):
        count = (truth == label).sum()
        assert abs((truth[public] == label).sum() - share * count) <= 0.5


def test_shares_follow_from_the_version_alone():
    truth = np.arange(100) % 3
    one, _ = shares.shares(truth, RULE, "a")
    same, _ = shares.shares(truth, RULE, "a")
    other, _ = shares.shares(truth, RULE, "b")
    assert one.tolist() == same.tolist()
    assert one.tolist() != other.tolist()


@given(st.floats(0, 100), st.floats(0, 100))
def test_smaller_errors_never_earn_less(one: float, other: float):
    rule = replace(RULE, metric="rmse", full_points_at=2.0, zero_points_at=50.0)
    low, high = sorted((one, other))
    assert 0 <= shares.points_for(high, rule) <= shares.points_for(low, rule) <= rule.points
    assert shares.points_for(26.0, rule) == 5


@pytest.mark.parametrize("task", [LearningTask.LABELS, LearningTask.VALUES])
def test_what_has_no_classes_is_dealt_out_by_chance(task: LearningTask):
    truth = np.random.default_rng(0).normal(size=(100, 3) if task is LearningTask.LABELS else 100)
    public, private = shares.shares(truth, RULE, "a", task)
    assert (len(public), len(private)) == (30, 70)
    assert sorted([*public, *private]) == list(range(100))


def an_assignment(folder: Path, task: LearningTask, classes: int, metric: str) -> Assignment:
    """The small assignment made to score this metric of this task."""
    assignment = material.from_folder(blobs.write_assignment(folder)).assignment
    names = tuple(f"class {number}" for number in range(classes))
    costs = tuple(tuple(float(i != j) for j in range(classes)) for i in range(classes))
    full, zero = (0.0, 0.5) if metric in ERRORS else (1.0, 0.5)
    score = replace(
        assignment.score, metric=metric, costs=costs, focus="", full_points_at=full, zero_points_at=zero
    )
    return replace(assignment, data=replace(assignment.data, task=task, classes=names), score=score)


OF_TASKS = [
    *((LearningTask.CLASSES, 3, metric) for metric in sorted(CLASS_METRICS | {"mean_cost"})),
    *((LearningTask.CLASSES, 2, metric) for metric in sorted(BINARY_METRICS)),
    *((LearningTask.LABELS, 3, metric) for metric in sorted(LABEL_METRICS)),
    *((LearningTask.VALUES, 0, metric) for metric in sorted(VALUE_METRICS)),
]


@pytest.mark.parametrize(("task", "classes", "metric"), OF_TASKS)
def test_every_metric_of_the_specification_is_computed(
    task: LearningTask, classes: int, metric: str, tmp_path: Path
):
    """The right answers earn full points by each of them, and an interval that has no width."""
    truth = {
        LearningTask.CLASSES: np.arange(30) % max(2, classes),
        LearningTask.LABELS: np.eye(3, dtype=np.int64)[np.arange(30) % 3],
        LearningTask.VALUES: np.linspace(-1, 1, 30),
    }[task]
    card = shares.score_card(
        truth, Predictions(truth), an_assignment(tmp_path, task, classes, metric), seed=0
    )
    best = 0.0 if metric in ERRORS else 1.0
    assert card.score == card.metrics[metric] == best
    assert card.metrics[f"{metric}_low"] == card.metrics[f"{metric}_high"] == best
    assert card.points == 10


@pytest.mark.parametrize(
    ("task", "metric"), [(LearningTask.CLASSES, "map"), (LearningTask.LABELS, "macro_f1")]
)
def test_interval_of_any_metric_holds_its_score(task: LearningTask, metric: str, tmp_path: Path):
    generator = np.random.default_rng(1)
    classes = generator.integers(0, 3, 200)
    wanted = np.eye(3, dtype=np.int64)[classes]
    claimed = from_scores(wanted + generator.normal(size=(200, 3)), task)
    truth = wanted if task is LearningTask.LABELS else classes
    card = shares.score_card(truth, claimed, an_assignment(tmp_path, task, 3, metric), seed=0)
    assert card.metrics[f"{metric}_low"] < card.score < card.metrics[f"{metric}_high"]
    assert ("accuracy_low" in card.metrics) == (task is LearningTask.CLASSES)


def test_card_of_scores_has_pairs_bins_and_curves(tmp_path: Path):
    generator = np.random.default_rng(1)
    truth = generator.integers(0, 3, 200)
    claimed = from_scores(np.eye(3)[truth] + generator.normal(size=(200, 3)), LearningTask.CLASSES)
    assignment = an_assignment(tmp_path, LearningTask.CLASSES, 3, "accuracy")
    card = shares.score_card(truth, claimed, assignment, seed=0)
    assert card.confused[0].count >= card.confused[-1].count > 0
    assert [curve.label for curve in card.roc] == [curve.label for curve in card.precision_recall]
    assert np.mean([curve.area for curve in card.roc]) == pytest.approx(card.metrics["roc_auc"], abs=1e-3)
    assert card.calibration
    # Every mistake costs one here, so no decision is better than the likeliest class.
    assert card.metrics["mean_cost_best_decision"] == card.metrics["mean_cost"]
    assert card == ScoreCard.from_message(json.loads(json.dumps(card.to_message())))


def test_costly_misses_are_avoided_by_the_best_decision(tmp_path: Path):
    """A class of probability 0.3 whose miss costs five times as much as a false alarm should be called."""
    assignment = an_assignment(tmp_path, LearningTask.CLASSES, 2, "accuracy")
    assignment = replace(assignment, score=replace(assignment.score, costs=((0.0, 1.0), (5.0, 0.0))))
    truth = (np.arange(10) >= 7).astype(np.int64)
    claimed = from_scores(np.tile([0.7, 0.3], (10, 1)), LearningTask.CLASSES)
    card = shares.score_card(truth, claimed, assignment, seed=0)
    assert (card.metrics["mean_cost"], card.metrics["mean_cost_best_decision"]) == (1.5, 0.7)


def test_binary_view_is_about_the_focus(tmp_path: Path):
    assignment = an_assignment(tmp_path, LearningTask.CLASSES, 2, "precision")
    truth, claimed = np.array([0, 0, 0, 1]), Predictions(np.array([0, 1, 1, 1]))
    last = shares.score_card(truth, claimed, assignment, seed=0)
    focused = replace(assignment, score=replace(assignment.score, focus="class 0"))
    first = shares.score_card(truth, claimed, focused, seed=0)
    assert (last.score, last.metrics["recall"], last.metrics["specificity"]) == (0.333333, 1, 0.333333)
    assert (first.score, first.metrics["recall"], first.metrics["specificity"]) == (1, 0.333333, 1)


def test_focus_class_is_among_the_metrics(tmp_path: Path):
    assignment = material.from_folder(blobs.write_assignment(tmp_path)).assignment
    truth, claimed = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 0])
    card = shares.score_card(truth, Predictions(claimed), assignment, seed=0)
    assert (card.metrics["precision_rocket"], card.metrics["recall_rocket"]) == (0.5, 0.5)
