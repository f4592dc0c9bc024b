"""What other features and programs may ask of submissions."""

from __future__ import annotations

from server.grading.service import (
    Grading,
    InForce,
    Regrade,
    RegradeState,
    State,
    Submission,
    alike_versions,
    all_in_force,
    in_force,
    is_current,
    version_digest,
)
from server.submissions.blob_expiry import Expiry
from server.submissions.deadline_card import moment_in_words
from server.submissions.decisions.requests import receive_for
from server.submissions.dispatcher import run_dispatcher
from server.submissions.overviews import (
    assignment_card,
    assignment_cards,
    submission_cards,
)
from server.submissions.publishing import sync
from server.submissions.queries import (
    submissions_of,
)
from server.submissions.queue.grader_overview import (
    anybody_ready,
    grader_cards,
    queues_without_grader,
    recent_outcomes,
)
from server.submissions.queue.positions import live_slots
from server.submissions.queue.recording import reading_of
from server.submissions.reader import Reader
from server.submissions.recorder import run_recorder
from server.submissions.report.card import AssignmentCard, SubmissionCard
from server.submissions.request_context import reader
from server.submissions.reruns.final_draw import draw_final
from server.submissions.reruns.regrades import (
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
from server.submissions.reruns.regrades import RegradeAuthor as Regrader
from server.submissions.uploads.requests import UploadRequest, allow_upload
from server.submissions.uploads.resumable import UploadStorage
from server.submissions.uploads.spool import Spool

__all__ = (
    "AssignmentCard",
    "Expiry",
    "Grading",
    "InForce",
    "Progress",
    "Reader",
    "Regrade",
    "RegradeState",
    "Regrader",
    "Spool",
    "State",
    "Submission",
    "SubmissionCard",
    "UploadRequest",
    "UploadStorage",
    "alike_versions",
    "all_in_force",
    "allow_upload",
    "anybody_ready",
    "apply_regrade",
    "assignment_card",
    "assignment_cards",
    "draw_final",
    "drop_regrade",
    "grader_cards",
    "in_force",
    "is_current",
    "live_slots",
    "moment_in_words",
    "open_regrade",
    "outdated",
    "outdated_by_slug",
    "progress",
    "queues_without_grader",
    "reader",
    "reading_of",
    "receive_for",
    "recent_outcomes",
    "regrade_of",
    "run_dispatcher",
    "run_recorder",
    "start_regrade",
    "submission_cards",
    "submissions_of",
    "sync",
    "version_digest",
)
