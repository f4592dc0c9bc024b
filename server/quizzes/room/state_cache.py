"""Cache of snapshots: the rooms that screens of this process follow, each read once for all of them.

A room with a thousand phones is read once for each change, not a thousand times: one thread reads it when a
notification or a moment comes, and wakes all screens that wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Condition, Lock, Thread

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server.accounts.service import fingerprint
from server.database import Database
from server.notifications import Hub, Subscription
from server.quizzes.questions.published import Library
from server.quizzes.refusals import DeviceWaiting, Kicked, NotJoined
from server.quizzes.room.phases import RoomPhase, still_s, version_at
from server.quizzes.room.presence import Presence
from server.quizzes.room.state import (
    AnswerRow,
    Participant,
    RoomSnapshot,
    answers_of,
    participants_of,
    read_room,
)

log = structlog.get_logger()

IDLE_S = 30.0  # then nobody looks any more, and the follower ends
GONE_S = 22.0  # after two pings that did not get through
LOOK_S = 5.0  # at the latest, notified or not
ANSWERS_OLD_S = 1.0  # for phones that come back while a question is open
TROUBLE_S = 1.0  # between two tries while the database is away


def room_topic(pin: str) -> str:
    """The topic of notifications that a room has changed."""
    return f"room.{pin}"


class CachedRoom:
    """A room as the screens of this process see it."""

    def __init__(self, room_cache: RoomCache, pin: str) -> None:
        self.pin = pin
        self._cache = room_cache
        self._changed = Condition()
        self._reading = Lock()
        self._snapshot: RoomSnapshot | None = None
        self._wanted_until = 0.0
        self._thread: Thread | None = None
        self._answers: tuple[float, int, Mapping[int, AnswerRow]] = (0.0, -1, {})
        self.present: dict[int, float] = {}  # by player: when they were last seen, by the monotonic clock

    @property
    def snapshot(self) -> RoomSnapshot:
        """The room as it is. Raises WrongPin."""
        self._wanted_until = time.monotonic() + IDLE_S
        snapshot = self._fresh() or self._read_once()
        with self._changed:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._follow, name=f"room {self.pin}", daemon=True)
                self._thread.start()
        return snapshot

    def _fresh(self) -> RoomSnapshot | None:
        """The last snapshot, unless the clock has moved the room on since."""
        snapshot = self._snapshot
        if snapshot is None or version_at(snapshot.state, self._cache.clock()) != snapshot.version:
            return None
        return snapshot

    def _read_once(self) -> RoomSnapshot:
        """A question opens for all phones at the same moment: one of them reads it, the others wait."""
        with self._reading:
            return self._fresh() or self.refresh()

    def refresh(self) -> RoomSnapshot:
        """Read the room now, and wake all screens that wait for something new. Raises WrongPin."""
        snapshot = self._cache.read(self.pin)
        with self._changed:
            before = self._snapshot
            if before is not None and before.version > snapshot.version:
                return before  # another thread has read it later
            self._snapshot = snapshot
            if before is None or before.version != snapshot.version:
                self._changed.notify_all()
        return snapshot

    def wait(self, version: int, timeout_s: float) -> None:
        """Until the room is no longer at this version, the server closes, or the time is over."""
        self._wanted_until = time.monotonic() + IDLE_S
        with self._changed:
            if (
                self._snapshot is not None
                and self._snapshot.version == version
                and not self._cache.hub.closing
            ):
                self._changed.wait(timeout_s)

    def participant(self, key: str, snapshot: RoomSnapshot) -> Participant:
        """Who plays on the device with this key. Raises NotJoined, DeviceWaiting and Kicked."""
        key_hash = fingerprint(key)
        found = snapshot.participants.get(key_hash) or self._cache.participant_of(snapshot.room_id, key_hash)
        if found is None:
            raise DeviceWaiting if self._cache.waits(self.pin, key) else NotJoined
        if found.kicked:
            raise Kicked
        self.present[found.player_id] = time.monotonic()
        return found

    def answer_of(self, player_id: int, snapshot: RoomSnapshot) -> AnswerRow | None:
        """What somebody has answered in the round that was asked last."""
        if snapshot.phase is not RoomPhase.QUESTION:
            return snapshot.answers.get(player_id)
        read_at, version, answers = self._answers
        if version != snapshot.version or time.monotonic() > read_at + ANSWERS_OLD_S:
            answers = self._cache.answers(snapshot)
            self._answers = (time.monotonic(), snapshot.version, answers)
        return answers.get(player_id)

    def _follow(self) -> None:
        with self._cache.hub.subscribe(room_topic(self.pin)) as subscription:
            while not self._cache.hub.closing and time.monotonic() < self._wanted_until:
                try:
                    self._once(subscription)
                except SQLAlchemyError as error:
                    log.warning("room", pin=self.pin, problem=str(error))
                    self._cache.hub.wait_for_end(TROUBLE_S)
                except Exception:
                    log.exception("room", pin=self.pin)
                    self._cache.hub.wait_for_end(TROUBLE_S)
        self._cache.forget(self)
        with self._changed:
            self._snapshot = None
            self._changed.notify_all()

    def _once(self, subscription: Subscription) -> None:
        """Read the room, report who is present, and wait for the next reason to read it."""
        snapshot = self.refresh()
        self._cache.presence.report(self.pin, self._present())
        subscription.wait(still_s(snapshot.state, self._cache.clock(), LOOK_S))

    def _present(self) -> list[int]:
        since = time.monotonic() - GONE_S
        self.present = {player: at for player, at in list(self.present.items()) if at > since}
        return list(self.present)


class RoomCache:
    """The rooms that screens of this process follow, by PIN."""

    def __init__(
        self,
        database: Database,
        hub: Hub,
        presence: Presence,
        library: Library,
        clock: Callable[[], datetime],
        *,
        waits: Callable[[str, str], bool],
    ) -> None:
        self.hub = hub
        self.waits = waits  # whether a key belongs to a device whose join request awaits approval
        self.presence = presence
        self.clock = clock
        self._database = database
        self._library = library
        self._rooms: dict[str, CachedRoom] = {}
        self._lock = Lock()

    def room(self, pin: str) -> CachedRoom:
        """The room with this PIN. Raises WrongPin."""
        with self._lock:
            known = self._rooms.get(pin)
        if known is not None:
            return known
        self.read(pin)  # nobody fills our memory with PINs that lead nowhere
        with self._lock:
            return self._rooms.setdefault(pin, CachedRoom(self, pin))

    def forget(self, cached: CachedRoom) -> None:
        """No screen follows this room any more."""
        with self._lock:
            if self._rooms.get(cached.pin) is cached:
                del self._rooms[cached.pin]

    def changed(self, pin: str) -> None:
        """The room has just been changed by this process: its screens need not wait for a notification."""
        with self._lock:
            cached = self._rooms.get(pin)
        if cached is not None:
            cached.refresh()

    def read(self, pin: str) -> RoomSnapshot:
        """The room, from the database. Raises WrongPin."""
        with self._database.read() as session:
            return read_room(session, self._library, pin, self.clock())

    def participant_of(self, room_id: int, key_hash: str) -> Participant | None:
        """A device that may have joined since the last look."""
        with self._database.read() as session:
            return participants_of(session, room_id, key_hash).get(key_hash)

    def answers(self, snapshot: RoomSnapshot) -> dict[int, AnswerRow]:
        """All answers to the question that is open."""
        with self._database.read() as session:
            return answers_of(session, snapshot.room_id, snapshot.state.question, snapshot.state.vote)
