"""`hazi-server web` as a process: gunicorn with gevent workers, on both databases."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from server.database import Database
from tests.server.builders import PASSWORD, SECRET_KEY, a_person
from tests.servers import free_port, process, wait_until

PATIENCE_S = 60.0  # of a busy machine
HALL = [f"AAAA{number:02}" for number in range(40)]  # all behind one address
HAZI_SERVER = Path(sys.executable).with_name("hazi-server")


@pytest.fixture
def environ(
    database: Database, database_url: str, redis_url: str, store_url: str, tmp_path: Path
) -> dict[str, str]:
    with database.write() as session:
        for neptun in HALL:
            a_person(session, neptun, password=PASSWORD)
    return {
        "PATH": os.environ["PATH"],
        "TMPDIR": str(tmp_path),
        "HAZI_SECRET_KEY": SECRET_KEY,
        "HAZI_DATABASE_URL": database_url,
        "HAZI_BROKER_URL": redis_url,
        "HAZI_STORE": store_url,
        "HAZI_PORT": str(free_port()),
    }


@pytest.fixture
def site(environ: dict[str, str], tmp_path: Path) -> Iterator[httpx.Client]:
    """A client of the running server."""
    address = f"http://127.0.0.1:{environ['HAZI_PORT']}"
    log = tmp_path / "log"
    with (
        process([HAZI_SERVER, "web"], log, env=environ) as server,
        httpx.Client(base_url=address, timeout=PATIENCE_S) as client,
    ):
        wait_until(lambda: _answers(client), f"an answer of {address}", PATIENCE_S)
        yield client
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=PATIENCE_S) == 0, log.read_text()
        assert list(tmp_path.glob("hazi-*")) == []


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.slow
def test_a_lecture_hall_signs_in_at_once(site: httpx.Client):
    def sign_in(neptun: str) -> int:
        request = {"neptun": neptun, "password": PASSWORD, "name": "phone"}
        return site.post("/api/v1/tokens", json=request).status_code

    with ThreadPoolExecutor(len(HALL)) as hall:
        assert list(hall.map(sign_in, HALL)) == [201] * len(HALL)
    page = site.get("/metrics").text
    assert 'hazi_requests_total{endpoint="accounts_api.create_token",method="POST",status="201"} 40.0' in page
