"""Numbers as files and people write them: read rightly, or refused; never another number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.quizzes.formats.importing import LeftOut
from server.quizzes.formats.numbers import read_number, read_weight
from server.quizzes.questions.numeric import read_number as read_typed

DASHES = [
    "-",
    "\N{MINUS SIGN}",
    "\N{EN DASH}",
    "\N{EM DASH}",
    "\N{NON-BREAKING HYPHEN}",
    "\N{FULLWIDTH HYPHEN-MINUS}",
]
TIMES = ["*", "·", " · ", "×", "x", "⋅"]


SIGNS = st.tuples(
    st.sampled_from(["", *DASHES]),
    st.sampled_from([".", ","]),
    st.sampled_from(TIMES),
    st.sampled_from(["^{}", "^{{{}}}", "**{}"]),
    st.sampled_from(["", *DASHES]),
)


@given(SIGNS, st.integers(0, 99), st.integers(0, 99), st.integers(0, 9))
def test_a_power_of_ten_is_read_however_it_is_written(
    signs: tuple[str, ...], whole: int, rest: int, exponent: int
):
    minus, point, times, power, below = signs
    text = f"{minus}{whole}{point}{rest:02}{times}10{power.format(f'{below}{exponent}')}"
    value = float(f"{'-' * bool(minus)}{whole}.{rest:02}e{'-' * bool(below)}{exponent}")
    assert float(read_number(text).value) == read_typed(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-10^-3", -0.001),
        ("10^{-3}", 0.001),
        ("10⁻³", 0.001),
        ("$10^{-3}$", 0.001),
        (r"1.5\times 10^3", 1500),
        (r"\(2 \cdot 10^{-1}\)", 0.2),
        ("$0{,}75$", 0.75),
        ("1 000", 1000),
        ("12\u202f345,5", 12345.5),
        ("\N{EN DASH}2", -2),
        ("1e\N{MINUS SIGN}3", 0.001),
    ],
)
def test_numbers_of_files_are_read(text: str, value: float):
    assert float(read_number(text).value) == value


@pytest.mark.parametrize(
    "text",
    [
        "1,5·10-3",
        "1 2",
        "1½",
        "1 1/2",
        "2^3",
        "10^3^2",
        "1,000",
        "1.000,5",
        "--5",
        "1\N{EN DASH}2",
        "٣",
        "",
        "x",
    ],
)
def test_what_may_mean_several_numbers_is_refused(text: str):
    with pytest.raises(LeftOut):
        read_number(text)


@pytest.mark.parametrize("text", ["1½", "1 1/2", "1 2", "2 10^3", "1\N{EN DASH}2"])
def test_two_numbers_side_by_side_are_never_one(text: str):
    with pytest.raises(ValueError, match="number"):
        read_typed(text)


@pytest.mark.parametrize("dash", ["-", "\N{EN DASH}", "\N{MINUS SIGN}"])
def test_a_weight_has_its_sign_whichever_dash_it_is(dash: str):
    assert read_weight(f"%{dash}33,5%x") == (-0.335, "x")
    assert read_weight("%50%x") == (0.5, "x")
    assert read_weight("50%") is None
