"""What other features and programs may ask of submissions."""

from __future__ import annotations

from server.submissions.asking import reader
from server.submissions.cards import AssignmentCard, FileCard, ReportCard, SubmissionCard
from server.submissions.counting import current, current_grading_id, may_count
from server.submissions.final_draw import Final, draw_final
from server.submissions.finding import (
    best_points_of,
    curve_of,
    events_after,
    find_submission,
    finished,
    log_text,
    previous_best,
    submissions_of,
)
from server.submissions.handing_in import HandIn, hand_in, refuse_before_reading
from server.submissions.lateness import Phase, Standing, standing
from server.submissions.models import Grading, State, Submission
from server.submissions.points import shown
from server.submissions.published import InForce, all_in_force, in_force, localized
from server.submissions.publishing import Outcome, Result, sync
from server.submissions.recording import record_events, record_report, record_worker
from server.submissions.releasing import reconcile, release
from server.submissions.reporting import report_card
from server.submissions.showing import (
    Reader,
    assignment_card,
    assignment_cards,
    submission_card,
    submission_cards,
)

__all__ = [
    "AssignmentCard",
    "FileCard",
    "Final",
    "Grading",
    "HandIn",
    "InForce",
    "Outcome",
    "Phase",
    "Reader",
    "ReportCard",
    "Result",
    "Standing",
    "State",
    "Submission",
    "SubmissionCard",
    "all_in_force",
    "assignment_card",
    "assignment_cards",
    "best_points_of",
    "current",
    "current_grading_id",
    "curve_of",
    "draw_final",
    "events_after",
    "find_submission",
    "finished",
    "hand_in",
    "in_force",
    "localized",
    "log_text",
    "may_count",
    "previous_best",
    "reader",
    "reconcile",
    "record_events",
    "record_report",
    "record_worker",
    "refuse_before_reading",
    "release",
    "report_card",
    "shown",
    "standing",
    "submission_card",
    "submission_cards",
    "submissions_of",
    "sync",
]
