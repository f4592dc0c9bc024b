"""Migrations end at exactly the tables of the models; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Column, MetaData, insert, select, text

from server.db import Database, Table
from server.migrate import alembic_config, is_current, migrate, migrating
from server.submissions.models import Grading, Worker
from tests.server.builders import NOON


def test_migrations_build_exactly_the_models(database: Database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Table.metadata) == []


def test_an_empty_database_is_not_current(database_url: str):
    database = Database(database_url)
    assert not is_current(database)
    migrate(database)
    assert is_current(database)
    database.dispose()


def test_two_processes_may_migrate_at_once(database_url: str):
    databases = [Database(database_url) for _ in range(2)]
    with ThreadPoolExecutor() as pool:
        assert list(pool.map(migrate, databases)) == [None, None]
    for database in databases:
        assert is_current(database)
        database.dispose()


VERSION = """
INSERT INTO assignment_version (slug, digest, toml, handout_en, handout_hu, starter, published_at)
VALUES ('digits', 'abc', '', '', '', '[]', :now)
"""
SUBMISSION = """
INSERT INTO submission (id, slug, version_id, received_at, late_by_s, sha256)
SELECT 'one', 'digits', id, :now, 0, 'abc' FROM assignment_version
"""


def test_submissions_of_before_have_their_files(database_url: str):
    """The column that says when files were removed comes to a table with rows in it."""
    database = Database(database_url)
    with database.engine.connect().execution_options(hazi_write=True) as connection, connection.begin():
        config = alembic_config(connection)
        before = ScriptDirectory.from_config(config).get_revision("0008").down_revision
        command.upgrade(config, str(before))
        connection.execute(text(VERSION), {"now": NOON})
        connection.execute(text(SUBMISSION), {"now": NOON})
    migrate(database)
    with database.engine.connect() as connection:
        rows = connection.execute(text("SELECT id, files_removed_at FROM submission")).all()
    assert [tuple(row) for row in rows] == [("one", None)]
    database.dispose()


def test_gradings_of_before_stay(database_url: str):
    """The newest shape is reached with what lies in the database."""
    database = Database(database_url)
    with database.engine.connect().execution_options(hazi_write=True) as connection, connection.begin():
        command.upgrade(alembic_config(connection), "0006")
        before = MetaData()
        before.reflect(connection)
        version = {"slug": "digits", "digest": "d", "toml": "t", "handout_en": "h", "handout_hu": "h"}
        rows = {
            "assignment_version": version | {"id": 1, "starter": [], "published_at": NOON},
            "submission": {
                "id": "s",
                "baseline": "starter",
                "slug": "digits",
                "version_id": 1,
                "received_at": NOON,
                "late_by_s": 0,
                "sha256": "d",
            },
            "worker": {"name": "w", "queue": "grade.cpu", "slots": 1, "last_seen_at": NOON, "versions": {}},
            "grading": {
                "id": 1,
                "submission_id": "s",
                "version_id": 1,
                "queue": "grade.cpu",
                "state": "done",
                "created_at": NOON,
                "attempt": 1,
                "losses": 0,
            },
        }
        for name, row in rows.items():
            connection.execute(insert(before.tables[name]).values(row))
    migrate(database)
    with database.read() as session:
        columns = (Grading.id, Grading.state, Grading.final, Grading.returns, Grading.not_before)
        assert session.execute(select(*columns)).all() == [(1, "done", False, 0, None)]
        assert session.scalars(select(Worker)).all() == [], "graders say anew that they are alive"
    database.dispose()


REVISIONS = [f"{number:04}" for number in range(1, 14)]
SAID_ANEW = {"worker", "login_failure"}  # who is alive, and what is throttled: dropped on the way
OF_TYPE = {bool: True, int: 1, float: 0.5, str: "x"}


@pytest.mark.parametrize("revision", REVISIONS)
def test_what_lies_in_any_older_database_is_there_afterwards(database_url: str, revision: str):
    """A row in every table, each referring to the others: SQLite drops no table that is referred to."""
    database = Database(database_url)
    with migrating(database) as connection:
        command.upgrade(alembic_config(connection), revision)
        before = MetaData()
        before.reflect(connection)
        tables = [table for table in before.sorted_tables if table.name != "alembic_version"]
        for table in tables:
            connection.execute(insert(table).values({one.name: _made_up(one) for one in table.columns}))
    migrate(database)
    with database.engine.connect() as connection:
        for table in tables:
            if table.name not in SAID_ANEW:
                count = connection.execute(text(f'SELECT count(*) FROM "{table.name}"')).scalar_one()
                assert count == 1, table.name
    database.dispose()


def _made_up(column: Column[Any]) -> object:
    if isinstance(column.type, JSON):
        return {}
    return OF_TYPE.get(column.type.python_type, NOON)
