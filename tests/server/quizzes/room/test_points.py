"""The projector's points, and the clock that they are counted by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.quiz import Game
from server.quizzes.room.points import Asked, fair_time, game_points

TWENTY = Asked(seconds=20, points=1000, questions=10)
TIMES = st.floats(0, 100)


def test_kahoots_own_sheet_is_met():
    """The row of kahoot-report-rawdata.xlsx: 5.019 of 20 s."""
    assert game_points(Game.KAHOOT, 1, 5.019, TWENTY) == 875


@pytest.mark.parametrize(
    ("time_s", "points"), [(0, 1000), (0.49, 1000), (0.5, 988), (10, 750), (20, 500), (21, 500)]
)
def test_kahoot_pays_half_for_the_last_second(time_s: float, points: int):
    assert game_points(Game.KAHOOT, 1, time_s, TWENTY) == points


def test_half_points_round_up():
    assert game_points(Game.KAHOOT, 1, 10, Asked(seconds=20, points=2, questions=1)) == 2


@pytest.mark.parametrize("game", Game)
@given(time_s=TIMES)
def test_nothing_right_earns_nothing(game: Game, time_s: float):
    assert game_points(game, 0, time_s, TWENTY) == 0


@given(time_s=TIMES)
def test_flat_does_not_look_at_the_clock(time_s: float):
    assert game_points(Game.FLAT, 0.5, time_s, TWENTY) == 500


def test_game_none_pays_nothing():
    assert game_points(Game.NONE, 1, 0, TWENTY) == 0


@given(st.integers(2, 50), st.integers(1, 49), st.floats(0, 1))
def test_one_more_right_answer_outweighs_every_bonus(questions: int, right: int, speed: float):
    """Sendsteps' rule: whoever knows more is above whoever is faster."""
    asked = Asked(seconds=20, points=1000, questions=questions)
    right = min(right, questions - 1)
    quick = right * game_points(Game.BONUS, 1, 20 * (1 - speed), asked)
    assert (right + 1) * game_points(Game.BONUS, 1, 20, asked) > quick


def test_slow_network_costs_nothing():
    assert fair_time(2.0, 2.8, 0.8) == 2.0


def test_phone_is_never_believed_beyond_the_servers_clock():
    assert fair_time(9.0, 3.0, 0.1) == 3.0


def test_lie_gains_a_second_at_most():
    assert fair_time(0.0, 8.0, 60.0) == 7.0


def test_lie_without_a_long_round_trip_gains_less():
    assert fair_time(0.0, 8.0, 0.05) == pytest.approx(7.95)


def test_phone_that_says_nothing_has_the_servers_time():
    assert fair_time(None, 3.0, 1.0) == 3.0


@given(st.none() | st.floats(0, 1e6), st.floats(-5, 1e4), st.floats(0, 1e6))
def test_fair_time_lies_within_a_second_of_the_server(phone: float | None, server: float, trip: float):
    fair = fair_time(phone, server, trip)
    assert max(0, server - 1) <= fair <= max(0, server)
