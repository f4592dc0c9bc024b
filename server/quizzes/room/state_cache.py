"""Halls: what all screens of a room that hang on this process have in common.

A room with a thousand phones is looked at once for each change, not a thousand times: one follower looks
into the database when the bell rings or a moment comes, and wakes everybody who waits.
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
from server.quizzes.room.phases import Phase, still_s, version_at
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
LOOK_S = 5.0  # at the latest, bell or not
ANSWERS_OLD_S = 1.0  # for phones that come back while a question is open
TROUBLE_S = 1.0  # between two tries while the database is away


def room_topic(pin: str) -> str:
    """What the bell rings when a room has changed."""
    return f"room.{pin}"


class CachedRoom:
    """A room as the screens of this process see it."""

    def __init__(self, halls: RoomCache, pin: str) -> None:
        self.pin = pin
        self._halls = halls
        self._changed = Condition()
        self._looking = Lock()
        self._look: RoomSnapshot | None = None
        self._wanted_until = 0.0
        self._thread: Thread | None = None
        self._answers: tuple[float, int, Mapping[int, AnswerRow]] = (0.0, -1, {})
        self.present: dict[int, float] = {}  # by player: when they were last seen, by the monotonic clock

    @property
    def look(self) -> RoomSnapshot:
        """The room as it is. Raises WrongPin."""
        self._wanted_until = time.monotonic() + IDLE_S
        seen = self._fresh() or self._looked_once()
        with self._changed:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._follow, name=f"hall {self.pin}", daemon=True)
                self._thread.start()
        return seen

    def _fresh(self) -> RoomSnapshot | None:
        """The last look, unless the clock has moved the room on since."""
        seen = self._look
        return None if seen is None or version_at(seen.state, self._halls.clock()) != seen.version else seen

    def _looked_once(self) -> RoomSnapshot:
        """A question opens for all phones at the same moment: one of them looks, the others wait for it."""
        with self._looking:
            return self._fresh() or self.refresh()

    def refresh(self) -> RoomSnapshot:
        """Look into the database now, and wake whoever waits for something new. Raises WrongPin."""
        seen = self._halls.look(self.pin)
        with self._changed:
            before = self._look
            if before is not None and before.version > seen.version:
                return before  # somebody else has looked later than we did
            self._look = seen
            if before is None or before.version != seen.version:
                self._changed.notify_all()
        return seen

    def wait(self, version: int, timeout_s: float) -> None:
        """Until the room is no longer at this version, the server closes, or the time is over."""
        self._wanted_until = time.monotonic() + IDLE_S
        with self._changed:
            if self._look is not None and self._look.version == version and not self._halls.hub.closing:
                self._changed.wait(timeout_s)

    def seated(self, key: str, seen: RoomSnapshot) -> Participant:
        """Who plays on the device with this key. Raises NotJoined, DeviceWaiting and Kicked."""
        key_hash = fingerprint(key)
        found = seen.participants.get(key_hash) or self._halls.seated(seen.room_id, key_hash)
        if found is None:
            raise DeviceWaiting if self._halls.waits(self.pin, key) else NotJoined
        if found.kicked:
            raise Kicked
        self.present[found.player_id] = time.monotonic()
        return found

    def given(self, player_id: int, seen: RoomSnapshot) -> AnswerRow | None:
        """What somebody has answered in the round that was asked last."""
        if seen.phase is not Phase.QUESTION:
            return seen.answers.get(player_id)
        read_at, version, answers = self._answers
        if version != seen.version or time.monotonic() > read_at + ANSWERS_OLD_S:
            answers = self._halls.answers(seen)
            self._answers = (time.monotonic(), seen.version, answers)
        return answers.get(player_id)

    def _follow(self) -> None:
        with self._halls.hub.subscribe(room_topic(self.pin)) as subscription:
            while not self._halls.hub.closing and time.monotonic() < self._wanted_until:
                try:
                    self._once(subscription)
                except SQLAlchemyError as error:
                    log.warning("hall", pin=self.pin, problem=str(error))
                    self._halls.hub.wait_for_end(TROUBLE_S)
                except Exception:
                    log.exception("hall", pin=self.pin)
                    self._halls.hub.wait_for_end(TROUBLE_S)
        self._halls.forget(self)
        with self._changed:
            self._look = None
            self._changed.notify_all()

    def _once(self, subscription: Subscription) -> None:
        """Look, tell, and wait for the next reason to look."""
        seen = self.refresh()
        self._halls.presence.report(self.pin, self._who_is_here())
        subscription.wait(still_s(seen.state, self._halls.clock(), LOOK_S))

    def _who_is_here(self) -> list[int]:
        since = time.monotonic() - GONE_S
        self.present = {player: at for player, at in list(self.present.items()) if at > since}
        return list(self.present)


class RoomCache:
    """The halls of this process, by PIN."""

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
        self.waits = waits  # whether a key belongs to somebody before the door of a room
        self.presence = presence
        self.clock = clock
        self._database = database
        self._library = library
        self._halls: dict[str, CachedRoom] = {}
        self._lock = Lock()

    def hall(self, pin: str) -> CachedRoom:
        """The hall of a room. Raises WrongPin."""
        with self._lock:
            known = self._halls.get(pin)
        if known is not None:
            return known
        self.look(pin)  # nobody fills our memory with PINs that lead nowhere
        with self._lock:
            return self._halls.setdefault(pin, CachedRoom(self, pin))

    def forget(self, hall: CachedRoom) -> None:
        """Nobody looks at this room any more."""
        with self._lock:
            if self._halls.get(hall.pin) is hall:
                del self._halls[hall.pin]

    def changed(self, pin: str) -> None:
        """The room has just been changed by this process: its screens need not wait for the bell."""
        with self._lock:
            hall = self._halls.get(pin)
        if hall is not None:
            hall.refresh()

    def look(self, pin: str) -> RoomSnapshot:
        """The room, from the database. Raises WrongPin."""
        with self._database.read() as session:
            return read_room(session, self._library, pin, self.clock())

    def seated(self, room_id: int, key_hash: str) -> Participant | None:
        """A device that may have joined since the last look."""
        with self._database.read() as session:
            return participants_of(session, room_id, key_hash).get(key_hash)

    def answers(self, seen: RoomSnapshot) -> dict[int, AnswerRow]:
        """All answers to the question that is open."""
        with self._database.read() as session:
            return answers_of(session, seen.room_id, seen.state.question, seen.state.vote)
