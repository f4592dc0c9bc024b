"""Presence: which players are connected. Each web process tells Redis whose streams it holds.

No harm is done when that is lost.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterable

import redis
import structlog

from assignments.json_reading import read_json
from server.notifications import redis_url

log = structlog.get_logger()

GOOD_FOR_S = 12  # after the last report of a process
PATIENCE_S = 0.5
PAUSE_S = 5.0  # after Redis was found dead


class Presence:
    """Reports and reads who is there."""

    def __init__(self, broker_url: str) -> None:
        self._redis = redis.Redis.from_url(
            redis_url(broker_url),
            socket_timeout=PATIENCE_S,
            socket_connect_timeout=PATIENCE_S,
            decode_responses=True,
        )
        self._process = secrets.token_hex(8)
        self._silent_until = 0.0

    def report(self, pin: str, players: Iterable[int]) -> None:
        """These players' phones have been heard of by this process lately."""
        if time.monotonic() < self._silent_until:
            return
        try:
            with self._redis.pipeline(transaction=False) as pipe:
                pipe.sadd(f"hazi.present.{pin}", self._process)
                pipe.expire(f"hazi.present.{pin}", GOOD_FOR_S)
                pipe.set(f"hazi.present.{pin}.{self._process}", json.dumps(list(players)), ex=GOOD_FOR_S)
                pipe.execute()
        except redis.RedisError as error:
            self._rest(error)

    def present(self, pin: str) -> set[int] | None:
        """The players who are connected somewhere; None when nobody knows."""
        if time.monotonic() < self._silent_until:
            return None
        try:
            processes = sorted(map(str, self._redis.smembers(f"hazi.present.{pin}")))
            reports = (
                self._redis.mget([f"hazi.present.{pin}.{name}" for name in processes]) if processes else []
            )
        except redis.RedisError as error:
            self._rest(error)
            return None
        return {player for report in reports if report for player in read_json(report)}

    def close(self) -> None:
        """Give the connections back."""
        self._redis.close()

    def _rest(self, error: redis.RedisError) -> None:
        self._silent_until = time.monotonic() + PAUSE_S
        log.warning("presence", problem=str(error))
