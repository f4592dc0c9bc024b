"""The database: one engine, and the two ways in - `read` and `write`, each one transaction."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Select,
    create_engine,
    event,
)
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import (
    DBAPIError,
    InterfaceError,
    OperationalError,
    PendingRollbackError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from server import postgres

SQLITE_PRAGMAS = ("synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000")
WAL_PATIENCE_S, WAL_PAUSE_S = 15.0, 0.01
SQLITE_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
# serialization failure, deadlock, lock not available, too many connections, statement timeout
POSTGRES_BUSY = frozenset({"40001", "40P01", "55P03", "53300", "57014"})
POSTGRES_FULL = "53100"
SQLITE_AWAY = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY})
# connection lost, shut down or starting up, no resources, the database or the right to write gone
POSTGRES_AWAY = ("08", "57P", "58", "25006", "3D000", "53")
POOL_PATIENCE_S = 10.0


def is_busy(error: SQLAlchemyError) -> bool:
    """Whether others held the database for longer than we wait."""
    code = _code(error)
    return isinstance(error, PoolExhausted) or code in SQLITE_BUSY or code in POSTGRES_BUSY


def is_full(error: SQLAlchemyError) -> bool:
    """Whether the disk of the database has no space left."""
    return _code(error) in {sqlite3.SQLITE_FULL, POSTGRES_FULL}


def is_away(error: SQLAlchemyError) -> bool:
    """Whether the database cannot be reached, or went away in the middle."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, PendingRollbackError)  # asked again on a connection that broke
    code = _code(error)
    if isinstance(error.orig, sqlite3.Error):
        return code in SQLITE_AWAY
    if error.connection_invalidated or (isinstance(code, str) and code.startswith(POSTGRES_AWAY)):
        return True
    return code is None and isinstance(error, OperationalError | InterfaceError)


def is_unclear(error: SQLAlchemyError) -> bool:
    """Whether it looks as if the database were away, without a word of the database about it."""
    invalid = isinstance(error, DBAPIError) and error.connection_invalidated
    return is_away(error) and _code(error) is None and not invalid


def passes(error: SQLAlchemyError) -> bool:
    """Whether the same may go well later: nothing is wrong with what was asked."""
    return is_busy(error) or is_full(error) or is_away(error)


def _code(error: SQLAlchemyError) -> int | str | None:
    """SQLite's primary code, which is a number, or PostgreSQL's state, which is a text."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return getattr(cause, "sqlstate", None)


NO_VALUES: Mapping[str, object] = MappingProxyType({})


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC. A naive one is refused: nobody knows what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Python to database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Database to Python. SQLite forgets the zone, which is always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Hundredths(TypeDecorator[Decimal]):
    """Points: an exact number of hundredths, stored as a whole number. A finer one is refused."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Python to database."""
        if value is None:
            return None
        if value.scaleb(2) % 1:
            raise ValueError("points have two digits after the point")
        return int(value.scaleb(2))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """Database to Python."""
        return None if value is None else Decimal(value).scaleb(-2)


class Table(DeclarativeBase):
    """What every table of the server derives from."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        Decimal: Hundredths,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


class _Reading(Session):
    """Writes nothing: where reads have no transaction, what it wrote would stay."""

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Raises RuntimeError where there is anything to write."""
        if self.new or self.dirty or self.deleted:
            raise RuntimeError("a session that reads has something to write")
        super().flush(objects)


class Database:
    """Gives out sessions. Nothing is committed anywhere else than at the end of a `write` block."""

    def __init__(self, url: str, settle: Callable[[Session], object] | None = None) -> None:
        """`settle` is called at the end of each write block, before it is committed: see `changes`."""
        self.engine = _engine(url)
        # PostgreSQL sees a new state with each statement anyway: to begin and to end would cost two more.
        options = {} if url.startswith("sqlite") else {"isolation_level": "AUTOCOMMIT"}
        self._reading = self.engine.execution_options(**options)
        self._settle = settle

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that changes nothing; of SQLite it sees one state."""
        with _Reading(self._reading) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are all kept when the block ends, or none when it raises."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            session.connection(execution_options={"hazi_write": True})
            yield session
            if self._settle is not None:
                self._settle(session)

    def ask(self, statement: Select[*tuple[Any, ...]], values: Mapping[str, object]) -> Sequence[Any]:
        """The rows of one statement about columns, without a session: for what each request asks."""
        with self._reading.connect() as connection:
            return connection.execute(statement, values).all()

    def now(self) -> datetime:
        """What time it is for the database: the one clock that all programs on all machines share."""
        with self.engine.connect() as connection:
            if self.engine.dialect.name == "sqlite":
                text = connection.exec_driver_sql("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')").scalar_one()
                return datetime.fromisoformat(str(text)).replace(tzinfo=UTC)
            moment: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
            return moment.astimezone(UTC)

    def answers(self) -> bool:
        """Whether the database can be asked at all."""
        try:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("SELECT 1")
        except SQLAlchemyError:
            return False
        return True

    def dispose(self) -> None:
        """Close the pooled connections."""
        self.engine.dispose()


def hold(session: Session, rows: Select[*tuple[Any, ...]], values: Mapping[str, object] = NO_VALUES) -> None:
    """Let nobody else hold these rows until the block ends; who writes rows that refer to them need not wait.

    SQLite lets one writer in at a time, and needs not be asked.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.execute(rows.with_for_update(key_share=True), values).all()


def _engine(url: str) -> Engine:
    # Errors of the database are logged with their statement: what stands in its rows is no part of them.
    if not url.startswith("sqlite"):
        engine = create_engine(
            url,
            pool_size=10,
            max_overflow=15,
            pool_timeout=POOL_PATIENCE_S,
            hide_parameters=True,
        )
        postgres.bound(engine)
        return engine
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """Take over transactions from the driver, which would open them too late for us."""
    connection.isolation_level = None
    cursor = connection.cursor()
    _switch_to_wal(cursor)
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _switch_to_wal(cursor: DBAPICursor) -> None:
    """Of two who open a new file at once, SQLite tells one to come back instead of letting it wait."""
    patience_ends = time.monotonic() + WAL_PATIENCE_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > patience_ends:
                raise
            time.sleep(WAL_PAUSE_S)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at its beginning: half-way it would fail with 'database is locked'."""
    write = connection.get_execution_options().get("hazi_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
