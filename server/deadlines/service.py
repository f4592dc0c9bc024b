"""What other features may ask of deadlines."""

from __future__ import annotations

from server.deadlines.dates import are_of_file
from server.deadlines.late_result import (
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
from server.deadlines.own_due import Exemption, OwnDue, bounded, own_due
from server.deadlines.schedule import (
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
from server.deadlines.sentences import (
    PHASES,
    line_sentences,
    makeup_sentences,
    own_due_sentence,
    step_sentence,
)
from server.deadlines.step_chart import StepChart, step_chart
from server.deadlines.tokens import TokenItem, moved, outcome, spend, usable

__all__ = [
    "PHASES",
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
    "StepChart",
    "StepKind",
    "TokenItem",
    "are_of_file",
    "best",
    "bounded",
    "edges",
    "explain",
    "in_makeup",
    "last_moment",
    "line_sentences",
    "makeup_sentences",
    "may_make_up",
    "moved",
    "outcome",
    "own_due",
    "own_due_sentence",
    "place",
    "points_of",
    "rounded",
    "rules_of",
    "spend",
    "stages",
    "step_chart",
    "step_sentence",
    "usable",
]
