"""What other features and programs may ask of submissions."""

from __future__ import annotations

from server.deadlines.service import Phase
from server.grading.in_force import current, is_current
from server.grading.models import Grading, Regrade, RegradeState, State, Submission
from server.grading.published import (
    InForce,
    alike_versions,
    all_in_force,
    in_force,
    localized,
    version_digest,
)
from server.http.paging import Cursor, Page, read_cursor
from server.submissions.clock import explained_to
from server.submissions.gradings.final_draw import Final, draw_final
from server.submissions.gradings.regrades import Author as Regrader
from server.submissions.gradings.regrades import (
    Progress,
    apply_regrade,
    drop_regrade,
    open_regrade,
    outdated,
    outdated_by_slug,
    progress,
    regrade_of,
    start_regrade,
)
from server.submissions.hand_in import HandIn, hand_in
from server.submissions.overviews import (
    assignment_card,
    assignment_cards,
    fresh_card,
    submission_card,
    submission_cards,
)
from server.submissions.point_format import shown
from server.submissions.publishing import Outcome, Result, sync
from server.submissions.queries import (
    curve_of,
    events_after,
    find_submission,
    finished,
    log_text,
    previous_best,
    submissions_of,
)
from server.submissions.queue.graders import (
    GraderCard,
    Graders,
    GraderState,
    Held,
    anybody_ready,
    graders,
    queues_without_grader,
    recent_outcomes,
)
from server.submissions.queue.positions import live_slots
from server.submissions.queue.recording import reading_of, record_events, record_report, record_return
from server.submissions.queue.releasing import reconcile, release
from server.submissions.queue.workers import process_id, record_worker
from server.submissions.reader import Reader
from server.submissions.report.building import report_card
from server.submissions.report.card import AssignmentCard, FileCard, ReportCard, SubmissionCard
from server.submissions.request_context import reader

__all__ = [
    "AssignmentCard",
    "Cursor",
    "FileCard",
    "Final",
    "GraderCard",
    "GraderState",
    "Graders",
    "Grading",
    "HandIn",
    "Held",
    "InForce",
    "Outcome",
    "Page",
    "Phase",
    "Progress",
    "Reader",
    "Regrade",
    "RegradeState",
    "Regrader",
    "ReportCard",
    "Result",
    "State",
    "Submission",
    "SubmissionCard",
    "alike_versions",
    "all_in_force",
    "anybody_ready",
    "apply_regrade",
    "assignment_card",
    "assignment_cards",
    "current",
    "curve_of",
    "draw_final",
    "drop_regrade",
    "events_after",
    "explained_to",
    "find_submission",
    "finished",
    "fresh_card",
    "graders",
    "hand_in",
    "in_force",
    "is_current",
    "live_slots",
    "localized",
    "log_text",
    "open_regrade",
    "outdated",
    "outdated_by_slug",
    "previous_best",
    "process_id",
    "progress",
    "queues_without_grader",
    "read_cursor",
    "reader",
    "reading_of",
    "recent_outcomes",
    "reconcile",
    "record_events",
    "record_report",
    "record_return",
    "record_worker",
    "regrade_of",
    "release",
    "report_card",
    "shown",
    "start_regrade",
    "submission_card",
    "submission_cards",
    "submissions_of",
    "sync",
    "version_digest",
]
