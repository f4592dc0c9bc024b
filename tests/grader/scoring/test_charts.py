from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import metrics
from grader.contract import CURVE_POINTS
from grader.metrics import Ranked
from grader.scoring import charts


def ranked(positives: int, negatives: int, gap: float, seed: int = 0) -> Ranked:
    """One class whose scores lie so much above the others'."""
    generator = np.random.default_rng(seed)
    wanted = np.repeat([True, False], [positives, negatives])
    scores = generator.normal(size=len(wanted)) + gap * wanted
    return metrics.one_against_rest(wanted[:, None], scores[:, None])[0]


def test_confused_pairs_of_the_lecture_have_the_worst_first():
    """Rows are what it was (rocket, car, airplane), columns what it was taken for."""
    pairs = charts.confused_pairs(np.array([[15, 3, 8], [4, 23, 1], [9, 2, 19]]), ("rocket", "car", "plane"))
    assert [(pair.truth, pair.predicted, pair.count) for pair in pairs[:3]] == [
        ("plane", "rocket", 9),
        ("rocket", "plane", 8),
        ("car", "rocket", 4),
    ]
    assert pairs[0].share == 0.3
    assert len(pairs) == 6


def test_ten_pairs_are_enough():
    assert len(charts.confused_pairs(np.ones((9, 9), dtype=np.int64), tuple("abcdefghi"))) == 10


@pytest.mark.parametrize(
    ("positives", "negatives", "gap"), [(5000, 5000, 1.0), (60, 9000, 3.0), (9000, 60, 0)]
)
def test_thinned_curves_keep_their_shape(positives: int, negatives: int, gap: float):
    of = ranked(positives, negatives, gap)
    (curve,) = charts.roc((of,), ("a",))
    assert len(curve.x) <= 101
    assert (curve.x[0], curve.y[0], curve.x[-1], curve.y[-1]) == (0, 0, 1, 1)
    # Beside each point of the full curve there is one of the thinned curve.
    far = [
        np.min(np.maximum(abs(np.array(curve.x) - x), abs(np.array(curve.y) - y)))
        for x, y in zip(of.fp / of.fp[-1], of.tp / of.tp[-1], strict=True)
    ]
    assert max(far) < 0.03 if min(positives, negatives) > 1000 else max(far) < 0.1


@given(st.integers(1, 300), st.integers(1, 300), st.floats(0, 3), st.integers(0, 1000))
def test_no_piece_of_a_curve_is_about_few_examples(positives: int, negatives: int, gap: float, seed: int):
    """Whoever chooses the scores could read the label of an example off a step that is its own."""
    of = ranked(positives, negatives, gap, seed)
    kept = charts.kept_points(of.tp, of.fp)
    number = np.append(0, of.tp + of.fp)[kept]
    assert kept[0] == 0
    assert number[-1] == positives + negatives
    assert len(kept) <= CURVE_POINTS
    assert np.diff(number).min() >= min(charts.FEWEST, positives + negatives)


@given(st.integers(500, 3000), st.integers(1, 40), st.integers(0, 9))
def test_no_curve_has_more_points_than_the_server_takes(examples: int, tied: int, seed: int):
    """Also where the last examples have the same score: the step over them ends in the last point."""
    wanted = np.random.default_rng(seed).permutation(np.arange(examples) % 2 == 0)
    scores = np.append(np.arange(examples - tied, 0.0, -1.0), np.zeros(tied))
    (of,) = metrics.one_against_rest(wanted[:, None], scores[:, None])
    for (curve,) in (charts.roc((of,), ("a",)), charts.precision_recall((of,), ("a",))):
        assert len(curve.x) <= CURVE_POINTS


@pytest.mark.parametrize("best_is_positive", [True, False])
def test_start_of_a_curve_is_not_the_label_of_the_best_scored(best_is_positive: bool):
    wanted = np.array([best_is_positive, not best_is_positive, *[True, False, True, False] * 20])
    scores = np.arange(len(wanted), 0.0, -1.0)
    (of,) = metrics.one_against_rest(wanted[:, None], scores[:, None])
    (curve,) = charts.precision_recall((of,), ("a",))
    assert curve.y[0] == curve.y[1] not in {0, 1}
    assert len(curve.x) == len(curve.y)


def test_area_beside_a_thinned_curve_is_the_exact_one():
    of = ranked(500, 5000, 1.0)
    (curve,) = charts.precision_recall((of,), ("a",))
    assert curve.area == round(float(metrics.average_precision(of.tp, of.fp)), 3)


def test_curves_are_drawn_of_the_twenty_most_frequent_classes():
    truth = np.repeat(np.arange(25), np.arange(2, 27))
    scores = np.random.default_rng(0).normal(size=(len(truth), 25))
    curves = charts.roc(
        metrics.one_against_rest(np.eye(25, dtype=bool)[truth], scores), tuple(map(str, range(25)))
    )
    assert [curve.label for curve in curves] == [str(label) for label in range(5, 25)]


def test_bins_of_few_examples_are_not_shown():
    sure = np.array([0.95] * 20 + [0.35] * 4)
    (shown,) = charts.calibration(metrics.in_bins(sure, np.arange(24) % 2 == 0))
    assert (shown.confidence, shown.accuracy, shown.size) == (0.95, 0.5, 20)
