"""Notifications between processes over Redis: who changes something publishes a topic, subscribers look.

Nothing travels but the topic, and the database is the truth: a lost notification costs a little time and
nothing else. Works with plain threads and under gevent's patched ones alike.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread

import redis
import structlog

log = structlog.get_logger()

CHANNEL = "hazi.bell"  # a name that older processes know, too
QUEUE_TOPIC = "queue"  # something may be released
PATIENCE_S = 0.5  # for Redis to take a topic: whoever notifies must never wait for it
PAUSE_S = 5.0  # after it was found dead
RETRY_S = 1.0
LOOK_S = 2.0  # how often subscribers look for themselves while Redis is away
STREAMS_EACH = 16  # open at once by one person; one that was left is noticed some seconds later


def redis_url(broker_url: str) -> str:
    """What Celery calls `redis+socket:///path` is `unix:///path` for the client."""
    for scheme in ("redis+socket://", "redis+unix://"):
        if broker_url.startswith(scheme):
            return ("unix://" + broker_url.removeprefix(scheme)).replace("virtual_host=", "db=")
    return broker_url


class Notifier:
    """Publishes topics. Never raises and hardly ever waits: while Redis is away, it is left alone a while."""

    def __init__(self, broker_url: str) -> None:
        self._redis = redis.Redis.from_url(
            redis_url(broker_url), socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S
        )
        self._silent_until = 0.0

    def notify(self, *topics: str) -> None:
        """Tell the subscribers of these topics, in every process, that there is something new."""
        if time.monotonic() < self._silent_until:
            return
        try:
            for topic in topics:
                self._redis.publish(CHANNEL, topic)
        except (redis.RedisError, OSError, ValueError) as error:  # the last two where a connection was closed
            self._silent_until = time.monotonic() + PAUSE_S
            log.warning("notifier", problem=str(error))

    def close(self) -> None:
        """Give the connections back."""
        self._redis.close()


class Subscription:
    """One subscriber to a topic."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._notified = Event()

    def wake(self) -> None:
        """End the wait of the subscriber."""
        self._notified.set()

    def wait(self, timeout_s: float) -> bool:
        """Whether a notification came before the time was over. Without Redis the wait is short."""
        came = self._notified.wait(timeout_s if self._hub.connected else min(timeout_s, LOOK_S))
        self._notified.clear()
        return came


class Hub:
    """The subscriptions of this process, over one connection that is opened with the first of them."""

    def __init__(self, broker_url: str) -> None:
        self._url = redis_url(broker_url)
        self._subscriptions: dict[str, set[Subscription]] = defaultdict(set)
        self._streams: Counter[Hashable] = Counter()
        self._lock = Lock()
        self._thread: Thread | None = None
        self._closing = Event()
        self.connected = False

    @property
    def closing(self) -> bool:
        """Whether streams shall end."""
        return self._closing.is_set()

    @contextmanager
    def subscribe(self, topic: str) -> Iterator[Subscription]:
        """A subscription to one topic. Subscribe first and look second, or what comes in between is lost."""
        subscription = Subscription(self)
        with self._lock:
            self._subscriptions[topic].add(subscription)
            self._start()
        try:
            yield subscription
        finally:
            with self._lock:
                self._subscriptions[topic].discard(subscription)
                if not self._subscriptions[topic]:
                    del self._subscriptions[topic]

    def open_stream(self, owner: Hashable) -> bool:
        """Whether `owner` may have one more stream open; `close_stream` when it ends."""
        with self._lock:
            if self._streams[owner] >= STREAMS_EACH:
                return False
            self._streams[owner] += 1
            return True

    def close_stream(self, owner: Hashable) -> None:
        """A stream of this owner has ended."""
        with self._lock:
            self._streams[owner] -= 1
            if self._streams[owner] <= 0:
                del self._streams[owner]

    def wait_for_end(self, timeout_s: float) -> bool:
        """Whether `close` was called before the time was over."""
        return self._closing.wait(timeout_s)

    def close(self) -> None:
        """Let every stream end. For the end of the process."""
        self._closing.set()
        self._wake_all()

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = Thread(target=self._follow, name="notifications", daemon=True)
            self._thread.start()

    def _follow(self) -> None:
        while not self.closing:
            try:
                self._receive()
            except redis.RedisError as error:
                log.warning("notifications", problem=str(error))
            except Exception:
                log.exception("notifications")
            finally:
                self.connected = False
            self._closing.wait(RETRY_S)

    def _receive(self) -> None:
        with self._client() as client:
            pubsub = client.pubsub(ignore_subscribe_messages=True)
            with pubsub:
                pubsub.subscribe(CHANNEL)
                pubsub.get_message(timeout=LOOK_S)
                self.connected = True
                self._wake_all()  # what was published while nobody was connected
                while not self.closing:
                    message = pubsub.get_message(timeout=LOOK_S)
                    if message is not None:
                        self.wake(message["data"].decode("utf-8", "replace"))

    def _client(self) -> redis.Redis:
        return redis.Redis.from_url(self._url, socket_connect_timeout=LOOK_S, health_check_interval=15)

    def wake(self, topic: str) -> None:
        """Wake the subscribers of a topic in this process; `Notifier` wakes those of the others."""
        with self._lock:
            subscribers = list(self._subscriptions.get(topic, ()))
        for subscriber in subscribers:
            subscriber.wake()

    def _wake_all(self) -> None:
        with self._lock:
            subscribers = [one for those in self._subscriptions.values() for one in those]
        for subscriber in subscribers:
            subscriber.wake()
