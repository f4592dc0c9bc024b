"""Moments as people type them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.late_policy import Offset
from server.deadline_pages.typed_moments import local_text, read_due, read_moment
from server.errors import BadInput
from tests.server.submissions.builders import ZONE

MOMENTS = st.integers(0, 5 * 366 * 86400).map(
    lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s)
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("+2d", Offset(days=2)),
        (" '+1w ", Offset(days=7)),  # as a spreadsheet saves it
        ("+36h", Offset(elapsed=timedelta(hours=36))),
        ("2026-10-26T12:00", datetime(2026, 10, 26, 11, tzinfo=UTC)),
        ("2026-10-24 12:00:01", datetime(2026, 10, 24, 10, 0, 1, tzinfo=UTC)),
        ("2026-10-25T02:30:00+02:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_moments_and_stretches_are_read(typed: str, meant: datetime | Offset):
    assert read_due(typed, ZONE) == meant


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "is no moment"),
        ("tomorrow", "is no moment"),
        ("2d", "is no moment"),
        ("+2", "whole number"),
        ("+0d", "whole number"),
        ("+9999d", "at most a year"),
        ("2026-10-26", "2026-10-26T23:59:59"),
        ("2026-10-25T02:30", "twice or never"),  # comes twice
        ("2027-03-28T02:30", "twice or never"),  # never comes
        ("9999-10-25T02:30", "year"),
        ("2026-13-26T12:00", "is no moment"),
        ("2026-10-26T12:00" + "0" * 5000, "is no moment"),
    ],
)
def test_what_is_unclear_is_refused_with_what_to_write(typed: str, told: str):
    with pytest.raises(BadInput) as refused:
        read_due(typed, ZONE)
    assert told in str(refused.value.detail)
    assert len(str(refused.value.detail)) < 300


@given(MOMENTS)
def test_a_moment_that_is_shown_can_be_typed_again(moment: datetime):
    """Also in the night in which an hour comes twice."""
    assert read_moment(local_text(moment, ZONE), ZONE) == moment


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(typed: str):
    with suppress(BadInput):
        read_due(typed, ZONE)
