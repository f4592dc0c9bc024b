"""The course of submissions is the one whose hand-ins have receipts."""

from __future__ import annotations

from tests.server.submissions.conftest import course  # noqa: F401 - a fixture
