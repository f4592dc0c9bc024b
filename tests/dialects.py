"""Which tests run on both databases in `make test`: those of SQL that differs, which are marked `dialects`.

All others that ask for a database run there on SQLite, and on PostgreSQL in `make chaos`.
"""

from __future__ import annotations

import pytest

PARAMETER = "database_url"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is the same SQL on PostgreSQL is left to `make chaos`."""
    for item in items:
        chosen = getattr(getattr(item, "callspec", None), "params", {}).get(PARAMETER)
        if chosen == "postgresql" and item.get_closest_marker("dialects") is None:
            item.add_marker("slow")
