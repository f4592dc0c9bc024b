"""One installation on PostgreSQL for all journeys; that of SQLite is the demo's, in tests/deployment."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest

from tests import servers
from tests.installation import Installation, installation


@pytest.fixture(scope="session")
def house(
    postgres: servers.PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """A whole Házi but for its graders."""
    with (
        servers.redis_server() as redis,
        servers.fresh_database(postgres) as url,
        installation(tmp_path_factory.mktemp("journeys"), url, redis) as running,
    ):
        yield running


@pytest.fixture
def grader(house: Installation) -> Iterator[int]:
    """A grader for one journey; none is left for the journey that kills its own."""
    with house.grader("only") as pid:
        yield pid


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed journey shows what the processes said."""
    report = yield
    house = item.funcargs.get("house")
    if report.failed and isinstance(house, Installation):
        report.sections.append(("logs of the processes", house.logs()))
    return report
