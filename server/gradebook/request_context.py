"""The cache of hand-ins by day, one for each process."""

from __future__ import annotations

from typing import cast

from flask import current_app

from server.gradebook.hand_in_days import DaysSeen

SEEN = "hazi.days"


def days_seen() -> DaysSeen:
    """The days of hand-ins as this process has counted them."""
    return cast("DaysSeen", current_app.extensions.setdefault(SEEN, DaysSeen()))
