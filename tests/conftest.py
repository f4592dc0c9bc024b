"""The real servers that tests of every room share: started when first asked for, once for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from playwright.sync_api import Browser
from werkzeug.routing import Rule
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests import servers

pytest_plugins = ["tests.dialects", "tests.durations"]

pytest.register_assert_rewrite("tests.aftermath")  # it asserts for a test, and says what was found

# A machine that does much else is slow, and no test of ours is about time.
settings.register_profile("quick", deadline=None, max_examples=30)
settings.register_profile("thorough", deadline=None, max_examples=200)
settings.load_profile("quick")

TOGETHER = "tests/journeys/"  # they share one installation


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The journeys, which one process does, come before all else."""
    items.sort(key=lambda item: not item.nodeid.startswith(TOGETHER))


class ByFile(LoadScopeScheduling):
    """Shares the tests out by file, all journeys to one process: what a module sets up is set up once.

    xdist's own `loadgroup` says nothing and does nothing under pytest 9.2, whose ids of tests are no texts.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return TOGETHER if file.startswith(TOGETHER) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """How the tests are shared out."""
    return ByFile(config, log)


_compiled: dict[object, Callable[..., Any]] = {}
_compile_builder = Rule._compile_builder


def _compiled_once(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    """How an address is built follows from its text alone, and compiling that takes longer than a test."""
    assert rule.map is not None
    text = (rule.rule, rule.subdomain, rule.host, repr(rule.defaults), rule.map.host_matching, append_unknown)
    if text not in _compiled:
        _compiled[text] = _compile_builder(rule, append_unknown)
    return _compiled[text]


@pytest.fixture(scope="session", autouse=True)
def addresses_compiled_once() -> Iterator[None]:
    """Of the same addresses each test makes an application of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", _compiled_once)
        yield


@pytest.fixture(scope="session")
def redis_server() -> Iterator[servers.RedisServer]:
    """One Redis for all tests; a test that stops or fills it starts its own."""
    with servers.redis_server() as server:
        yield server


@pytest.fixture(scope="session")
def redis_url(redis_server: servers.RedisServer) -> str:
    """The broker as HAZI_BROKER_URL names it."""
    return redis_server.broker_url


@pytest.fixture(scope="session")
def postgres() -> Iterator[servers.PostgresServer]:
    """One PostgreSQL cluster for all tests."""
    with servers.postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def object_server() -> Iterator[servers.ObjectServer]:
    """One object store for all tests; a test that stops or freezes it starts its own."""
    with servers.object_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database: every test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'hazi.sqlite3'}"
        return
    with servers.fresh_database(request.getfixturevalue("postgres")) as url:
        yield url


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """An empty folder for blobs."""
    folder = tmp_path / "store"
    folder.mkdir()
    return str(folder)


@pytest.fixture
def free_port() -> int:
    """A loopback port that nobody listens on right now."""
    return servers.free_port()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all tests; each opens a context of its own."""
    with servers.chromium() as running:
        yield running


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tables that tests have recorded, whichever process they ran in."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, value in report.user_properties:
            if name == "table":
                terminalreporter.write_line(f"\n{value}")
