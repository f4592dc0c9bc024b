"""The servers that the tests lean on are real, and gone when their block ends."""

from __future__ import annotations

from pathlib import Path

import pytest
import redis
from kombu import Connection
from playwright.sync_api import Browser
from sqlalchemy import create_engine, text

from tests import servers

pytestmark = pytest.mark.dialects


def test_redis_answers_celery_and_its_own_client(redis_server: servers.RedisServer):
    with redis.Redis.from_url(redis_server.url) as client:
        assert client.ping()
    with Connection(redis_server.broker_url) as connection:
        connection.ensure_connection(max_retries=1)
        assert connection.connected


def test_redis_with_a_password_refuses_strangers():
    with servers.redis_server(password="sesame", append_only=True) as server:
        stranger = redis.Redis.from_url(server.url.replace(":sesame@", ""))
        with stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()


def test_nothing_is_left_of_a_server():
    with servers.redis_server() as server:
        assert Path(f"/proc/{server.pid}").exists()
    assert not Path(f"/proc/{server.pid}").exists()
    assert not server.folder.exists()


def test_database_is_empty_and_takes_a_table(database_url: str):
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE homework (id INTEGER PRIMARY KEY)"))
        assert connection.execute(text("SELECT count(*) FROM homework")).scalar() == 0
    engine.dispose()


@pytest.mark.slow
def test_browser_opens_a_page(browser: Browser):
    page = browser.new_page()
    page.set_content("<title>Házi</title>")
    assert page.title() == "Házi"
    page.close()
