"""The course of submissions is the one that notices are told of."""

from __future__ import annotations

from tests.server.submissions.conftest import course  # noqa: F401 - a fixture
