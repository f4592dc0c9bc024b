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
def live(redis_url: str) -> Iterator[Hub]:
    live = Hub(redis_url)
    yield live
    live.close()


@pytest.fixture
def bell(redis_url: str) -> Iterator[Notifier]:
    bell = Notifier(redis_url)
    yield bell
    bell.close()


def test_ring_wakes_who_listens_to_the_topic(live: Hub, bell: Notifier):
    with live.listen("one") as ear, live.listen("other") as other:
        servers.wait_until(lambda: live.connected, "the subscription")
        ear.wait(LONG_S), other.wait(LONG_S)  # the greeting
        bell.ring("one")
        assert ear.wait(LONG_S)
        assert not other.wait(0)


def test_ring_before_the_look_is_not_lost(live: Hub, bell: Notifier):
    with live.listen("one") as ear:
        servers.wait_until(lambda: live.connected, "the subscription")
        ear.wait(LONG_S)
        bell.ring("one")
        bell.ring("two")
        assert ear.wait(LONG_S)


def test_all_listeners_share_one_subscription(live: Hub, bell: Notifier):
    def hear(_number: int) -> bool:
        with live.listen("one") as ear:
            servers.wait_until(lambda: live.connected, "the subscription")
            return ear.wait(LONG_S)

    with ThreadPoolExecutor(20) as pool:
        futures = [pool.submit(hear, number) for number in range(20)]
        bell.ring("one")
        servers.wait_until(
            lambda: bell.ring("one") is None and all(f.done() for f in futures), "everybody awake"
        )
        assert all(future.result() for future in futures)


def test_new_redis_is_found_again():
    """Listeners are woken after the gap, for nobody knows what rang in it."""
    port = servers.free_port()
    url = f"redis://127.0.0.1:{port}/0"
    live = Hub(url)
    with live.listen("one") as ear:
        with servers.redis_server(port=port):
            servers.wait_until(lambda: live.connected, "the subscription")
        servers.wait_until(lambda: not live.connected, "the loss of Redis")
        ear.wait(0)
        with servers.redis_server(port=port):
            servers.wait_until(lambda: ear.wait(0), "a ring after the gap")
    live.close()


def test_without_redis_waits_are_short():
    live = Hub(DEAD)
    with live.listen("one") as ear:
        assert not ear.wait(LONG_S)
    live.close()


def test_ringing_without_redis_is_harmless():
    bell = Notifier(DEAD)
    for _ in range(100):
        bell.ring("one", "two")
    bell.close()


def test_closing_wakes_everybody(live: Hub):
    with live.listen("one") as ear:
        live.close()
        assert ear.wait(LONG_S)
        assert live.closing


def test_streams_of_one_person_are_bounded(live: Hub):
    assert all(live.take_seat(1) for _ in range(STREAMS_EACH))
    assert not live.take_seat(1)
    assert live.take_seat(2)
    live.leave_seat(1)
    assert live.take_seat(1)


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
