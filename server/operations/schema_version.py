"""The shape of the database: bringing it up to date, and asking whether it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from server.database import Database
from server.postgres import PATIENT

FOLDER = Path(__file__).parents[1] / "migrations"
LOCK = 4211  # any number, the same in every process that migrates


def migrate(database: Database) -> None:
    """Bring the database to the newest shape, in one transaction. Two at once queue up."""
    with migrating(database) as connection:
        command.upgrade(alembic_config(connection), "head")


@contextmanager
def migrating(database: Database) -> Iterator[Connection]:
    """A transaction in which tables may be made anew.

    SQLite changes most of a table by making it anew, and drops none that others refer to: so it looks at the
    references at the end instead.
    """
    options = {"hazi_write": True, PATIENT: True}
    with database.engine.connect().execution_options(**options) as connection:
        if connection.dialect.name == "postgresql":
            with connection.begin():
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
                yield connection
            return
        _refer(connection, checked=False)
        try:
            with connection.begin():
                yield connection
                if lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                    raise RuntimeError(f"references that lead nowhere after the migration: {lost[:5]}")
        finally:
            _refer(connection, checked=True)


def _refer(connection: Connection, *, checked: bool) -> None:
    """Have SQLite check references at each statement, or not: it hears that outside of transactions only."""
    raw = connection.connection.dbapi_connection
    if raw is not None:
        raw.cursor().execute(f"PRAGMA foreign_keys={'ON' if checked else 'OFF'}")


def is_current(database: Database) -> bool:
    """Whether the database has the shape that this program needs."""
    newest = ScriptDirectory(str(FOLDER)).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest


def alembic_config(connection: Connection) -> AlembicConfig:
    """Alembic's settings for work on this connection."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
