"""Who stands where in a room's game."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RankedPlayer:
    """One player's place. Equal points share a place, and the next one is as far down as there are before."""

    player_id: int
    place: int
    points: int


def ranking(points: Mapping[int, int]) -> list[RankedPlayer]:
    """All players, best first; among equals those who joined earlier, whose ids are lower."""
    placed: list[RankedPlayer] = []
    for count, (player_id, total) in enumerate(sorted(points.items(), key=lambda it: (-it[1], it[0])), 1):
        place = placed[-1].place if placed and placed[-1].points == total else count
        placed.append(RankedPlayer(player_id, place, total))
    return placed
