"""Event streams of the projector, with nicknames, and of the lecturer's remote, with names and codes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import sse
from server.accounts.service import people, two_words
from server.database import Database
from server.notifications import Hub
from server.person import Person
from server.quizzes.codes.join_code import EVERY_S, word_at
from server.quizzes.models import DoorRequest, Player
from server.quizzes.questions.presenting import answer_shown, question_shown
from server.quizzes.room.phases import RoomPhase, still_s
from server.quizzes.room.phone_stream import ASKED, LIFE_S, RETRY_MS
from server.quizzes.room.presence import Presence
from server.quizzes.room.state import REVEALED_PHASES, RoomSnapshot, answers_of
from server.quizzes.room.state_cache import CachedRoom
from server.quizzes.room.tallies import tally

APART_S = 0.5  # between two counts: at most twice a second
LOOK_S = 3.0  # between two looks at who is connected
TOP = 5
PODIUM = 3
NICKNAMES_SHOWN = 60  # of those who joined last, in the lobby


def staff_topic(pin: str) -> str:
    """What the bell rings when somebody has answered or joined."""
    return f"desk.{pin}"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a room from the staff's side."""

    database: Database
    presence: Presence
    clock: Callable[[], datetime]
    language: str
    staff: bool  # whether names and codes are to be seen: on the remote, never on the wall

    def snapshot(self, snapshot: RoomSnapshot) -> dict[str, Any]:
        """Everything there is to see."""
        now = self.clock()
        with self.database.read() as session:
            players = list(session.scalars(select(Player).where(Player.room_id == snapshot.room_id)))
            votes = _votes(session, snapshot)
            answered = set(votes[-1]) if votes else set()
            shown = self._stage(snapshot, now) | self._counts(snapshot, players, answered)
            shown |= (
                _bars(snapshot, votes, self.language)
                if self.staff or snapshot.phase in REVEALED_PHASES
                else {}
            )
        return shown

    def people(self, snapshot: RoomSnapshot) -> dict[str, Any]:
        """Who is in the room and who stands before its door, with names and codes: for staff alone."""
        with self.database.read() as session:
            players = list(session.scalars(select(Player).where(Player.room_id == snapshot.room_id)))
            knocks = list(
                session.scalars(
                    select(DoorRequest).where(
                        DoorRequest.room_id == snapshot.room_id, DoorRequest.settled_at.is_(None)
                    )
                )
            )
            ids = [one.user_id for one in players] + [one.user_id for one in knocks]
            known = people(session, snapshot.course_id, ids)
        present = self.presence.present(snapshot.pin)
        return {
            "connected": None if present is None else len(present & {one.id for one in players}),
            "players": [self._player(one, known[one.user_id], present) for one in players],
            "knocks": [_door_request(one, known[one.user_id]) for one in knocks],
        }

    def _stage(self, snapshot: RoomSnapshot, now: datetime) -> dict[str, Any]:
        title = snapshot.quiz.quiz.title
        shown: dict[str, Any] = {
            "now": round(now.timestamp() * 1000),
            "v": snapshot.version,
            "version": snapshot.state.version,
            "phase": snapshot.phase,
            "title": title.hu if self.language == "hu" else title.en,
            "pin": snapshot.pin,
            "of": len(snapshot.quiz.questions),
            "locked": snapshot.locked,
            "game": snapshot.game,
        }
        if snapshot.word:
            shown |= {"word": word_at(snapshot.seed, now), "word_every_s": EVERY_S}
        return shown | self._question(snapshot)

    def _question(self, snapshot: RoomSnapshot) -> dict[str, Any]:
        if snapshot.playable is None:
            return {}
        shown: dict[str, Any] = {
            "number": snapshot.state.question + 1,
            "vote": snapshot.state.vote,
            "round": snapshot.round,
            "opens_at": round(snapshot.state.opens_at.timestamp() * 1000),
            "closes_at": round(snapshot.state.closes_at.timestamp() * 1000),
            "variants": len(snapshot.playable.variants),
        }
        if snapshot.phase in ASKED:
            variant = snapshot.playable.variants[0]
            shown["question"] = question_shown(variant, self.language, snapshot.order)
            if snapshot.phase is RoomPhase.REVEAL or self.staff:
                shown["answered_by"] = answer_shown(
                    variant, self.language, snapshot.order, snapshot.current_rulings()
                )
        return shown

    def _counts(self, snapshot: RoomSnapshot, players: list[Player], answered: set[int]) -> dict[str, Any]:
        playing = [one for one in players if one.kicked_at is None]
        shown: dict[str, Any] = {"joined": len(playing), "answered": len(answered)}
        if snapshot.phase is RoomPhase.LOBBY:
            latest = sorted(playing, key=lambda one: one.id)[-NICKNAMES_SHOWN:]
            shown["nicknames"] = [two_words(one.nickname, self.language) for one in latest]
        if snapshot.phase in {RoomPhase.STANDINGS, RoomPhase.PODIUM}:
            shown["top"] = self._top(snapshot, {one.id: one for one in playing})
        return shown

    def _top(self, snapshot: RoomSnapshot, players: Mapping[int, Player]) -> list[dict[str, Any]]:
        ranked = [one for one in snapshot.totals.values() if one.player_id in players]
        return [
            {
                "place": one.rank,
                "nickname": two_words(players[one.player_id].nickname, self.language),
                "points": one.points,
            }
            for one in ranked[: PODIUM if snapshot.phase is RoomPhase.PODIUM else TOP]
        ]

    def _player(self, player: Player, person: Person, present: set[int] | None) -> dict[str, Any]:
        return {
            "id": player.id,
            "nickname": two_words(player.nickname, self.language),
            "neptun": person.neptun,
            "name": person.name,
            "proof": player.proof,
            "kicked": player.kicked_at is not None,
            "connected": None if present is None else player.id in present,
        }


def stream(viewer: Viewer, cached: CachedRoom, hub: Hub, allowed: Callable[[], bool]) -> Iterator[str]:
    """The text of an event stream for staff: at most two snapshots a second, each when something is new.

    It ends when the viewer is `allowed` no more.
    """
    yield sse.retry(RETRY_MS)
    ends, sent = time.monotonic() + LIFE_S, _SentEvents()
    with hub.subscribe(staff_topic(cached.pin)) as subscription:
        while not hub.closing and time.monotonic() < ends and allowed():
            snapshot = cached.snapshot
            yield from sent.news("state", viewer.snapshot(snapshot))
            if viewer.staff and sent.people_due():
                yield from sent.news("people", viewer.people(snapshot))
            yield sse.PING
            hub.wait_for_end(APART_S)
            if cached.snapshot.version == snapshot.version:  # nothing came by the clock meanwhile
                subscription.wait(still_s(snapshot.state, viewer.clock(), LOOK_S))


class _SentEvents:
    """The events that a stream has sent last, so that none is sent twice."""

    def __init__(self) -> None:
        self._last: dict[str, dict[str, Any]] = {}
        self._people_at = 0.0

    def people_due(self) -> bool:
        """Whether it is time to send the people again: their list is long."""
        due = time.monotonic() >= self._people_at
        if due:
            self._people_at = time.monotonic() + LOOK_S
        return due

    def news(self, kind: str, shown: dict[str, Any]) -> Iterator[str]:
        """An event, if anything but the clock has moved."""
        news = {**shown, "now": 0}
        if self._last.get(kind) != news:
            self._last[kind] = news
            yield sse.event(kind, json.dumps(shown, ensure_ascii=False, separators=(",", ":")))


def _votes(session: Session, snapshot: RoomSnapshot) -> list[dict[int, Any]]:
    """The answers of each vote on the question that was asked last, by player."""
    if snapshot.playable is None:
        return []
    votes = range(1, snapshot.state.vote + 1)
    return [answers_of(session, snapshot.room_id, snapshot.state.question, vote) for vote in votes]


def _bars(snapshot: RoomSnapshot, votes: list[dict[int, Any]], language: str) -> dict[str, Any]:
    if snapshot.playable is None or not votes or snapshot.phase not in ASKED:
        return {}
    tallies = [tally(snapshot.playable, given.values(), snapshot.order, language) for given in votes]
    return {"tally": tallies[-1]} | ({"before": tallies[-2]} if len(tallies) > 1 else {})


def _door_request(request: DoorRequest, person: Person) -> dict[str, Any]:
    return {
        "id": request.id,
        "kind": request.kind,
        "typed": request.typed,
        "neptun": person.neptun,
        "name": person.name,
    }
