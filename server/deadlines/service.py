"""What other features may ask of deadlines."""

from __future__ import annotations

from server.deadlines.exceptions import Exemption, OwnDue, bounded, own_due
from server.deadlines.line import (
    REGULAR,
    TAKEN,
    Phase,
    Place,
    Rules,
    Stage,
    edges,
    in_makeup,
    last_moment,
    place,
    rules_of,
    stages,
)
from server.deadlines.result import (
    Attempt,
    Outcome,
    Step,
    StepKind,
    best,
    explain,
    may_make_up,
    points_of,
    rounded,
)
from server.deadlines.tokens import TokenItem, moved, outcome, spend, usable

__all__ = [
    "REGULAR",
    "TAKEN",
    "Attempt",
    "Exemption",
    "Outcome",
    "OwnDue",
    "Phase",
    "Place",
    "Rules",
    "Stage",
    "Step",
    "StepKind",
    "TokenItem",
    "best",
    "bounded",
    "edges",
    "explain",
    "in_makeup",
    "last_moment",
    "may_make_up",
    "moved",
    "outcome",
    "own_due",
    "place",
    "points_of",
    "rounded",
    "rules_of",
    "spend",
    "stages",
    "usable",
]
