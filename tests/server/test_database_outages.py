"""A database that is busy or full: the asker is told to come again, and nothing is half done."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from server.config import Config
from server.database import Database, is_busy, is_full
from server.person import Person
from server.web import services
from tests import servers
from tests.server.builders import PASSWORD
from tests.server.conftest import Browser

WISH = {"neptun": "ABC123", "password": PASSWORD, "name": "x"}


@pytest.fixture
def set_pragma(app: Flask) -> Callable[[str], None]:
    """Has every further connection of the application begin with a setting of SQLite."""

    def set_it(pragma: str) -> None:
        engine = services(app).database.engine
        event.listen(engine, "connect", lambda connection, _: connection.execute(f"PRAGMA {pragma}"))
        engine.dispose()

    return set_it


def test_whoever_meets_another_writer_shall_come_again(
    client: FlaskClient, config: Config, person: Callable[..., Person], set_pragma: Callable[[str], None]
):
    person("ABC123")
    set_pragma("busy_timeout=0")
    other = Database(config.database_url)
    with other.write():
        answer = client.post("/api/v1/tokens", json=WISH)
    other.dispose()
    assert (answer.status_code, answer.get_json()["slug"]) == (503, "busy")
    assert answer.headers["Retry-After"] == "5"
    assert client.post("/api/v1/tokens", json=WISH).status_code == 201


def test_a_full_disk_is_told_and_keeps_nothing(lecturer: Browser, set_pragma: Callable[[str], None]):
    set_pragma("max_page_count=1")  # no more than there are
    rows = "\n".join(f"AA{number:04};{'x' * 200}" for number in range(2000))
    answer = lecturer.post("/people/import", {"text": f"Neptun;Name\n{rows}", "apply": "1"})
    assert answer.status_code == 507
    assert "No space left" in answer.text
    assert "AA0000" not in lecturer.get("/people").text


@pytest.fixture
def postgres_error(postgres: servers.PostgresServer) -> Iterator[Callable[[str], SQLAlchemyError]]:
    """What SQLAlchemy raises when PostgreSQL answers with a state."""
    with servers.fresh_database(postgres) as url:
        engine = create_engine(url)

        def fail(state: str) -> SQLAlchemyError:
            statement = text(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$")
            with engine.connect() as connection, pytest.raises(DBAPIError) as raised:
                connection.execute(statement)
            return raised.value

        yield fail
        engine.dispose()


def test_postgres_says_the_same_in_its_own_codes(postgres_error: Callable[[str], SQLAlchemyError]):
    verdicts = {}
    for state in ("40001", "40P01", "53300", "55P03", "53100", "42P01"):
        error = postgres_error(state)
        verdicts[state] = (is_busy(error), is_full(error))
    busy, full, neither = (True, False), (False, True), (False, False)
    assert list(verdicts.values()) == [busy, busy, busy, busy, full, neither]


def test_a_pool_without_a_free_connection_is_busy():
    assert is_busy(PoolExhausted())
