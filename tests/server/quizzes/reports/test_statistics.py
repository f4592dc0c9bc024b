"""How questions did, and who took part."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from server.quizzes.attendance import Outcome, Rule, best_of, took_part
from server.quizzes.reports.statistics import Concept, concepts, correlation, item_statistics

SHARES = st.floats(0, 1)
PAIRS = st.lists(st.tuples(SHARES, SHARES), min_size=2, max_size=30)


def test_share_correct_counts_answers_and_the_mean_everybody():
    players = [{"q": 1.0, "r": 1.0}, {"q": 0.5}, {"r": 1.0}, {"q": 1.0}]
    found = item_statistics(players, "q")
    assert (found.answers, found.share_correct, found.mean_credit) == (3, pytest.approx(2 / 3), 0.625)


def test_few_players_say_nothing_about_discrimination():
    assert item_statistics([{"q": 1.0, "r": 0.0}] * 4, "q").discrimination is None


def test_question_known_by_the_best_discriminates():
    players = [{"q": float(knows), "r": float(knows), "s": float(knows)} for knows in (1, 1, 1, 0, 0, 0)]
    assert item_statistics(players, "q").discrimination == pytest.approx(1)


def test_question_that_misleads_the_best_is_below_zero():
    players = [{"q": float(not knows), "r": float(knows)} for knows in (1, 1, 1, 0, 0, 0)]
    assert item_statistics(players, "q").discrimination == pytest.approx(-1)


def test_question_all_know_tells_nobody_apart():
    assert item_statistics([{"q": 1.0, "r": float(at)} for at in range(6)], "q").discrimination is None


@given(PAIRS)
def test_correlation_is_that_of_numpy(pairs: list[tuple[float, float]]):
    one, other = np.array(pairs).T
    assume(one.std() > 1e-3 and other.std() > 1e-3)
    assert correlation(list(one), list(other)) == pytest.approx(np.corrcoef(one, other)[0, 1], abs=1e-9)


def test_least_known_concept_comes_first():
    found = concepts({"a": 1.0, "b": 0.0, "c": 0.5}, {"a": ["relu"], "b": ["relu", "auc"], "c": []})
    assert found == [Concept("auc", 1, 0.0), Concept("relu", 2, 0.5)]


@pytest.mark.parametrize(
    ("correct", "credit", "present"), [(3, 0.1, True), (2, 0.3, True), (2, 0.1, False), (0, 0.0, False)]
)
def test_either_threshold_is_enough(correct: int, credit: float, present: bool):
    assert took_part(Outcome(answered=4, correct=correct, credit=credit), 0.8, Rule()) is present


def test_without_thresholds_one_answer_is_enough():
    rule = Rule(None, None)
    assert took_part(Outcome(1, 0, 0.0), 1.0, rule)
    assert not took_part(Outcome(0, 0, 0.0), 1.0, rule)


def test_missed_week_is_forgiven_when_enough_are_left():
    weeks = {"1": 1.0, "2": 0.5, "4": 0.9}
    assert best_of(weeks, "1234", 3) == pytest.approx(0.8)
    assert best_of(weeks, "1234", 4) == pytest.approx(0.6)


@given(st.dictionaries(st.sampled_from("abcdef"), SHARES), st.integers(1, 6))
def test_keeping_fewer_weeks_never_hurts(weeks: dict[str, float], keep: int):
    assert best_of(weeks, "abcdef", keep) >= best_of(weeks, "abcdef", keep + 1) - 1e-12
