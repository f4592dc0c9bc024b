"""The phones: each joins, follows the room, answers within a second, and tries until it is told "saved"."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from server.http.api_address import API
from server.loadtest.http_connection import TROUBLES, HttpConnection

SPREAD_S = 1.0  # in which the whole hall answers
RETRY_S = (0.4, 1.2)  # as a phone's outbox waits
STREAM_RETRY_S = (1.0, 2.0)  # as a browser comes back
POLL_S = 1.0
JOINS_AT_ONCE = 40


class SavedCounts:
    """How many phones have been told "saved", by round; others may wait for the first, and for all."""

    def __init__(self, phones: int) -> None:
        self._left: dict[int, int] = {}
        self._phones = phones
        self._first: dict[int, asyncio.Event] = {}
        self._all: dict[int, asyncio.Event] = {}

    def note(self, number: int) -> None:
        """One more phone."""
        self._left[number] = self._left.get(number, self._phones) - 1
        self.first(number).set()
        if self._left[number] == 0:
            self.all(number).set()

    def first(self, number: int) -> asyncio.Event:
        """Set when one phone has been told."""
        return self._first.setdefault(number, asyncio.Event())

    def all(self, number: int) -> asyncio.Event:
        """Set when every phone has been told."""
        return self._all.setdefault(number, asyncio.Event())


@dataclass(slots=True)
class Phone:
    """The phone of one player, with when it saw each question, answered it and was told "saved".

    All times are seconds of the monotonic clock.
    """

    code: str
    host: str
    port: int
    pin: str
    chance: random.Random
    poll: bool
    saved_counts: SavedCounts
    connection: HttpConnection = field(init=False)
    seen: dict[int, float] = field(default_factory=dict)  # by round: when it was on the phone
    sent: dict[int, float] = field(default_factory=dict)  # by round: when the answer left first
    saved: dict[int, float] = field(default_factory=dict)  # by round: when it was told "saved"
    tries: int = 0
    answering: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.connection = HttpConnection(self.host, self.port)

    async def join(self) -> None:
        """Come in; keeps trying."""
        while True:
            try:
                reply = await self.connection.ask(
                    "POST", f"{API}/live/{self.pin}/join", {"neptun": self.code}
                )
            except TROUBLES:
                await asyncio.sleep(self.chance.uniform(*RETRY_S))
                continue
            if reply.status == 201:
                self.connection.token = reply.json()["token"]
                return
            if reply.status < 500:
                raise RuntimeError(f"{self.code} may not join: {reply.body!r}")

    async def live(self) -> None:
        """Follow the room until the task is cancelled."""
        connection = HttpConnection(self.host, self.port, self.connection.token)
        try:
            await (self._poll(connection) if self.poll else self._stream(connection))
        finally:
            connection.cut()
            for task in self.answering:
                task.cancel()

    async def _stream(self, connection: HttpConnection) -> None:
        while True:
            try:
                async for name, snapshot in connection.follow(f"{API}/live/{self.pin}/events?lang=en"):
                    if name == "state":
                        self._see(snapshot)
            except TROUBLES:
                pass
            connection.cut()
            await asyncio.sleep(self.chance.uniform(*STREAM_RETRY_S))

    async def _poll(self, connection: HttpConnection) -> None:
        etag = ""
        await asyncio.sleep(self.chance.uniform(0, POLL_S))
        while True:
            due = time.monotonic() + POLL_S
            try:
                path = f"{API}/live/{self.pin}/state?lang=en"
                reply = await connection.ask("GET", path, **({"If_None_Match": etag} if etag else {}))
                if reply.status == 200:
                    etag = reply.headers.get("etag", "")
                    self._see(reply.json())
            except TROUBLES:
                pass
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    def _see(self, snapshot: dict[str, object]) -> None:
        number = int(str(snapshot.get("number", 0)))
        if snapshot["phase"] not in {"ready", "question"} or number in self.seen:
            return
        self.seen[number] = time.monotonic()
        opens_in = (int(str(snapshot["opens_at"])) - int(str(snapshot["now"]))) / 1000
        task = asyncio.create_task(self._answer(number, str(snapshot["round"]), max(0.0, opens_in)))
        self.answering.add(task)
        task.add_done_callback(self.answering.discard)

    async def _answer(self, number: int, key: str, opens_in_s: float) -> None:
        await asyncio.sleep(opens_in_s + self.chance.uniform(0.02, SPREAD_S))
        body = {"answer": self.chance.randrange(4), "n": 1, "elapsed_ms": 500.0, "round_trip_ms": 20.0}
        self.sent[number] = time.monotonic()
        while number not in self.saved:
            self.tries += 1
            try:
                path = f"{API}/live/{self.pin}/answers/{key}"
                reply = await self.connection.ask("PUT", path, body)
            except TROUBLES:
                await asyncio.sleep(self.chance.uniform(*RETRY_S))
                continue
            if reply.status == 200:
                self.saved[number] = time.monotonic()
                self.saved_counts.note(number)
            elif reply.status in {409, 401, 403, 422}:
                return
            else:
                await asyncio.sleep(self.chance.uniform(*RETRY_S))


async def join_all(phones: Sequence[Phone]) -> None:
    """Let everybody in, some at a time."""
    gate = asyncio.Semaphore(JOINS_AT_ONCE)

    async def one(phone: Phone) -> None:
        async with gate:
            await phone.join()

    await asyncio.gather(*(one(phone) for phone in phones))
