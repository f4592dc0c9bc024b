"""What other features and programs may ask of the pages of deadlines."""

from __future__ import annotations

from server.deadline_pages.date_edits import edited_lines
from server.deadline_pages.extensions import newest_extension

__all__ = (
    "edited_lines",
    "newest_extension",
)
