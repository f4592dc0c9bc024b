"""Two hundred phones, and a server that is killed while they answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.loadtest.installation import installation
from server.loadtest.play import Cut, Result, play
from tests.servers import PostgresServer, fresh_database

PLAYERS = 200


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of its own."""
    if request.param == "sqlite":
        yield ""
        return
    postgres: PostgresServer = request.getfixturevalue("postgres")
    with fresh_database(postgres) as url:
        yield url


def through(cut: Cut, url: str = "") -> Result:
    # In a thread of its own: in this one the browser's tests may have left their loop running.
    with installation(PLAYERS, 1, url) as here, ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(play(here, cut=cut))).result()


@pytest.mark.slow
def test_killed_web_server_loses_no_acknowledged_answer(url: str):
    result = through(Cut.WEB, url)
    assert (result.lost, result.doubled) == (0, 0)
    assert result.acknowledged == PLAYERS, "every outbox got rid of its answer in the end"


@pytest.mark.slow
def test_killed_redis_loses_no_answer():
    result = through(Cut.REDIS)
    assert (result.acknowledged, result.lost, result.doubled) == (PLAYERS, 0, 0)
