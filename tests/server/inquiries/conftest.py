"""A course with one assignment, on SQLite and on PostgreSQL."""

from __future__ import annotations

from tests.server.submissions.conftest import course  # noqa: F401 - a fixture
