"""The projector's game: points for answers, with or without speed. None of it reaches the gradebook."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

from assignments.quiz import Game

AT_ONCE_S = 0.5  # Kahoot: whoever is faster has all points
LARGEST_ROUND_TRIP_S = 1.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What the formulas know of a question."""

    seconds: float  # time for it
    points: int  # at most
    questions: int  # in the whole quiz


def fair_time(phone_s: float | None, server_s: float, round_trip_s: float) -> float:
    """How long somebody thought, in seconds.

    The phone says how long ago it drew the question. It is believed as far as the network can explain:
    never longer than the server's own clock says, and shorter by the measured round trip, but by a second
    at most. So a slow network costs nothing, and a lie gains at most a second.
    """
    server_s = max(0.0, server_s)
    if phone_s is None:
        return server_s
    travel = min(max(round_trip_s, 0.0), LARGEST_ROUND_TRIP_S)
    return min(max(phone_s, server_s - travel, 0.0), server_s)


def game_points(game: Game, credit: float, thought_s: float, asked: Asked) -> int:
    """The points of one answer."""
    if game is Game.NONE:
        return 0
    full = credit * asked.points
    if game is Game.FLAT:
        return _rounded(full)
    speed = _left(thought_s, asked.seconds)
    if game is Game.BONUS:
        # Rounded down, so that all bonuses of a quiz together stay below one right answer.
        return _rounded(full) + floor(credit * speed * (asked.points - 1) / max(1, asked.questions))
    return _rounded(kahoot(thought_s, asked.seconds, full))


def kahoot(thought_s: float, seconds: float, points: float) -> float:
    """(1 - (t / T) / 2) P, all of P below half a second (Kahoot's support article 115002303908), not rounded.

    A partly right answer earns its share of P: Kahoot itself pays per right option.
    """
    if thought_s < AT_ONCE_S:
        return points
    return (1 - min(thought_s / seconds, 1.0) / 2) * points


def _left(thought_s: float, seconds: float) -> float:
    return 1 - min(max(thought_s / seconds, 0.0), 1.0)


def _rounded(points: float) -> int:
    """Half up: 874.5 is 875, as on Kahoot's own sheets."""
    return floor(points + 0.5)
