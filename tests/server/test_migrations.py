"""Migrations end at exactly the tables of the models; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, insert, select

from server.db import Database, Table
from server.migrate import alembic_config, is_current, migrate
from server.submissions.models import Grading
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


def test_gradings_of_before_are_no_final_runs(database_url: str):
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
        assert session.execute(select(Grading.id, Grading.state, Grading.final)).all() == [(1, "done", False)]
    database.dispose()
