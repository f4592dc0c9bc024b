"""What other features may ask of grading."""

from __future__ import annotations

from server.grading.handouts import attachments_of, drawn, flaws_of
from server.grading.held_out import SECRET_BYTES, HeldOutKeys, held_out_keys, secret_of
from server.grading.in_force import current, is_applied_by, is_current, put_in_force
from server.grading.models import (
    UNDER_WAY,
    AssignmentVersion,
    FinalDraw,
    Grading,
    Priority,
    PublishedAssignment,
    Regrade,
    RegradeState,
    State,
    Submission,
    SubmissionFile,
)
from server.grading.published import (
    ALIKE,
    InForce,
    alike_versions,
    all_in_force,
    in_force,
    in_force_as,
    published_now,
    readable_spec,
    specs_in_force,
    version_digest,
)
from server.grading.refusals import FilesRemoved

__all__ = (
    "ALIKE",
    "SECRET_BYTES",
    "UNDER_WAY",
    "AssignmentVersion",
    "FilesRemoved",
    "FinalDraw",
    "Grading",
    "HeldOutKeys",
    "InForce",
    "Priority",
    "PublishedAssignment",
    "Regrade",
    "RegradeState",
    "State",
    "Submission",
    "SubmissionFile",
    "alike_versions",
    "all_in_force",
    "attachments_of",
    "current",
    "drawn",
    "flaws_of",
    "held_out_keys",
    "in_force",
    "in_force_as",
    "is_applied_by",
    "is_current",
    "published_now",
    "put_in_force",
    "readable_spec",
    "secret_of",
    "specs_in_force",
    "version_digest",
)
