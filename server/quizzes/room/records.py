"""The record of a game: what of it counts, whether it is kept, and the end of one that was forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.database import Database
from server.quizzes.models import Room
from server.quizzes.room.rooms import StaffAction, end_at_once, note, record_event

log = structlog.get_logger()

ABANDONED = timedelta(days=1)  # after the last thing that happened in a room
FORGOTTEN = timedelta(hours=4)  # after which staff are asked whether a room is still in use
EVERY = timedelta(minutes=10)


class RoomCounts(StrEnum):
    """Whose credit of a room counts: as in a quiz's policy, or that the game is no game."""

    ALL = "all"
    SIGNED_IN = "signed-in"
    NOBODY = "nobody"
    DISCARDED = "discarded"  # a rehearsal: in no gradebook, no participation and no history


def kept_games(course_id: int) -> Select[Any]:
    """The rooms of a course that are over and were not discarded. Where nothing was asked was no game."""
    rooms = select(Room).where(Room.course_id == course_id, Room.ended_at.is_not(None))
    return rooms.where(Room.counts != RoomCounts.DISCARDED, Room.question >= 0)


def set_counts(session: Session, room: Room, counts: RoomCounts, action: StaffAction) -> None:
    """Let something else of a game count from now on. One that is discarded is over.

    It cannot be played again either; until when it could be is kept, for it may be taken back.
    """
    before, room.counts = room.counts, counts
    if counts is RoomCounts.DISCARDED:
        end_at_once(session, room, action.now)
    note(session, room, action, "counts", before=before, after=counts)


def end_abandoned(session: Session, now: datetime) -> list[str]:
    """End the rooms in which nothing has happened for a day; their PINs."""
    open_rooms = select(Room).where(
        Room.ended_at.is_(None), Room.since < now - ABANDONED, Room.closes_at < now - ABANDONED
    )
    ended = []
    for room in session.scalars(open_rooms.with_for_update()):
        end_at_once(session, room, now)
        record_event(session, room, None, now, "end", question=room.question)
        ended.append(room.pin)
    return ended


class RoomEnder:
    """Looks for rooms that were forgotten, every few minutes."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._next: datetime | None = None

    def look(self) -> int:
        """How many were ended."""
        now = self._clock()
        if self._next is not None and now < self._next:
            return 0
        self._next = now + EVERY
        with self._database.write() as session:
            ended = end_abandoned(session, now)
        if ended:
            log.info("rooms ended", count=len(ended))
        return len(ended)
