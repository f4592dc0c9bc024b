"""The real application on a real database, browsers that use it, and a clock that obeys."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.sessions import SessionMixin
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, make_url
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

import server.database
from server import create_app
from server.accounts.credentials import passwords
from server.accounts.credentials.sessions import open_web_session
from server.accounts.identity import SESSION_KEY
from server.config import Config
from server.database import Database
from server.notices.service import noticing
from server.operations.schema_version import migrate
from server.person import Person, Role
from server.web import services
from tests import servers
from tests.server.builders import COURSE, NOON, PASSWORD, a_config, a_course, a_person


class Clock:
    """Time for the application: it passes when a test says so."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, **span: float) -> None:
        """Let time pass: `pass_by(minutes=5)`."""
        self.moment += timedelta(**span)


class Browser:
    """What a person does with a browser, forms with their token included."""

    def __init__(self, app: Flask, address: str = "127.0.0.1") -> None:
        self.client: FlaskClient = app.test_client()
        self.client.environ_base["REMOTE_ADDR"] = address

    def get(self, path: str, **options: Any) -> TestResponse:  # noqa: ANN401
        return self.client.get(path, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:  # noqa: ANN401
        """Send a form as a page of ours would."""
        return self.client.post(path, data={"csrf_token": self.csrf_token(), **(data or {})}, **options)

    def csrf_token(self) -> str:
        """The token that a page of ours would carry."""
        with self._cookie() as cookie:
            kept = cookie.setdefault("csrf_token", secrets.token_hex(20))
        signer = URLSafeTimedSerializer(self.client.application.secret_key or "", salt="wtf-csrf-token")
        return str(signer.dumps(kept))

    def enter(self, person: Person) -> None:
        """Be signed in as somebody, as after the form: it takes its time, and has tests of its own."""
        web = services(self.client.application)
        with web.database.write() as session:
            key = open_web_session(session, person.id, web.clock())
        with self._cookie() as cookie:
            cookie[SESSION_KEY] = key
            cookie.permanent = True

    @contextmanager
    def _cookie(self) -> Iterator[SessionMixin]:
        with self.client.session_transaction() as cookie:
            yield cookie

    def sign_in(self, neptun: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        return self.post("/login", {"neptun": neptun, "password": password, **fields})


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same argon2 with the least costs: almost every test signs somebody in."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(scope="session", autouse=True)
def compiled_rules() -> Iterator[None]:
    """Each of our addresses is compiled once, and not by each test's application anew.

    Werkzeug compiles a function for every rule of every application: a tenth of a second each time.
    """
    compiled: dict[tuple[object, ...], Any] = {}
    compile_builder = Rule._compile_builder

    def once(rule: Rule, append_unknown: bool = True) -> Any:  # noqa: ANN401 - as Werkzeug has it
        place = (rule.rule, rule.subdomain, rule.host, str(rule.defaults), append_unknown)
        if place not in compiled:
            compiled[place] = compile_builder(rule, append_unknown)
        return compiled[place]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_statements() -> Iterator[None]:
    """Each statement is compiled once for SQLite, and not for each test's database anew.

    That takes a quarter of the time of a test with an application.
    """
    compiled: Any = LRUCache(10_000)
    create = server.database.create_engine
    shared = create("sqlite://")
    shared.connect().close()  # by which a dialect learns what its database can do

    def created(url: str, **options: Any) -> Engine:  # noqa: ANN401
        engine = create(url, **options)
        if engine.dialect.name == "sqlite":
            engine.dialect = engine.pool._dialect = shared.dialect  # a part of the keys
            engine._compiled_cache = compiled
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server.database, "create_engine", created)
        yield


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in its newest shape with the course and nobody in it, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "hazi.sqlite3"
    database = Database(f"sqlite:///{file}")
    _prepare(database)
    database.dispose()
    return file


@pytest.fixture
def config(tmp_path: Path, migrated_file: Path) -> Config:
    """Settings of a server with an empty SQLite database."""
    shutil.copy(migrated_file, tmp_path / "hazi.sqlite3")
    return a_config(tmp_path)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Each template is compiled once, and not by each test's application anew."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(config: Config, clock: Clock, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    with opened(config, compiled_templates, clock) as app:
        yield app


@contextmanager
def opened(config: Config, compiled: FileSystemBytecodeCache, clock: Clock) -> Iterator[Flask]:
    """The application with these settings, until it is closed."""
    app = create_app(config, clock=clock)
    app.jinja_env.bytecode_cache = compiled
    try:
        yield app
    finally:
        services(app).close()


@contextmanager
def an_app(
    folder: Path, migrated_file: Path, compiled: FileSystemBytecodeCache, clock: Clock
) -> Iterator[Flask]:
    """An application with an empty SQLite database in a folder: for fixtures that several tests share."""
    shutil.copy(migrated_file, folder / "hazi.sqlite3")
    with opened(a_config(folder), compiled, clock) as app:
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Nobody in particular."""
    return app.test_client()


@pytest.fixture(scope="session")
def migrated_postgres(postgres: servers.PostgresServer) -> str:
    """The name of a database in its newest shape, to be copied."""
    servers.run_sql(postgres, "CREATE DATABASE migrated")
    database = Database(postgres.url("migrated"))
    _prepare(database)
    database.dispose()
    return "migrated"


@pytest.fixture
def database(request: pytest.FixtureRequest, database_url: str, clock: Clock) -> Iterator[Database]:
    """A database in its newest shape with the course and nobody in it: on SQLite and on PostgreSQL."""
    place = make_url(database_url).database
    assert place is not None
    if database_url.startswith("sqlite"):
        shutil.copy(request.getfixturevalue("migrated_file"), place)
    else:
        source = request.getfixturevalue("migrated_postgres")
        servers.copy_database(request.getfixturevalue("postgres"), source, place)
    database = Database(database_url, noticing(clock))
    yield database
    database.dispose()


@pytest.fixture
def person(app: Flask) -> Callable[..., Person]:
    """Adds somebody with a password: `person("ABC123", role=...)`."""

    return partial(added, app)


def added(app: Flask, neptun: str, **facts: Any) -> Person:  # noqa: ANN401
    """Somebody who is enrolled from now on, with a password."""
    with services(app).database.write() as session:
        return a_person(session, neptun, **({"password": PASSWORD} | facts))


@pytest.fixture
def student(app: Flask, person: Callable[..., Person]) -> Browser:
    """ABC123's browser, signed in."""
    return _signed_in(app, person("ABC123"))


@pytest.fixture
def other_student(app: Flask, person: Callable[..., Person]) -> Browser:
    """XYZ789's browser, signed in."""
    return _signed_in(app, person("XYZ789", name="Nagy Péter"))


@pytest.fixture
def lecturer(app: Flask, person: Callable[..., Person]) -> Browser:
    """LEC001's browser, signed in."""
    return _signed_in(app, person("LEC001", name="Dr. Kovács Éva", role=Role.LECTURER))


@pytest.fixture
def assistant(app: Flask, person: Callable[..., Person]) -> Browser:
    """ASS001's browser, signed in."""
    return _signed_in(app, person("ASS001", name="Tóth Béla", role=Role.ASSISTANT))


@pytest.fixture
def token(app: Flask) -> Callable[[str], dict[str, str]]:
    """Headers of a program that acts for somebody: `token("ABC123")`."""

    return partial(token_of, app)


def token_of(app: Flask, neptun: str) -> dict[str, str]:
    """The header with a new token of somebody's."""
    request = {"neptun": neptun, "password": PASSWORD, "name": "test"}
    answer = app.test_client().post("/api/v1/tokens", json=request)
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.get_json()['token']}"}


def _prepare(database: Database) -> None:
    migrate(database)
    with database.write() as session:
        assert a_course(session) == COURSE


def _signed_in(app: Flask, person: Person) -> Browser:
    browser = Browser(app)
    browser.enter(person)
    return browser
