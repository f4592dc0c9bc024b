"""The doorbell: who has something new rings a topic, and whoever listens looks into the database again.

Nothing travels but the topic, so a lost ring costs a little time and no truth. Works with plain threads and
under gevent's patched ones alike.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread

import redis
import structlog
from sqlalchemy.exc import SQLAlchemyError

from server.database import passes

log = structlog.get_logger()

CHANNEL = "hazi.bell"
QUEUE_TOPIC = "queue"  # something may be released
PATIENCE_S = 0.5  # for Redis to take a ring: whoever rings must never wait for it
PAUSE_S = 5.0  # after it was found dead
RETRY_S = 1.0
LOOK_S = 2.0  # how often listeners look for themselves while the bell is dead
STREAMS_EACH = 16  # open at once by one person; one that was left is noticed some seconds later


def redis_url(broker_url: str) -> str:
    """What Celery calls `redis+socket:///path` is `unix:///path` for the client."""
    for scheme in ("redis+socket://", "redis+unix://"):
        if broker_url.startswith(scheme):
            return ("unix://" + broker_url.removeprefix(scheme)).replace("virtual_host=", "db=")
    return broker_url


def until_away(parts: Iterator[str]) -> Iterator[str]:
    """An event stream that just ends where the database goes away: whoever listens comes again."""
    try:
        yield from parts
    except SQLAlchemyError as error:
        if not passes(error):
            raise
        log.warning("stream ended", problem=str(error))


class Notifier:
    """Rings. Never raises and hardly ever waits: while Redis is away, it is left alone for a while."""

    def __init__(self, broker_url: str) -> None:
        self._redis = redis.Redis.from_url(
            redis_url(broker_url), socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S
        )
        self._silent_until = 0.0

    def ring(self, *topics: str) -> None:
        """Tell whoever listens to these topics that there is something new."""
        if time.monotonic() < self._silent_until:
            return
        try:
            for topic in topics:
                self._redis.publish(CHANNEL, topic)
        except (redis.RedisError, OSError, ValueError) as error:  # the last two where a connection was closed
            self._silent_until = time.monotonic() + PAUSE_S
            log.warning("doorbell", problem=str(error))

    def close(self) -> None:
        """Give the connections back."""
        self._redis.close()


class Subscription:
    """One listener."""

    def __init__(self, live: Hub) -> None:
        self._live = live
        self._rung = Event()

    def wake(self) -> None:
        """End the wait of whoever listens."""
        self._rung.set()

    def wait(self, timeout_s: float) -> bool:
        """Whether the bell rang before the time was over. Without a bell the wait is short."""
        rung = self._rung.wait(timeout_s if self._live.connected else min(timeout_s, LOOK_S))
        self._rung.clear()
        return rung


class Hub:
    """Listens, with one connection for the whole process, opened when somebody first wants to."""

    def __init__(self, broker_url: str) -> None:
        self._url = redis_url(broker_url)
        self._ears: dict[str, set[Subscription]] = defaultdict(set)
        self._seats: Counter[Hashable] = Counter()
        self._lock = Lock()
        self._thread: Thread | None = None
        self._closing = Event()
        self.connected = False

    @property
    def closing(self) -> bool:
        """Whether streams shall end."""
        return self._closing.is_set()

    @contextmanager
    def listen(self, topic: str) -> Iterator[Subscription]:
        """An ear for one topic. Listen first and look second, or a ring in between is lost."""
        ear = Subscription(self)
        with self._lock:
            self._ears[topic].add(ear)
            self._start()
        try:
            yield ear
        finally:
            with self._lock:
                self._ears[topic].discard(ear)
                if not self._ears[topic]:
                    del self._ears[topic]

    def take_seat(self, whose: Hashable) -> bool:
        """Whether somebody may open one more stream; `leave_seat` when it ends."""
        with self._lock:
            if self._seats[whose] >= STREAMS_EACH:
                return False
            self._seats[whose] += 1
            return True

    def leave_seat(self, whose: Hashable) -> None:
        """A stream of this person has ended."""
        with self._lock:
            self._seats[whose] -= 1
            if self._seats[whose] <= 0:
                del self._seats[whose]

    def wait_for_end(self, timeout_s: float) -> bool:
        """Whether `close` was called before the time was over."""
        return self._closing.wait(timeout_s)

    def close(self) -> None:
        """Let every stream end. For the end of the process."""
        self._closing.set()
        self._wake_all()

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = Thread(target=self._follow, name="live", daemon=True)
            self._thread.start()

    def _follow(self) -> None:
        while not self.closing:
            try:
                self._hear()
            except redis.RedisError as error:
                log.warning("live", problem=str(error))
            except Exception:
                log.exception("live")
            finally:
                self.connected = False
            self._closing.wait(RETRY_S)

    def _hear(self) -> None:
        with self._client() as client:
            pubsub = client.pubsub(ignore_subscribe_messages=True)
            with pubsub:
                pubsub.subscribe(CHANNEL)
                pubsub.get_message(timeout=LOOK_S)
                self.connected = True
                self._wake_all()  # what rang while nobody heard
                while not self.closing:
                    message = pubsub.get_message(timeout=LOOK_S)
                    if message is not None:
                        self.wake(message["data"].decode("utf-8", "replace"))

    def _client(self) -> redis.Redis:
        return redis.Redis.from_url(self._url, socket_connect_timeout=LOOK_S, health_check_interval=15)

    def wake(self, topic: str) -> None:
        """Wake those who listen to a topic in this process; the bell wakes those of the others."""
        with self._lock:
            ears = list(self._ears.get(topic, ()))
        for ear in ears:
            ear.wake()

    def _wake_all(self) -> None:
        with self._lock:
            ears = [ear for listening in self._ears.values() for ear in listening]
        for ear in ears:
            ear.wake()
