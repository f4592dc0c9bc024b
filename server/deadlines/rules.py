"""What other features compute with: rules and values of deadlines, free of database, request and clock."""

from __future__ import annotations

from server.deadlines.late_result import NO_ATTEMPT, Outcome, ScoredHandIn, may_make_up, points_of, rounded
from server.deadlines.own_due import Exemption, OwnDue, bounded, in_force, own_due
from server.deadlines.reveal import Dates, Reveal, is_revealed, not_before_earlier, reveal_of
from server.deadlines.schedule import (
    REGULAR,
    TAKEN,
    DeadlinePhase,
    Rules,
    Timing,
    in_makeup,
    last_makeup_moment,
    last_moment,
    rules_of,
    stages,
    timing_at,
)
from server.deadlines.sentences import (
    NOTHING_COUNTS,
    REASONS,
    arrival_sentence,
    due_sentence,
    line_sentences,
    makeup_sentences,
    number,
    own_due_sentence,
    reason_words,
    ruling_sentence,
    step_sentence,
    stretch_sentence,
)
from server.deadlines.step_chart import StepChart, step_chart
from server.deadlines.tokens import TokenItem, moved, outcome, spend, usable
from server.deadlines.worth_over_time import Stretch, timeline

__all__ = (
    "NOTHING_COUNTS",
    "NO_ATTEMPT",
    "REASONS",
    "REGULAR",
    "TAKEN",
    "Dates",
    "DeadlinePhase",
    "Exemption",
    "Outcome",
    "OwnDue",
    "Reveal",
    "Rules",
    "ScoredHandIn",
    "StepChart",
    "Stretch",
    "Timing",
    "TokenItem",
    "arrival_sentence",
    "bounded",
    "due_sentence",
    "in_force",
    "in_makeup",
    "is_revealed",
    "last_makeup_moment",
    "last_moment",
    "line_sentences",
    "makeup_sentences",
    "may_make_up",
    "moved",
    "not_before_earlier",
    "number",
    "outcome",
    "own_due",
    "own_due_sentence",
    "points_of",
    "reason_words",
    "reveal_of",
    "rounded",
    "rules_of",
    "ruling_sentence",
    "spend",
    "stages",
    "step_chart",
    "step_sentence",
    "stretch_sentence",
    "timeline",
    "timing_at",
    "usable",
)
