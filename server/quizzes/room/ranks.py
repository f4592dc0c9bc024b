"""Ranks of players by the points of a room's game."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RankedPlayer:
    """One player's rank. Equal points share one; the next rank counts all players before it."""

    player_id: int
    rank: int
    points: int


def ranking(points: Mapping[int, int]) -> list[RankedPlayer]:
    """All players, best first; among equals those who joined earlier, whose ids are lower."""
    ranked: list[RankedPlayer] = []
    for count, (player_id, total) in enumerate(sorted(points.items(), key=lambda it: (-it[1], it[0])), 1):
        rank = ranked[-1].rank if ranked and ranked[-1].points == total else count
        ranked.append(RankedPlayer(player_id, rank, total))
    return ranked
