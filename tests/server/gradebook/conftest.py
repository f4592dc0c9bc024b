"""Rooms of a live quiz, for the gradebook's tests."""

from __future__ import annotations

from tests.server.quizzes.conftest import open_room, published, quiz_folder  # noqa: F401 - fixtures
