"""What other features compute with: rules and values of standings, free of database, request and clock."""

from __future__ import annotations

from server.standings.computation import Computed, Run, Share, compute
from server.standings.explanation import Explanation
from server.standings.refusals import Overtaken
from server.standings.states import DecisionKind, RunState, StandingState

__all__ = (
    "Computed",
    "DecisionKind",
    "Explanation",
    "Overtaken",
    "Run",
    "RunState",
    "Share",
    "StandingState",
    "compute",
)
