"""Weights of options: what they pay in Moodle they pay here, and what our rule pays they pay in Moodle."""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assignments.questions.choice import Choice, Option
from assignments.quiz import Question
from server.quizzes.formats.choice_weights import weights
from server.quizzes.formats.gift import read_gift
from server.quizzes.formats.gift_writing import write_gift
from server.quizzes.formats.importing import both
from server.quizzes.formats.result import Language
from server.quizzes.questions.scoring import credit
from tests.assignments.quiz_strategies import choices

SHARES = [100, 50, 33.33333, 25, 20, 16.66667, 14.28571, 12.5, 10, 5]


def subsets(count: int) -> list[list[int]]:
    return [
        list(one)
        for one in chain.from_iterable(combinations(range(count), size) for size in range(count + 1))
    ]


def in_moodle(shares: list[float], chosen: list[int]) -> float:
    """Moodle adds the fractions of what was chosen, from 0 to the whole."""
    return min(1.0, max(0.0, sum(shares[at] for at in chosen)))


@settings(deadline=None)
@given(st.lists(st.sampled_from([0, *SHARES, *(-share for share in SHARES)]), min_size=2, max_size=6))
def test_a_multiple_choice_of_moodle_pays_here_what_it_pays_there(percents: list[float]):
    if not any(percent > 0 for percent in percents):
        return
    text = "".join(f"~%{percent}%o{at} " for at, percent in enumerate(percents))
    [question] = read_gift(f"Q{{{text}}}").questions
    shares = [percent / 100 for percent in percents]
    for chosen in subsets(len(percents)):
        assert credit(question, chosen) == pytest.approx(in_moodle(shares, chosen), abs=1e-3)


@settings(deadline=None)
@given(choices(several=True))
def test_our_own_rule_pays_the_same_in_moodle(body: Choice):
    shares = [weight or 0.0 for weight in weights(body)]
    question = Question("q", both("?"), body)
    for chosen in subsets(len(body.options)):
        assert in_moodle(shares, chosen) == pytest.approx(credit(question, chosen), abs=1e-6)


@settings(deadline=None)
@given(choices(several=True))
def test_what_was_written_out_pays_the_same_when_it_comes_back(body: Choice):
    question = Question("q", both("?"), body)
    written = write_gift([question], Language.EN)
    found = read_gift(written.content.decode()).questions
    for again in found:  # none, where no option gives anything
        for chosen in subsets(len(body.options)):
            assert credit(again, chosen) == pytest.approx(credit(question, chosen), abs=1e-6)


def test_all_right_ones_make_the_whole_however_many():
    for count in range(2, 8):
        text = "".join(f"~%{100 / count:.5f}%o{at} " for at in range(count))
        [question] = read_gift(f"Q{{{text}~wrong}}").questions
        assert credit(question, list(range(count))) == 1


def test_that_wrong_ones_cost_nothing_is_told():
    [note] = read_gift("Q{~%50%a ~%50%b ~c ~d}").notes
    assert "cost nothing, as in Moodle" in str(note.reason)


def test_a_single_choice_that_took_credit_away_is_told():
    [note] = read_gift("Q{=a ~%-50%b}").notes
    assert "took credit away" in str(note.reason)


@pytest.mark.parametrize(("wrong", "told"), [(7, []), (10, []), (11, ["9.09"]), (13, ["7.69"])])
def test_a_weight_that_moodle_has_not_is_told(wrong: int, told: list[str]):
    options = [Option(both("right"), correct=True), *(Option(both(f"o{at}")) for at in range(wrong))]
    losses = write_gift([Question("q", both("?"), Choice(tuple(options), several=True))], Language.EN).losses
    assert [percent for percent in told if percent in " ".join(str(one.reason) for one in losses)] == told
    assert len(losses) == len(told)
