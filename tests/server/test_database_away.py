"""A database that is away, restarted or frozen: 503 and when to come again, on every way in."""

from __future__ import annotations

import io
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, select, text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from grader.contract import WorkerHello
from server import create_app, postgres
from server.accounts.identity import SESSION_KEY
from server.accounts.models import LoginFailure
from server.config import Config
from server.database import Database
from server.operations.schema_version import migrate
from server.quizzes.codes.device_keys import issue_waiting_key
from server.quizzes.room.player_api import PLAYER_PREFIX, cookie_name
from server.sse import until_away
from server.submissions.models import Worker
from server.submissions.recorder import Recorder
from server.submissions.service import Reader
from server.submissions.stream import Watch, stream
from server.web import services, utc_now
from tests import servers
from tests.sampling import few
from tests.server.builders import NOON, PASSWORD, a_config, a_course, a_person
from tests.server.conftest import Browser
from tests.server.submissions.builders import SLUG, SOURCE, ZONE, a_submission, an_assignment

pytestmark = pytest.mark.dialects

AWAY = ["sqlite:////proc/none/x.sqlite3", "postgresql+psycopg://hazi@127.0.0.1:1/hazi"]
NOBODY_KNOWS = "0" * 8 + "-0000-4000-8000-" + "0" * 12
PIN = "123456"
VALUES = {"UUIDConverter": NOBODY_KNOWS, "IntegerConverter": 1, "AnyConverter": "x"}
SELDOM = {"OPTIONS"}


@pytest.fixture(params=AWAY, ids=["sqlite", "postgresql"])
def away(request: pytest.FixtureRequest, config: Config) -> Iterator[Flask]:
    """The application without its database."""
    app = create_app(replace(config, database_url=request.param))
    yield app
    services(app).close()


def addresses(app: Flask) -> Iterator[tuple[str, str]]:
    """Every method of every address, with something in its place for each variable."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - SELDOM):
            yield method, adapter.build(rule.endpoint, _values(rule), method=method)
    yield from [("GET", "/nothing/here"), ("PUT", "/login"), ("GET", "/api/v1/nothing")]


def _values(rule: Rule) -> dict[str, object]:
    kinds = {name: type(converter).__name__ for name, converter in rule._converters.items()}
    return {name: VALUES.get(kind, PIN) for name, kind in kinds.items()}


def askers(app: Flask) -> dict[str, Callable[[str, str], TestResponse]]:
    """A browser that was signed in, a program with a token, and phones with all kinds of keys to a room."""
    secret = (services(app).config.secret_key,)
    browser = Browser(app)
    form = {"csrf_token": browser.csrf_token(), "neptun": "ABC123", "password": PASSWORD}
    with browser.client.session_transaction() as session:
        session[SESSION_KEY] = "a" * 43
    body = {"neptun": "ABC123", "password": PASSWORD, "name": "x", "answer": 1, "n": 1, "round": "x"}

    def program(token: str) -> Callable[[str, str], TestResponse]:
        headers = {"Authorization": f"Bearer {token}"}
        return lambda method, path: app.test_client().open(path, method=method, headers=headers, json=body)

    def phone(key: str) -> Callable[[str, str], TestResponse]:
        client = app.test_client()
        client.set_cookie(cookie_name(PIN), key)
        return lambda method, path: client.open(path, method=method, json=body)

    return {
        "browser": lambda method, path: browser.client.open(
            path, method=method, data=None if method in {"GET", "HEAD"} else form
        ),
        "program": program("hazi_" + "a" * 43),
        "player's program": program(PLAYER_PREFIX + "a" * 43),
        "phone": phone(PLAYER_PREFIX + "a" * 43),
        "phone that waits": phone(PLAYER_PREFIX + issue_waiting_key(secret, PIN, utc_now())),
        "phone without a key": phone("nonsense"),
    }


def test_no_way_in_is_a_fault_without_the_database(away: Flask):
    seen: dict[int, list[str]] = {}
    for who, ask in askers(away).items():
        for method, path in addresses(away):
            answer = ask(method, path)
            seen.setdefault(answer.status_code, []).append(f"{who} {method} {path}")
            if answer.status_code == 503 and path != "/readyz":
                assert answer.headers["Retry-After"] == "5", path
                assert answer.mimetype in {"text/html", "application/problem+json"}, path
    assert [one for status in seen if status >= 500 and status != 503 for one in seen[status]] == []
    assert len(seen[503]) > 150


def test_a_page_is_loaded_again_by_itself(away: Flask):
    asks = askers(away)["browser"]
    page = asks("GET", "/assignments")
    assert (page.status_code, '<meta http-equiv="refresh" content="5">' in page.text) == (503, True)
    sent = asks("POST", "/login")
    assert (sent.status_code, "http-equiv" in sent.text) == (503, False)


def test_figures_of_the_processes_are_told_without_the_database(away: Flask, client: FlaskClient):
    page = away.test_client().get("/metrics")
    assert page.status_code == 200
    assert "hazi_database_up 0.0" in page.text
    assert "hazi_requests_total" in page.text
    assert "hazi_database_up 1.0" in client.get("/metrics").text


def test_a_stream_ends_quietly_where_the_database_goes(app: Flask, config: Config, tmp_path: Path):
    database = services(app).database
    with database.write() as session:
        anna = a_person(session)
        an_assignment(session)
        number = a_submission(session, anna).id
    reader = Reader(anna, "en", ZONE, NOON)
    parts = until_away(stream(Watch(database, number, reader, lambda: NOON), services(app).hub, 0))
    assert next(parts).startswith("retry:")
    assert next(parts).startswith("event: state")
    database.dispose()
    (tmp_path / "hazi.sqlite3").rename(tmp_path / "elsewhere")
    (tmp_path / "hazi.sqlite3").mkdir()
    services(app).hub.wake(number)
    assert [part for part in parts if not part.startswith(": ping")] == []


# --- PostgreSQL that goes away between two statements ------------------------------------------------


@pytest.fixture
def on_postgres(postgres: servers.PostgresServer, migrated_postgres: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on PostgreSQL, with an assignment and two people."""
    servers.copy_database(postgres, migrated_postgres, "away")
    app = create_app(a_config(tmp_path, postgres.url("away")), clock=lambda: NOON)
    with services(app).database.write() as session:
        anna = a_person(session, password=PASSWORD)
        an_assignment(session, per_day=50)
        a_submission(session, anna)
    yield app
    services(app).close()


@contextmanager
def restarted_before(app: Flask, postgres: servers.PostgresServer, number: int) -> Iterator[list[str]]:
    """The connection is cut before the statement of this number; what was asked until then."""
    engine, asked = services(app).database.engine, []

    def count(connection: object, cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)
        if len(asked) == number:
            pid = cursor.connection.info.backend_pid  # type: ignore[attr-defined]
            servers.run_sql(postgres, f"SELECT pg_terminate_backend({pid}, 5000)")

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", count)


def token_of(app: Flask) -> dict[str, str]:
    request = {"neptun": "ABC123", "password": PASSWORD, "name": "x"}
    answer = app.test_client().post("/api/v1/tokens", json=request)
    return {"Authorization": f"Bearer {answer.get_json()['token']}"}


CUT_ALL = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = 'away'"
WAYS_IN: dict[str, dict[str, object]] = {
    "GET /api/v1/submissions": {},
    f"GET /assignments/{SLUG}": {},
    f"GET /assignments/{SLUG}/leaderboard": {},
    f"POST /api/v1/assignments/{SLUG}/submissions": {"upload": True},
    "POST /api/v1/tokens": {"json": {"neptun": "ABC123", "password": PASSWORD, "name": "x"}},
}


@pytest.mark.parametrize("way", few(WAYS_IN, keep=lambda way: way.startswith("POST /api/v1/assignments")))
def test_a_restart_between_any_two_statements_is_no_fault(
    on_postgres: Flask, postgres: servers.PostgresServer, way: str
):
    method, path = way.split()
    headers = token_of(on_postgres)

    def ask(number: int) -> TestResponse:
        options = dict(WAYS_IN[way])
        if options.pop("upload", False):
            content = SOURCE + b"# %d\n" % number
            options["data"] = {"file": (io.BytesIO(content), "submission.py")}
        return on_postgres.test_client().open(path, method=method, headers=headers, **options)  # type: ignore[arg-type]

    statuses, number, asked = [], 0, [""]
    while len(asked) >= number:
        number += 1
        with services(on_postgres).database.write() as session:
            session.execute(delete(LoginFailure))  # one that was cut off may have been wrong, and counts
        with restarted_before(on_postgres, postgres, number) as asked:
            answer = ask(number)
        statuses.append((answer.status_code, answer.headers.get("Retry-After")))
    assert number > 2
    # The last thing that a page asks for is how many notices are unread: without it the page is whole.
    notifier = [] if path.startswith("/api/") else [(200, None)]
    assert statuses[:-1] == [(503, "5")] * (number - 1 - len(notifier)) + notifier
    assert statuses[-1][0] < 300


def test_connections_that_died_in_the_pool_are_made_anew(
    on_postgres: Flask, postgres: servers.PostgresServer
):
    headers = token_of(on_postgres)
    servers.run_sql(postgres, CUT_ALL)
    assert on_postgres.test_client().get("/api/v1/submissions", headers=headers).status_code == 200


def test_a_database_that_takes_no_writes_for_a_while_costs_no_report(
    on_postgres: Flask, postgres: servers.PostgresServer
):
    """After a failover the recorder may reach the standby first: its messages wait."""
    database, tries = services(on_postgres).database, []

    def clock() -> datetime:
        tries.append(len(tries))
        if len(tries) == 2:
            servers.run_sql(postgres, "ALTER DATABASE away RESET default_transaction_read_only")
            servers.run_sql(postgres, CUT_ALL)
        return NOON

    servers.run_sql(postgres, "ALTER DATABASE away SET default_transaction_read_only = on")
    database.dispose()
    hello = WorkerHello("grader-1", "grade.cpu", 1, {})
    Recorder(database, services(on_postgres).notifier, clock, secret_keys=("key",)).worker(hello.to_message())
    with database.read() as session:
        assert session.scalars(select(Worker.name)).all() == ["grader-1"]
    assert len(tries) > 1


# --- PostgreSQL that says nothing -------------------------------------------------------------------


@contextmanager
def frozen(server: servers.PostgresServer) -> Iterator[None]:
    """The whole cluster stands still: what listens, and what serves a connection."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    os.kill(server.pid, signal.SIGSTOP)
    pids = [server.pid, *map(int, children.read_text().split())]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


@pytest.fixture
def own_postgres(tmp_path: Path) -> Iterator[tuple[Flask, servers.PostgresServer]]:
    """A cluster that may be frozen, and the application on it."""
    with servers.postgres_server() as server:
        servers.run_sql(server, "CREATE DATABASE hazi")
        database = Database(server.url("hazi"))
        migrate(database)
        with database.write() as session:
            a_course(session)
            a_person(session, password=PASSWORD)
        database.dispose()
        app = create_app(a_config(tmp_path, server.url("hazi")), clock=lambda: NOON)
        yield app, server
        services(app).close()


@pytest.mark.slow
def test_nobody_waits_for_a_database_that_is_frozen(
    own_postgres: tuple[Flask, servers.PostgresServer], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(postgres, "PING_S", 0.3)
    monkeypatch.setattr(postgres, "CONNECT_S", 2)
    app, server = own_postgres
    headers = token_of(app)
    began = time.monotonic()
    with frozen(server):
        answers = [app.test_client().get("/api/v1/submissions", headers=headers) for _ in range(2)]
    assert [(answer.status_code, answer.headers.get("Retry-After")) for answer in answers] == [(503, "5")] * 2
    assert time.monotonic() - began < 20
    assert app.test_client().get("/api/v1/submissions", headers=headers).status_code == 200


def test_nobody_waits_for_a_statement_without_end(on_postgres: Flask, monkeypatch: pytest.MonkeyPatch):
    """A lock that somebody holds for ever, or a server that freezes in the middle."""
    monkeypatch.setattr(postgres, "STATEMENT_S", 0.5)
    database = services(on_postgres).database
    with pytest.raises(Exception, match="does not answer"), database.read() as session:
        session.execute(text("SELECT pg_sleep(600)"))
    with database.read() as session:
        assert session.execute(text("SELECT 1")).scalar_one() == 1


WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'away' AND wait_event_type = 'Lock'"


@contextmanager
def nobody_may_read_people(app: Flask) -> Iterator[Callable[[], int]]:
    """Somebody holds a lock for ever; how many backends wait for it."""
    engine = services(app).database.engine

    def waiting() -> int:
        with engine.connect() as connection:
            return int(connection.execute(text(WAITING)).scalar_one())

    with engine.connect() as holder, holder.begin():
        holder.execute(text('LOCK TABLE "user" IN ACCESS EXCLUSIVE MODE'))
        yield waiting


def sign_in(app: Flask) -> TestResponse:
    request = {"neptun": "ABC123", "password": PASSWORD, "name": "x"}
    return app.test_client().post("/api/v1/tokens", json=request)


@pytest.mark.parametrize("bound", ["LOCK_S", "SERVER_STATEMENT_S"])
def test_the_server_gives_up_before_us_and_nothing_waits_on(
    on_postgres: Flask, monkeypatch: pytest.MonkeyPatch, bound: str
):
    monkeypatch.setattr(postgres, bound, 0.2)
    services(on_postgres).database.dispose()
    with nobody_may_read_people(on_postgres) as at_work:
        answers = [sign_in(on_postgres) for _ in range(4)]
        assert at_work() == 0
    assert {(one.status_code, one.get_json()["slug"]) for one in answers} == {(503, "busy")}
    assert {one.headers.get("Retry-After") for one in answers} == {"5"}
    assert sign_in(on_postgres).status_code == 201


def test_a_backend_ends_when_nobody_waits_for_it(on_postgres: Flask, monkeypatch: pytest.MonkeyPatch):
    """A client that died, or gave up first."""
    monkeypatch.setattr(postgres, "STATEMENT_S", 0.2)
    monkeypatch.setattr(postgres, "CHECK_S", 0.1)
    monkeypatch.setattr(postgres, "LOCK_S", 600)
    monkeypatch.setattr(postgres, "SERVER_STATEMENT_S", 600)
    services(on_postgres).database.dispose()
    with nobody_may_read_people(on_postgres) as at_work:
        assert {sign_in(on_postgres).status_code for _ in range(4)} == {503}
        servers.wait_until(lambda: at_work() == 0, "the end of all that was given up")


def test_every_connection_is_bounded_on_the_server_below_our_own_bound(on_postgres: Flask):
    with services(on_postgres).database.read() as session:
        found = {
            name: session.execute(
                text("SELECT setting::int FROM pg_settings WHERE name = :name"), {"name": name}
            )
            for name in ("lock_timeout", "statement_timeout", "client_connection_check_interval")
        }
        assert [one.scalar_one() for one in found.values()] == [7000, 8000, 2000]
    assert postgres.LOCK_S < postgres.SERVER_STATEMENT_S < postgres.STATEMENT_S


def test_a_migration_may_take_its_time(on_postgres: Flask, monkeypatch: pytest.MonkeyPatch):
    for bound in ("STATEMENT_S", "LOCK_S", "SERVER_STATEMENT_S"):
        monkeypatch.setattr(postgres, bound, 0.2)
    services(on_postgres).database.dispose()
    engine = services(on_postgres).database.engine
    with engine.connect().execution_options(**{postgres.PATIENT: True}) as connection, connection.begin():
        connection.execute(text("SELECT pg_sleep(1)"))
    with engine.connect() as connection, pytest.raises(Exception, match="statement timeout"):
        connection.execute(text("SELECT pg_sleep(1)"))
