"""What other features may ask of deadlines."""

from __future__ import annotations

from server.deadlines.changes import (
    DateAuthor,
    Grant,
    Limit,
    NewDates,
    check_dates,
    check_grant,
    check_reason,
    edit_dates,
    end,
    extension_in,
    grant,
    limit_tokens,
)
from server.deadlines.dates import are_of_file, dates_in_force, dates_of, edits_in_force
from server.deadlines.extensions import exemptions
from server.deadlines.models import DateEdit, Extension, TokenLimit

__all__ = (
    "DateAuthor",
    "DateEdit",
    "Extension",
    "Grant",
    "Limit",
    "NewDates",
    "TokenLimit",
    "are_of_file",
    "check_dates",
    "check_grant",
    "check_reason",
    "dates_in_force",
    "dates_of",
    "edit_dates",
    "edits_in_force",
    "end",
    "exemptions",
    "extension_in",
    "grant",
    "limit_tokens",
)
