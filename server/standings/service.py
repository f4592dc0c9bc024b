"""What other features may ask of standings."""

from __future__ import annotations

from server.standings.deciding import Author, Subject, record
from server.standings.explained import Explained, explained
from server.standings.keeping import Change, recompute, refresh, settle
from server.standings.models import Decision, Standing
from server.standings.previewing import Move, histogram, moves_of_regrade
from server.standings.reading import (
    Audience,
    Number,
    StandingCard,
    closes_for_all,
    points_by_student,
    private_is_told,
    reveal_of,
    standing_cards,
)
from server.standings.states import DecisionKind, StandingState
from server.standings.windows import OwnWindow, own_dues, own_window, own_windows, takes

__all__ = [
    "Audience",
    "Author",
    "Change",
    "Decision",
    "DecisionKind",
    "Explained",
    "Move",
    "Number",
    "OwnWindow",
    "Standing",
    "StandingCard",
    "StandingState",
    "Subject",
    "closes_for_all",
    "explained",
    "histogram",
    "moves_of_regrade",
    "own_dues",
    "own_window",
    "own_windows",
    "points_by_student",
    "private_is_told",
    "recompute",
    "record",
    "refresh",
    "reveal_of",
    "settle",
    "standing_cards",
    "takes",
]
