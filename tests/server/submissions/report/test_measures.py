"""What measures are called and how their numbers are printed."""

from __future__ import annotations

import pytest
from flask import Flask

from assignments.scoring import METRICS
from server.submissions.report.measures import (
    CALIBRATION,
    COSTS,
    MEASURES,
    Interval,
    costs,
    interval,
    measured,
    metric_name,
    significant,
    tiles,
)

FULL = {
    "macro_f1": 0.7,
    "accuracy": 0.8,
    "accuracy_low": 0.7,
    "accuracy_high": 0.9,
    "log_loss": 0.4,
    "precision_rocket": 0.5,
    "recall_rocket": 0.6,
    "recall_at_3": 0.9,
    **dict.fromkeys((*COSTS, CALIBRATION), 0.1),
}


def test_every_metric_of_assignments_has_a_name():
    assert MEASURES.keys() >= METRICS


def test_main_measure_comes_first_and_none_comes_twice():
    shown = [one.key for one in tiles(FULL, "accuracy", ("rocket",))]
    assert shown == ["accuracy", "macro_f1", "log_loss", "recall_at_3"]


def test_costs_have_a_place_of_their_own():
    assert [one.key for one in costs(FULL)] == list(COSTS)
    assert costs({"accuracy": 1.0}) == ()


def test_interval_is_that_of_the_main_measure_or_of_the_accuracy():
    assert interval(FULL, "macro_f1") == Interval("accuracy", 0.7, 0.9)
    assert interval(FULL | {"rmse_low": 3.0, "rmse_high": 4.0}, "rmse") == Interval("rmse", 3.0, 4.0)
    assert interval({"accuracy_low": None, "accuracy_high": 0.5}, "accuracy") is None


@pytest.mark.parametrize(
    ("key", "value", "printed"),
    [
        ("accuracy", 0.94321, "0,943"),
        ("accuracy", None, "–"),
        ("accuracy", float("nan"), "–"),
        ("rmse", 3.41873, "3,419"),
        ("rmse", 12345.678, "12\xa0346"),
        ("unheard_of", 0.25, "0,25"),
    ],
)
def test_numbers_are_printed_as_their_table_says(app: Flask, key: str, value: float | None, printed: str):
    with app.test_request_context(headers={"Accept-Language": "hu"}):
        assert measured(value, key) == printed


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0.0, "0"),
        (1.0, "1"),
        (-0.10313, "-0.1"),
        (0.0217, "0.022"),
        (34.6, "35"),
        (1.2e-9, "1.2e-9"),
        (4e8, "4.0e8"),
    ],
)
def test_two_digits_say_how_large_something_is(app: Flask, value: float, printed: str):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert significant(value, 2) == printed


def test_names_are_in_the_readers_language(app: Flask):
    with app.test_request_context(headers={"Accept-Language": "hu"}):
        assert metric_name("accuracy") == "Pontosság"
        assert metric_name("recall_at_5") == "Felidézés@5"
        assert metric_name("never_seen") == "never seen"
