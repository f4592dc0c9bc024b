"""What other features compute with: rules and values of courses, free of database, request and clock."""

from __future__ import annotations

from server.courses.labels import limited, read_labels

__all__ = (
    "limited",
    "read_labels",
)
