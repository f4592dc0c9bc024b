"""One installation for each database, for all journeys."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest

from tests import servers
from tests.installation import Installation, installation


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A whole Házi but for its graders."""
    folder = tmp_path_factory.mktemp(f"journeys-{request.param}")
    with servers.redis_server() as redis:
        if request.param == "sqlite":
            with installation(folder, f"sqlite:///{folder / 'hazi.sqlite3'}", redis) as running:
                yield running
            return
        cluster = request.getfixturevalue("postgres")
        with servers.fresh_database(cluster) as url, installation(folder, url, redis) as running:
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
