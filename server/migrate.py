"""The shape of the database: bringing it up to date, and asking whether it is."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from server.db import Database
from server.postgres import PATIENT

FOLDER = Path(__file__).parent / "migrations"
LOCK = 4211  # any number, the same in every process that migrates


def migrate(database: Database) -> None:
    """Bring the database to the newest shape, in one transaction. Two at once queue up."""
    wishes = {"hazi_write": True, PATIENT: True}
    with database.engine.connect().execution_options(**wishes) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        command.upgrade(alembic_config(connection), "head")


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
