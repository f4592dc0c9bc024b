"""What `hazi-server doctor` looks at beside the checks of `server.operations.health`."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import redis

from server.notifications import redis_url
from server.operations.health import HealthCheck
from server.operations.redis_versions import Standing, judge

PATIENCE_S = 3.0
NAME = "redis"


def redis_check(broker_url: str) -> HealthCheck:
    """Whether the Redis has a version that is safe, as far as this program's account can see it."""
    try:
        with redis.Redis.from_url(
            redis_url(broker_url), socket_connect_timeout=PATIENCE_S, socket_timeout=PATIENCE_S
        ) as client:
            said = client.info("server")
    except redis.exceptions.NoPermissionError:
        return HealthCheck(
            NAME,
            "its version cannot be seen with this account: ask where the account `hazi` is",
            needed=False,
        )
    except redis.RedisError:
        return HealthCheck(NAME, "nobody knows without the broker", needed=False)
    found = judge(said)
    if found.standing is Standing.OLD and is_private(broker_url):
        return HealthCheck(
            NAME, f"{found.advice}. Only this account reaches it, so it may stay", needed=False
        )
    return HealthCheck(NAME, found.advice, needed=found.standing is Standing.OLD)


def is_private(broker_url: str) -> bool:
    """Whether it listens on a socket that nobody but this account can open."""
    url = urlsplit(redis_url(broker_url))
    if url.scheme != "unix":
        return False
    try:
        facts = Path(url.path).stat()
    except OSError:
        return False
    return facts.st_uid == os.geteuid() and not facts.st_mode & 0o077
