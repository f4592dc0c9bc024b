"""The doorbell on a real Redis, and what remains of it when Redis is away."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.notifications import STREAMS_EACH, Hub, Notifier, redis_url
from tests import servers

DEAD = "redis://127.0.0.1:1/0"  # nobody listens there
LONG_S = 60.0


@pytest.fixture
def hub(redis_url: str) -> Iterator[Hub]:
    hub = Hub(redis_url)
    yield hub
    hub.close()


@pytest.fixture
def notifier(redis_url: str) -> Iterator[Notifier]:
    notifier = Notifier(redis_url)
    yield notifier
    notifier.close()


def test_ring_wakes_who_listens_to_the_topic(hub: Hub, notifier: Notifier):
    with hub.subscribe("one") as subscription, hub.subscribe("other") as other:
        servers.wait_until(lambda: hub.connected, "the subscription")
        subscription.wait(LONG_S), other.wait(LONG_S)  # the greeting
        notifier.notify("one")
        assert subscription.wait(LONG_S)
        assert not other.wait(0)


def test_ring_before_the_look_is_not_lost(hub: Hub, notifier: Notifier):
    with hub.subscribe("one") as subscription:
        servers.wait_until(lambda: hub.connected, "the subscription")
        subscription.wait(LONG_S)
        notifier.notify("one")
        notifier.notify("two")
        assert subscription.wait(LONG_S)


def test_all_listeners_share_one_subscription(hub: Hub, notifier: Notifier):
    def hear(_number: int) -> bool:
        with hub.subscribe("one") as subscription:
            servers.wait_until(lambda: hub.connected, "the subscription")
            return subscription.wait(LONG_S)

    with ThreadPoolExecutor(20) as pool:
        futures = [pool.submit(hear, number) for number in range(20)]
        notifier.notify("one")
        servers.wait_until(
            lambda: notifier.notify("one") is None and all(f.done() for f in futures), "everybody awake"
        )
        assert all(future.result() for future in futures)


def test_new_redis_is_found_again():
    """Listeners are woken after the gap, for nobody knows what rang in it."""
    port = servers.free_port()
    url = f"redis://127.0.0.1:{port}/0"
    hub = Hub(url)
    with hub.subscribe("one") as subscription:
        with servers.redis_server(port=port):
            servers.wait_until(lambda: hub.connected, "the subscription")
        servers.wait_until(lambda: not hub.connected, "the loss of Redis")
        subscription.wait(0)
        with servers.redis_server(port=port):
            servers.wait_until(lambda: subscription.wait(0), "a ring after the gap")
    hub.close()


def test_without_redis_waits_are_short():
    hub = Hub(DEAD)
    with hub.subscribe("one") as subscription:
        assert not subscription.wait(LONG_S)
    hub.close()


def test_ringing_without_redis_is_harmless():
    notifier = Notifier(DEAD)
    for _ in range(100):
        notifier.notify("one", "two")
    notifier.close()


def test_closing_wakes_everybody(hub: Hub):
    with hub.subscribe("one") as subscription:
        hub.close()
        assert subscription.wait(LONG_S)
        assert hub.closing


def test_streams_of_one_person_are_bounded(hub: Hub):
    assert all(hub.open_stream(1) for _ in range(STREAMS_EACH))
    assert not hub.open_stream(1)
    assert hub.open_stream(2)
    hub.close_stream(1)
    assert hub.open_stream(1)


@pytest.mark.parametrize(
    ("broker", "client"),
    [
        ("redis://:pw@host:6379/1", "redis://:pw@host:6379/1"),
        ("redis+socket:///var/redis.sock", "unix:///var/redis.sock"),
        ("redis+socket://:pw@/var/redis.sock?virtual_host=2", "unix://:pw@/var/redis.sock?db=2"),
    ],
)
def test_address_of_the_broker_in_the_words_of_its_client(broker: str, client: str):
    assert redis_url(broker) == client
