"""What other features may ask of standings."""

from __future__ import annotations

from server.standings.keeping import Change, recompute, refresh, settle
from server.standings.models import Decision, Standing
from server.standings.reading import Audience, Number, StandingCard, closes_for_all, reveal_of, standing_cards
from server.standings.states import DecisionKind, StandingState
from server.standings.windows import OwnWindow, own_dues, own_window, own_windows, takes

__all__ = [
    "Audience",
    "Change",
    "Decision",
    "DecisionKind",
    "Number",
    "OwnWindow",
    "Standing",
    "StandingCard",
    "StandingState",
    "closes_for_all",
    "own_dues",
    "own_window",
    "own_windows",
    "recompute",
    "refresh",
    "reveal_of",
    "settle",
    "standing_cards",
    "takes",
]
