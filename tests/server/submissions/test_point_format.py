"""Points are printed so that only the full number prints as full."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.submissions.point_format import shown


@pytest.mark.parametrize(
    ("value", "most", "printed"),
    [
        (10.0, 10, "10.00"),
        (9.9999, 10, "9.99"),
        (0.0, 10, "0.00"),
        (0.0001, 10, "0.01"),
        (7.125, 10, "7.13"),
    ],
)
def test_points_of_ten(value: float, most: float, printed: str):
    assert shown(value, most) == Decimal(printed)


@given(st.floats(0, 100))
def test_hundred_is_printed_for_hundred_only(value: float):
    assert (shown(value, 100.0, 1) == 100) == (value == 100)


@given(st.floats(0, 100), st.floats(0, 100))
def test_more_points_never_print_as_less(one: float, other: float):
    low, high = sorted((one, other))
    assert shown(low, 100.0) <= shown(high, 100.0)
