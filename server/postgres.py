"""A connection to PostgreSQL on which nobody waits for long: a server that is frozen says nothing at all.

The server's own time-outs are part of what may be frozen, and the kernel of its machine goes on confirming
what it receives. So the waiting itself has an end. But who only stops waiting leaves a backend behind that
waits on, with its connection and its locks: a server that is well gives up first, by time-outs of its own.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from typing import Any, TypeAlias, TypeVar, cast

import psycopg
from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

R = TypeVar("R")
Steps: TypeAlias = Generator[Any, Any, R]

CONNECT_S = 3
PING_S = 3.0  # for the question whether a connection that lay in the pool still works
RESTS_S = 1.0  # after which that is asked
STATEMENT_S = 9.0
SERVER_STATEMENT_S = 8.0  # below ours, so that the server answers: 57014
LOCK_S = 7.0  # 55P03
CHECK_S = 2.0  # how often a server at work looks whether anybody waits for the answer
PATIENT = "hazi_patient"  # execution option of what may take as long as it takes: migrations
INTERVAL_S = 0.1
RESTS_SINCE = "hazi_rests_since"


class BoundedConnection(psycopg.Connection[Any]):
    """Closes itself when an answer takes longer than `patience_s`; None waits without end."""

    patience_s: float | None = STATEMENT_S

    def wait(self, gen: Steps[R], interval: float = INTERVAL_S, timeout: float | None = None) -> R:
        """As psycopg waits. Raises OperationalError when it takes too long."""
        further = {} if timeout is None else {"timeout": timeout}
        if self.patience_s is not None:
            gen = self._bounded(gen, time.monotonic() + self.patience_s)
        return super().wait(gen, interval, **further)

    def _bounded(self, gen: Steps[R], ends: float) -> Steps[R]:
        """The same steps; psycopg sends "not ready" into it after every interval."""
        try:
            request = next(gen)
            while True:
                ready = yield request
                if not ready and time.monotonic() > ends:
                    self.pgconn.finish()
                    raise psycopg.OperationalError("the database does not answer")
                request = gen.send(ready)
        except StopIteration as end:
            result: R = end.value
            return result


def bound(engine: Engine) -> None:
    """Have every connection of an engine bounded."""
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "checkin", _rest)
    event.listen(engine, "checkout", _go_on)
    event.listen(engine, "begin", _be_patient)


def _connect(
    _dialect: Dialect, _record: ConnectionPoolEntry, words: list[Any], options: dict[str, Any]
) -> DBAPIConnection:
    options.setdefault("connect_timeout", CONNECT_S)
    connection = BoundedConnection.connect(*words, **options)
    connection.patience_s = PING_S
    _set(connection, {"lock_timeout": LOCK_S, "statement_timeout": SERVER_STATEMENT_S})
    try:
        _set(connection, {"client_connection_check_interval": CHECK_S})
    except psycopg.errors.InvalidParameterValue:  # its machine cannot tell
        connection.rollback()
    return connection  # type: ignore[return-value]


def _set(connection: psycopg.Connection[Any], settings: Mapping[str, float], *, once: bool = False) -> None:
    """Seconds for the settings that this server knows; `once` ends with the transaction."""
    known = "SELECT set_config(name, %s, %s) FROM pg_settings WHERE name = %s"
    for name, seconds in settings.items():
        connection.execute(known, [f"{round(seconds * 1000)}ms", once, name])
    if not once:
        connection.commit()


def _rest(_connection: BoundedConnection | None, record: ConnectionPoolEntry) -> None:
    record.info[RESTS_SINCE] = time.monotonic()


def _go_on(connection: BoundedConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
    """Does one that lay in the pool still work? One that was used a moment ago is only looked at."""
    rests_since = record.info.get(RESTS_SINCE)
    if rests_since is not None:
        try:
            _look(connection, long=time.monotonic() - rests_since > RESTS_S)
        except psycopg.Error as error:
            raise InvalidatePoolError from error  # none of those that lie there will be better
    connection.patience_s = STATEMENT_S


def _look(connection: BoundedConnection, *, long: bool) -> None:
    """Raises psycopg.OperationalError for a connection that the server has closed."""
    for _last_words_and_the_end in range(2):
        connection.pgconn.consume_input()
    if long:
        connection.patience_s = PING_S
        connection.execute("SELECT 1")
        connection.rollback()


def _be_patient(connection: Connection) -> None:
    if connection.get_execution_options().get(PATIENT):
        bounded = cast("BoundedConnection", connection.connection.dbapi_connection)
        bounded.patience_s = None
        _set(bounded, {"lock_timeout": 0, "statement_timeout": 0}, once=True)
