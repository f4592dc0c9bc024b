"""Which tests run on both databases in `make test`: those of SQL that differs, which are marked `dialects`.

All others that ask for a database run there on SQLite, and on PostgreSQL in `make chaos`.
"""

from __future__ import annotations

import pytest

PARAMETER = "database_url"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is the same SQL on PostgreSQL is left to `make chaos`."""
    for item in items:
        if dialect_of(item) == "postgresql" and item.get_closest_marker("dialects") is None:
            item.add_marker("slow")


def dialect_of(item: pytest.Item) -> str | None:
    """The database that a test runs on, where it runs on both."""
    return getattr(getattr(item, "callspec", None), "params", {}).get(PARAMETER)
