"""What other features may ask of standings."""

from __future__ import annotations

from server.standings.arrivals import add_waiting
from server.standings.computation import Run
from server.standings.decisions.choices import can_count, chosen, may_choose
from server.standings.decisions.deciding import (
    Author,
    Subject,
    checked_reason,
    newest_decision,
    record,
    returned_tries,
    subject_of,
    take_turn,
)
from server.standings.decisions.records import Decided, DecisionCard, decided, is_about_what_counts, told_to
from server.standings.decisions.request_context import author_of_form, decide_about, wish_of_form
from server.standings.decisions.requests import Wish, read_id, student_of
from server.standings.explanation_queries import Explained, explained
from server.standings.models import Choice, Decision, Standing
from server.standings.preview import Move, histogram, moves_of_regrade
from server.standings.queries import Audience, Number, StandingCard, points_by_student, standing_cards
from server.standings.queries import card as standing_card
from server.standings.reveal_dates import board_is_revealed, closes_for_all, private_is_told, private_told_at
from server.standings.states import DecisionKind, RunState, StandingState
from server.standings.updates import Change, recompute, refresh, settle
from server.standings.voids import is_void_by
from server.standings.windows import (
    MakeupBar,
    OwnWindow,
    makeup_bar,
    own_dues,
    own_window,
    own_windows,
    window_of_file,
)

__all__ = [
    "Audience",
    "Author",
    "Change",
    "Choice",
    "Decided",
    "Decision",
    "DecisionCard",
    "DecisionKind",
    "Explained",
    "MakeupBar",
    "Move",
    "Number",
    "OwnWindow",
    "Run",
    "RunState",
    "Standing",
    "StandingCard",
    "StandingState",
    "Subject",
    "Wish",
    "add_waiting",
    "author_of_form",
    "board_is_revealed",
    "can_count",
    "checked_reason",
    "chosen",
    "closes_for_all",
    "decide_about",
    "decided",
    "explained",
    "histogram",
    "is_about_what_counts",
    "is_void_by",
    "makeup_bar",
    "may_choose",
    "moves_of_regrade",
    "newest_decision",
    "own_dues",
    "own_window",
    "own_windows",
    "points_by_student",
    "private_is_told",
    "private_told_at",
    "read_id",
    "recompute",
    "record",
    "refresh",
    "returned_tries",
    "settle",
    "standing_card",
    "standing_cards",
    "student_of",
    "subject_of",
    "take_turn",
    "told_to",
    "window_of_file",
    "wish_of_form",
]
