"""Migrations end at exactly the tables of the models; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from server.db import Database, Table
from server.migrate import is_current, migrate


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
