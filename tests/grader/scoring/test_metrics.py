from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn import metrics as oracle

from grader import metrics
from grader.scoring import charts

LECTURE = np.array([[15, 3, 8], [4, 23, 1], [9, 2, 19]])
"""The lecture's example: rows are what it was (rocket, car, airplane), columns what it was taken for."""


@st.composite
def labels(draw: st.DrawFn) -> tuple[int, np.ndarray, np.ndarray, np.ndarray]:
    """Classes, truth with every class in it, predictions, and scores that have ties."""
    classes = draw(st.integers(3, 6))
    extra = draw(st.integers(0, 60))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    truth = np.concatenate([np.arange(classes), generator.integers(0, classes, extra)])
    predicted = generator.integers(0, classes, len(truth))
    scores = generator.integers(0, draw(st.integers(2, 50)), (len(truth), classes)) / 7.0
    return classes, truth, predicted, scores


def test_rocket_of_the_lecture():
    rocket = charts.class_scores(metrics.counts(LECTURE), ("rocket", "car", "airplane"))[0]
    assert (rocket.tp, rocket.fn, rocket.fp, rocket.tn) == (15, 11, 13, 45)
    assert rocket.precision == pytest.approx(15 / 28)
    assert rocket.recall == pytest.approx(15 / 26)


@pytest.mark.parametrize(
    ("scores", "loss"),
    [
        ([[0.1, 0.1, 0.8], [0.3, 0.4, 0.3], [0.3, 0.3, 0.4]], 1.378),
        ([[0.3, 0.4, 0.3], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]], 0.550),
    ],
)
def test_models_of_equal_accuracy_differ_in_log_loss(scores: list[list[float]], loss: float):
    """The lecture's pair: both are right twice in three times, and one is far more wrong the third time."""
    truth, table = np.arange(3), np.array(scores)
    matrix = metrics.confusion_matrix(truth, table.argmax(axis=1), 3)
    assert metrics.accuracy(matrix) == pytest.approx(2 / 3)
    assert metrics.log_loss(truth, table) == pytest.approx(loss, abs=5e-4)


@given(labels())
def test_label_metrics_agree_with_scikit_learn(case: tuple[int, np.ndarray, np.ndarray, np.ndarray]):
    classes, truth, predicted, _ = case
    matrix = metrics.confusion_matrix(truth, predicted, classes)
    of = metrics.counts(matrix)
    precision, recall, f1, support = oracle.precision_recall_fscore_support(truth, predicted, zero_division=0)
    np.testing.assert_array_equal(matrix, oracle.confusion_matrix(truth, predicted))
    np.testing.assert_allclose(metrics.precision(of), precision)
    np.testing.assert_allclose(metrics.recall(of), recall)
    np.testing.assert_allclose(metrics.f1(of), f1)
    np.testing.assert_array_equal(of.tp + of.fn, support)
    assert metrics.accuracy(matrix) == pytest.approx(oracle.accuracy_score(truth, predicted))
    assert metrics.balanced_accuracy(matrix) == pytest.approx(
        oracle.balanced_accuracy_score(truth, predicted)
    )
    assert metrics.macro(metrics.f1, of) == pytest.approx(f1.mean())
    assert metrics.mcc(matrix) == pytest.approx(oracle.matthews_corrcoef(truth, predicted))
    assert metrics.weighted_f1(matrix) == pytest.approx(oracle.f1_score(truth, predicted, average="weighted"))


@given(labels())
def test_score_metrics_agree_with_scikit_learn(case: tuple[int, np.ndarray, np.ndarray, np.ndarray]):
    classes, truth, _, scores = case
    probabilities = metrics.as_probabilities(scores)
    names = range(classes)
    assert metrics.log_loss(truth, probabilities) == pytest.approx(
        oracle.log_loss(truth, probabilities, labels=names)
    )
    one_hot = np.eye(classes, dtype=bool)[truth]
    ranked = metrics.one_against_rest(one_hot, probabilities)
    assert metrics.mean_area(metrics.area_under_roc, ranked) == pytest.approx(
        oracle.roc_auc_score(truth, probabilities, multi_class="ovr")
    )
    assert metrics.mean_area(metrics.average_precision, ranked) == pytest.approx(
        oracle.average_precision_score(one_hot, probabilities, average="macro")
    )
    assert metrics.brier(one_hot, probabilities) == pytest.approx(
        oracle.brier_score_loss(truth, probabilities, labels=names, scale_by_half=True)
    )


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_recall_at_k_agrees_with_scikit_learn(seed: int, k: int):
    generator = np.random.default_rng(seed)
    truth = np.concatenate([np.arange(5), generator.integers(0, 5, 40)])
    scores = generator.permuted(np.tile(np.arange(5.0), (45, 1)), axis=1)
    expected = oracle.top_k_accuracy_score(truth, scores, k=k)
    assert metrics.recall_at(k, truth, scores) == pytest.approx(expected)


def test_recall_at_k_gives_ties_to_the_lower_class():
    same = np.zeros((5, 5))
    assert [metrics.recall_at(k, np.arange(5), same) for k in (1, 2, 5)] == [0.2, 0.4, 1.0]


@given(labels())
def test_order_of_examples_never_matters(case: tuple[int, np.ndarray, np.ndarray, np.ndarray]):
    classes, truth, predicted, scores = case
    order = np.random.default_rng(0).permutation(len(truth))
    one = metrics.confusion_matrix(truth, predicted, classes)
    np.testing.assert_array_equal(one, metrics.confusion_matrix(truth[order], predicted[order], classes))
    wanted = np.eye(classes, dtype=bool)[truth]
    ranked, reordered = (metrics.one_against_rest(wanted[o], scores[o]) for o in (slice(None), order))
    for area in (metrics.area_under_roc, metrics.average_precision):
        assert metrics.mean_area(area, ranked) == pytest.approx(metrics.mean_area(area, reordered))


@given(st.integers(0, 2**32 - 1), st.floats(-1e3, 1e3))
def test_softmax_ignores_a_common_shift(seed: int, shift: float):
    scores = np.random.default_rng(seed).normal(size=(8, 4)) * 10 - 50
    shifted = metrics.as_probabilities(scores + shift - abs(shift))
    np.testing.assert_allclose(metrics.as_probabilities(scores), shifted, atol=1e-9)


def test_class_that_never_occurs_divides_by_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        matrix = metrics.confusion_matrix(np.array([0, 0]), np.array([0, 1]), 3)
        of = metrics.counts(matrix)
        assert metrics.precision(of).tolist() == [1.0, 0.0, 0.0]
        assert metrics.recall(of).tolist() == [0.5, 0.0, 0.0]
        assert metrics.mcc(matrix) == 0.0
        assert metrics.one_against_rest(np.eye(3, dtype=bool)[[0, 0]], np.ones((2, 3))) == ()
        assert metrics.mean_area(metrics.area_under_roc, ()) == 0.0


def test_certain_and_wrong_is_a_finite_loss():
    assert np.isfinite(metrics.log_loss(np.array([0]), np.array([[0.0, 1.0]])))


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_log_loss_of_long_tables_is_that_of_their_rows(kind: type):
    """Longer than a block, and of every width a student may hand in."""
    generator = np.random.default_rng(3)
    scores, truth = generator.dirichlet(np.ones(3), 50_000).astype(kind), generator.integers(0, 3, 50_000)
    exact = scores.astype(np.float64)
    exact = np.maximum(exact[np.arange(50_000), truth] / exact.sum(axis=1), np.finfo(np.float64).tiny)
    assert metrics.log_loss(truth, scores) == pytest.approx(-np.log(exact).mean(), rel=1e-12)


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.int64])
def test_long_narrow_labels_are_counted_right(kind: type):
    generator = np.random.default_rng(5)
    truth, predicted = generator.integers(0, 200, (2, 70_000)).astype(kind)
    matrix = metrics.confusion_matrix(truth, predicted, 200)
    np.testing.assert_array_equal(matrix, oracle.confusion_matrix(truth, predicted, labels=range(200)))


@given(st.integers(0, 2**32 - 1))
def test_many_matrices_are_measured_as_each_alone(seed: int):
    """A bootstrap hands over a thousand matrices at once."""
    many = np.random.default_rng(seed).integers(0, 4, (5, 3, 3))
    for measure in (metrics.accuracy, metrics.balanced_accuracy, metrics.weighted_f1, metrics.mcc):
        np.testing.assert_allclose(measure(many), [measure(one) for one in many])
    for part in (metrics.precision, metrics.recall, metrics.specificity, metrics.f1):
        together = metrics.macro(part, metrics.counts(many))
        np.testing.assert_allclose(together, [metrics.macro(part, metrics.counts(one)) for one in many])


@given(st.integers(2, 60), st.integers(0, 2**32 - 1))
def test_binary_view_agrees_with_scikit_learn(rows: int, seed: int):
    generator = np.random.default_rng(seed)
    truth, predicted = generator.integers(0, 2, (2, rows))
    truth[:2] = 0, 1
    of = metrics.counts(metrics.confusion_matrix(truth, predicted, 2))
    recall_of_negatives = oracle.recall_score(truth, predicted, pos_label=0, zero_division=0)
    assert metrics.specificity(of)[1] == pytest.approx(recall_of_negatives)
    assert metrics.f1(of)[1] == pytest.approx(oracle.f1_score(truth, predicted, zero_division=0))
    scores = generator.integers(0, 9, rows) / 8
    probabilities = np.column_stack([1 - scores, scores])
    assert metrics.brier(np.eye(2)[truth], probabilities) == pytest.approx(
        oracle.brier_score_loss(truth, scores)
    )
    _, positive = metrics.one_against_rest(np.eye(2, dtype=bool)[truth], probabilities)
    area = metrics.average_precision(positive.tp, positive.fp)
    assert area == pytest.approx(oracle.average_precision_score(truth, scores))


@given(st.integers(1, 40), st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_multi_label_metrics_agree_with_scikit_learn(rows: int, labels: int, seed: int):
    generator = np.random.default_rng(seed)
    truth, predicted = generator.integers(0, 2, (2, rows, labels))
    truth[0] = 1  # scikit-learn counts a label that nobody has or claims as an F1 of 0, we leave it out
    sums = metrics.label_sums(metrics.label_table(truth, predicted), np.ones(rows))
    assert sums.exact == pytest.approx(oracle.accuracy_score(truth, predicted))
    assert sums.right == pytest.approx(1 - oracle.hamming_loss(truth, predicted))
    for average, ours in (
        ("macro", metrics.macro(metrics.f1, sums.counts)),
        ("micro", metrics.micro_f1(sums.counts)),
    ):
        assert ours == pytest.approx(oracle.f1_score(truth, predicted, average=average, zero_division=0))
    of, table = sums.counts, oracle.multilabel_confusion_matrix(truth, predicted)
    np.testing.assert_array_equal(table.reshape(labels, 4).T, [of.tn, of.fp, of.fn, of.tp])


@given(st.integers(2, 40), st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_areas_of_several_labels_agree_with_scikit_learn(rows: int, labels: int, seed: int):
    generator = np.random.default_rng(seed)
    truth, scores = generator.integers(0, 2, (rows, labels)), generator.integers(0, 9, (rows, labels)) / 8
    truth[0], truth[1] = 0, 1
    ranked = metrics.one_against_rest(truth != 0, scores)
    assert metrics.mean_area(metrics.area_under_roc, ranked) == pytest.approx(
        oracle.roc_auc_score(truth, scores, average="macro")
    )
    assert metrics.mean_area(metrics.average_precision, ranked) == pytest.approx(
        oracle.average_precision_score(truth, scores, average="macro")
    )


@given(
    st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=2, max_size=50),
    st.floats(-1e6, 1e6),
)
def test_value_metrics_agree_with_scikit_learn(pairs: list[tuple[float, float]], shift: float):
    truth, predicted = (np.array(column) + shift for column in zip(*pairs, strict=True))
    sums = metrics.error_sums(metrics.error_table(truth, predicted), np.ones(len(truth)))
    assert metrics.mae(sums) == pytest.approx(oracle.mean_absolute_error(truth, predicted))
    assert metrics.rmse(sums) == pytest.approx(oracle.root_mean_squared_error(truth, predicted))
    if truth.std() > 1e-3:  # below, both lose the digits of the spread
        assert metrics.r2(sums) == pytest.approx(oracle.r2_score(truth, predicted), rel=1e-6, abs=1e-6)


def test_constant_truth_has_an_r2_of_scikit_learn():
    for predicted in ([2.0, 2.0], [2.0, 3.0]):
        sums = metrics.error_sums(metrics.error_table(np.full(2, 2.0), np.array(predicted)), np.ones(2))
        assert metrics.r2(sums) == oracle.r2_score([2.0, 2.0], predicted)


@given(st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_calibration_error_is_that_of_its_definition(rows: int, seed: int):
    """Guo et al. (2017), equation 3, written as a loop over the bins ((m - 1)/10, m/10]."""
    generator = np.random.default_rng(seed)
    sure, right = generator.integers(0, 41, rows) / 40, generator.integers(0, 2, rows).astype(bool)
    expected = 0.0
    for m in range(1, 11):
        inside = (sure * 10 > m - 1) & (sure * 10 <= m) | ((m == 1) & (sure == 0))
        if inside.any():
            expected += inside.sum() / rows * abs(right[inside].mean() - sure[inside].mean())
    assert metrics.ece(metrics.in_bins(sure, right)) == pytest.approx(expected)


def test_cost_of_a_missed_rocket_counts_five_times():
    matrix = np.array([[6, 2], [1, 1]])
    assert metrics.mean_cost(matrix, np.array([[0, 1], [5, 0]])) == (2 * 1 + 1 * 5) / 10


@given(st.integers(0, 2**32 - 1))
def test_best_decision_has_the_least_expected_cost(seed: int):
    generator = np.random.default_rng(seed)
    costs = generator.integers(0, 9, (4, 4)) * (1 - np.eye(4))
    for row in generator.dirichlet(np.ones(4), 10):
        expected = [sum(row[true] * costs[true, called] for true in range(4)) for called in range(4)]
        (chosen,) = metrics.best_decisions(row[None], costs)
        assert expected[chosen] == pytest.approx(min(expected))


def test_equal_costs_choose_the_likeliest_class():
    probabilities = np.random.default_rng(1).dirichlet(np.ones(5), 100)
    chosen = metrics.best_decisions(probabilities, 1 - np.eye(5))
    np.testing.assert_array_equal(chosen, probabilities.argmax(axis=1))


@pytest.mark.parametrize(
    ("scores", "probabilities"),
    [
        ([[0.2, 0.7], [0.0, 1.0]], [[0.2, 0.7], [0.0, 1.0]]),
        ([[-1e308, 0.0, 1e308, 1.0]], [[0, 0.5, 1, 0.731]]),
    ],
)
def test_scores_of_labels_are_probabilities_or_logits(
    scores: list[list[float]], probabilities: list[list[float]]
):
    found = metrics.as_label_probabilities(np.array(scores))
    np.testing.assert_allclose(found, probabilities, atol=5e-4)


def test_interval_of_cells_holds_the_accuracy():
    matrix = np.array([[40, 10], [10, 40]])
    low, high = metrics.interval_of_cells(metrics.accuracy, matrix, seed=1)
    # The normal approximation of the binomial: 0.8 +- 1.96 * sqrt(0.8 * 0.2 / 100).
    assert (low, high) == (pytest.approx(0.722, abs=0.015), pytest.approx(0.878, abs=0.015))
    assert metrics.interval_of_cells(metrics.accuracy, matrix, seed=1) == (low, high)


def test_interval_of_draws_agrees_with_that_of_cells():
    """The same bootstrap done in two ways: by cells, and by drawing the examples themselves."""
    truth, predicted = np.random.default_rng(2).integers(0, 2, (2, 300))
    by_cells = metrics.interval_of_cells(
        metrics.accuracy, metrics.confusion_matrix(truth, predicted, 2), seed=0
    )
    hits = (truth == predicted).astype(np.float64)
    by_draws = metrics.interval_of_draws(metrics.weighted(lambda w: w @ hits / 300), 300, seed=0, width=1)
    assert by_draws == pytest.approx(by_cells, abs=0.015)


def test_interval_of_errors_agrees_with_scipy():
    generator = np.random.default_rng(3)
    truth = generator.normal(size=200)
    predicted = truth + generator.standard_t(3, size=200)
    table = metrics.error_table(truth, predicted)

    def rmse(weights: np.ndarray) -> np.ndarray:
        return metrics.rmse(metrics.error_sums(table, weights))

    ours = metrics.interval_of_draws(metrics.weighted(rmse), 200, seed=0, width=4)
    theirs = stats.bootstrap(
        (truth, predicted),
        oracle.root_mean_squared_error,
        paired=True,
        vectorized=False,
        method="percentile",
        n_resamples=1000,
        rng=1,
    ).confidence_interval
    assert ours == pytest.approx((theirs.low, theirs.high), rel=0.05)


@given(st.integers(0, 2**32 - 1), st.sampled_from([metrics.area_under_roc, metrics.average_precision]))
def test_coarse_areas_of_resampling_are_near_the_exact_ones(seed: int, area: metrics.Area):
    """Every example drawn once is the share itself, so the resampled area must be the true one."""
    generator = np.random.default_rng(seed)
    truth = np.concatenate([np.arange(3), generator.choice(3, 2000, p=[0.02, 0.08, 0.9])])
    scores = np.eye(3)[truth] * generator.uniform(0, 3) + generator.normal(size=(2003, 3))
    ranked = metrics.one_against_rest(np.eye(3, dtype=bool)[truth], scores)
    (coarse,) = metrics.resampled_mean_area(area, ranked)(np.arange(2003)[None])
    assert coarse == pytest.approx(metrics.mean_area(area, ranked), abs=0.003)
