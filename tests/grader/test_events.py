from __future__ import annotations

import threading

from grader import contract
from grader.contract import EventBatch, EventKind
from grader.events import MOST_WAITING, EventStream


class Post:
    """Takes batches, and refuses them while the broker is away."""

    def __init__(self) -> None:
        self.batches: list[EventBatch] = []
        self.refused = threading.Event()
        self.away = False

    def __call__(self, batch: EventBatch) -> None:
        if self.away:
            self.refused.set()
            raise ConnectionError("the broker is away")
        self.batches.append(batch)

    @property
    def texts(self) -> list[str]:
        return [event.text for batch in self.batches for event in batch.events]


def test_everything_told_is_sent_in_order():
    post = Post()
    with EventStream("a", "w", post) as events:
        for number in range(1200):
            events.tell(EventKind.LOG, str(number))
    assert post.texts == [str(number) for number in range(1200)]
    assert {batch.attempt_id for batch in post.batches} == {"a"}


def test_events_wait_while_the_broker_is_away():
    post = Post()
    post.away = True
    with EventStream("a", "w", post) as events:
        events.tell(EventKind.LOG, "kept")
        assert post.refused.wait(10)
        post.away = False
    assert post.texts == ["kept"]


def test_flood_of_lines_never_hides_where_a_run_is():
    post = Post()
    post.away = True
    with EventStream("a", "w", post) as events:
        for _ in range(2 * MOST_WAITING):
            events.tell(EventKind.LOG, "line")
        events.tell(EventKind.PHASE, "predict")
        post.away = False
    assert post.texts.count("line") == MOST_WAITING
    assert post.texts[-1] == "predict"


def test_silent_run_sends_heartbeats():
    beat = threading.Event()

    def send(batch: EventBatch) -> None:
        if any(event.kind is EventKind.HEARTBEAT for event in batch.events):
            beat.set()

    with EventStream("a", "w", send):
        assert beat.wait(2 * contract.HEARTBEAT_S)
