from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select, text

from server.accounts.models import User
from server.database import Database
from tests.server.builders import a_person

pytestmark = pytest.mark.dialects

AT_ONCE = 6


def test_many_may_open_a_new_file_at_once(tmp_path: Path):
    """SQLite refuses all but one of those who switch a new file to WAL in the same moment."""
    for number in range(20):
        databases = [Database(f"sqlite:///{tmp_path}/{number}.sqlite") for _ in range(AT_ONCE)]
        together = Barrier(AT_ONCE)

        def journal(database: Database, together: Barrier = together) -> str:
            together.wait()
            with database.read() as session:
                return session.execute(text("PRAGMA journal_mode")).scalar_one()

        with ThreadPoolExecutor(AT_ONCE) as pool:
            assert set(pool.map(journal, databases)) == {"wal"}
        for database in databases:
            database.dispose()


def test_session_that_reads_writes_nothing(database: Database):
    with database.read() as session, pytest.raises(RuntimeError):
        a_person(session)
    with database.read() as session:
        assert session.scalars(select(User)).all() == []


def test_database_says_what_time_it_is(database: Database):
    """Programs on several machines agree on this one clock, whatever their own says."""
    first, second = database.now(), database.now()
    assert first.utcoffset() == timedelta()
    assert first <= second < first + timedelta(minutes=1)
