"""Where the lines and bars of a report card lie."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.contract import DEAD, CalibrationBin, Curve, Layer
from server.submissions.report.charts import MOST_LINES, SIDE, calibration, layer_rows, lines


def curve(label: str, area: float = 0.9) -> Curve:
    return Curve(label, (0.0, 0.25, 1.0), (0.0, 0.5, 1.0), area)


def test_curves_go_from_the_lower_left_to_the_upper_right():
    [line] = lines([curve("a")], [])
    assert line.roc == "0.0,240.0 60.0,120.0 240.0,0.0"
    assert (line.roc_area, line.precision_recall, line.precision_recall_area) == (0.9, "", None)


def test_all_drawn_lines_look_different():
    drawn = lines([curve(str(at)) for at in range(MOST_LINES)], [])
    assert len({(line.tone, line.dash) for line in drawn}) == MOST_LINES
    for one, other in pairwise(drawn):
        assert one.tone != other.tone
        assert one.dash != other.dash


def test_of_many_classes_the_hardest_are_drawn():
    shown = lines([], [curve(str(at), area=at / 100) for at in range(100)])
    assert len(shown) == 100
    assert [line.label for line in shown if line.drawn] == [str(at) for at in range(MOST_LINES)]


def test_no_curves_are_no_picture():
    assert lines([], []) == ()


def test_error_is_the_mean_distance_from_the_diagonal():
    found = calibration(
        [CalibrationBin(0.9, 0.7, 30), CalibrationBin(0.5, 0.6, 10), CalibrationBin(0.2, 0, 0)]
    )
    assert found is not None
    assert found.error == pytest.approx((30 * 0.2 + 10 * 0.1) / 40)
    assert found.excess == pytest.approx((30 * 0.2 - 10 * 0.1) / 40)
    assert [bar.size for bar in found.bars] == [10, 30]


def test_no_predictions_are_no_diagram():
    assert calibration([]) is None
    assert calibration([CalibrationBin(0.5, 0.5, 0)]) is None


SHARES = st.floats(0, 1)
BINS = st.builds(CalibrationBin, confidence=SHARES, accuracy=SHARES, size=st.integers(0, 9))


@settings(max_examples=40)
@given(st.lists(BINS, max_size=20))
def test_bars_stay_within_the_square_and_keep_their_order(bins: list[CalibrationBin]):
    found = calibration(bins)
    for bar in found.bars if found else ():
        assert -0.1 <= bar.x <= SIDE + 0.1
        assert 0 <= bar.height <= SIDE
        assert bar.gap_y + bar.gap_height <= SIDE + 0.1
    starts = [bar.x for bar in found.bars] if found else []
    assert starts == sorted(starts)


def test_spreads_share_one_scale():
    wide, narrow = layer_rows([Layer("a", "Linear", 1, 0.0, 2.0), Layer("b", "Linear", 1, 1.0, 0.5)])
    assert (wide.spread_from, wide.spread_width) == (0.0, 100.0)
    assert (narrow.spread_from, narrow.spread_width) == (62.5, 25.0)


def test_gradients_shorten_with_each_power_of_ten():
    norms = (1.0, 0.1, 1e-3, 1e-20, 0.0, None)
    rows = layer_rows([Layer("a", "Linear", 1, gradient_norm=norm) for norm in norms])
    assert [row.gradient for row in rows] == [100.0, 83.3, 50.0, 2.0, 0.0, None]


def test_layers_that_are_mostly_dead_are_marked():
    rows = layer_rows([Layer("a", "Linear", 1, dead=share) for share in (DEAD, DEAD + 0.01, None)])
    assert [row.is_dead for row in rows] == [False, True, False]


MEASURED = st.none() | st.floats(0, 1e30)


@settings(max_examples=40)
@given(
    st.lists(
        st.builds(
            Layer,
            name=st.just("a"),
            kind=st.just("b"),
            parameters=st.just(1),
            activation_mean=st.none() | st.floats(-1e30, 1e30),
            activation_std=MEASURED,
            gradient_norm=MEASURED,
        )
    )
)
def test_bars_of_any_layers_fit(layers: list[Layer]):
    for row in layer_rows(layers):
        assert 0 <= (row.gradient or 0) <= 100
        assert -0.1 <= (row.spread_from or 0) <= 100.1
