"""What other features may ask of standings."""

from __future__ import annotations

from server.standings.api_schema import StandingOut, standing_out
from server.standings.arrivals import add_waiting
from server.standings.decisions.choices import can_count, chosen, may_choose
from server.standings.decisions.deciding import (
    DecisionAuthor,
    Subject,
    checked_reason,
    newest_decision,
    record,
    returned_tries,
    subject_of,
    take_turn,
)
from server.standings.decisions.records import (
    Decided,
    DecisionCard,
    decided,
    decisions_for_student,
    is_about_what_counts,
)
from server.standings.decisions.request_context import author_of_form, decide_about, request_of_form
from server.standings.decisions.requests import DecisionRequest, read_id, student_of
from server.standings.decisions.wording import described
from server.standings.explanation_queries import Explained, explained
from server.standings.facts import Wanted, terms_of, works
from server.standings.models import Choice, Decision, Standing
from server.standings.preview import Move, Standings, computed, histogram, moves_of_regrade
from server.standings.queries import Audience, StandingCard, points_by_student, standing_cards
from server.standings.queries import card as standing_card
from server.standings.reveal_dates import (
    board_is_revealed,
    closes_for_all,
    private_is_revealed,
    private_revealed_at,
)
from server.standings.updates import Change, settle
from server.standings.voids import is_void_by
from server.standings.windows import (
    MakeupBar,
    OwnWindow,
    is_made_up,
    makeup_bar,
    own_dues,
    own_window,
    own_windows,
    window_of_file,
)

__all__ = (
    "Audience",
    "Change",
    "Choice",
    "Decided",
    "Decision",
    "DecisionAuthor",
    "DecisionCard",
    "DecisionRequest",
    "Explained",
    "MakeupBar",
    "Move",
    "OwnWindow",
    "Standing",
    "StandingCard",
    "StandingOut",
    "Standings",
    "Subject",
    "Wanted",
    "add_waiting",
    "author_of_form",
    "board_is_revealed",
    "can_count",
    "checked_reason",
    "chosen",
    "closes_for_all",
    "computed",
    "decide_about",
    "decided",
    "decisions_for_student",
    "described",
    "explained",
    "histogram",
    "is_about_what_counts",
    "is_made_up",
    "is_void_by",
    "makeup_bar",
    "may_choose",
    "moves_of_regrade",
    "newest_decision",
    "own_dues",
    "own_window",
    "own_windows",
    "points_by_student",
    "private_is_revealed",
    "private_revealed_at",
    "read_id",
    "record",
    "request_of_form",
    "returned_tries",
    "settle",
    "standing_card",
    "standing_cards",
    "standing_out",
    "student_of",
    "subject_of",
    "take_turn",
    "terms_of",
    "window_of_file",
    "works",
)
