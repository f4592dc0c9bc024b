"""A connection to PostgreSQL on which nobody waits for long: a server that is frozen says nothing at all.

The server's own time-outs are part of what may be frozen, and the kernel of its machine goes on confirming
what it receives. So the waiting itself has an end.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any, TypeAlias, TypeVar

import psycopg
from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

R = TypeVar("R")
Steps: TypeAlias = Generator[Any, Any, R]

CONNECT_S = 3
PING_S = 3.0  # for the question whether a connection that lay in the pool still works
STATEMENT_S = 9.0
PATIENT = "hazi_patient"  # execution option of what may take as long as it takes: migrations
INTERVAL_S = 0.1


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
            wish = next(gen)
            while True:
                ready = yield wish
                if not ready and time.monotonic() > ends:
                    self.pgconn.finish()
                    raise psycopg.OperationalError("the database does not answer")
                wish = gen.send(ready)
        except StopIteration as end:
            result: R = end.value
            return result


def bound(engine: Engine) -> None:
    """Have every connection of an engine bounded."""
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "checkin", _expect_a_ping)
    event.listen(engine, "checkout", _expect_statements)
    event.listen(engine, "begin", _be_patient)


def _connect(
    _dialect: Dialect, _record: ConnectionPoolEntry, words: list[Any], options: dict[str, Any]
) -> DBAPIConnection:
    options.setdefault("connect_timeout", CONNECT_S)
    return BoundedConnection.connect(*words, **options)  # type: ignore[return-value]


def _expect_a_ping(connection: BoundedConnection | None, _record: ConnectionPoolEntry) -> None:
    if connection is not None:  # one that broke is gone already
        connection.patience_s = PING_S


def _expect_statements(
    connection: BoundedConnection, _record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
) -> None:
    connection.patience_s = STATEMENT_S


def _be_patient(connection: Connection) -> None:
    if connection.get_execution_options().get(PATIENT):
        connection.connection.dbapi_connection.patience_s = None  # type: ignore[union-attr]
