"""Writing answers down: who sent it, to which round, in time, of the right kind - then one row for each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Any

import structlog
from flask_babel import lazy_gettext as _
from sqlalchemy import select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from assignments.quiz import Game
from server.errors import Refusal, ServerFault
from server.quizzes.answering import Content, read_answer
from server.quizzes.game import Asked, fair_time, game_points
from server.quizzes.looking import Seated
from server.quizzes.marking import NO_RULINGS, Rulings, credit
from server.quizzes.models import Answer, Device, Knock, Player, Room, Round
from server.quizzes.phases import takes_answers
from server.quizzes.published import Library
from server.quizzes.refusals import DeviceWaiting, Kicked, NotJoined, NotThisQuestion, TooLate, WrongPin
from server.quizzes.ruled import rulings_of
from server.quizzes.shuffling import shown_order

log = structlog.get_logger()

ROUND = re.compile(r"[a-z0-9.-]{1,70}")  # what a round's key is made of


@dataclass(frozen=True, slots=True)
class Offer:
    """An answer as a phone sent it."""

    pin: str
    key_hash: str = field(repr=False)  # of the device
    round: str  # its key
    answer: object
    n: int  # the phone's count of its answers to this round
    phone_s: float | None  # since it drew the question, by its own clock
    round_trip_s: float
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What is stored now: this answer, or another of the same player that outranks it."""

    room_id: int
    n: int
    answer: Content
    fresh: bool  # whether it is the one that was sent


@dataclass(frozen=True, slots=True)
class _Row:
    """An answer that may be written."""

    round_id: int
    player_id: int
    room: Room
    values: Mapping[str, Any]


def take(session: Session, library: Library, offers: Sequence[Offer]) -> list[Taken | Exception]:
    """For each offer what is stored in the end, or why not. The caller commits."""
    looked = _Looked.up(session, library, offers)
    rows = [looked.row(offer) for offer in offers]
    good = [row for row in rows if isinstance(row, _Row)]
    _write(session, good)
    stored = _stored(session, good)
    return [
        _taken(row, stored[row.round_id, row.player_id]) if isinstance(row, _Row) else row for row in rows
    ]


@dataclass(frozen=True, slots=True)
class _Looked:
    """What the database says about everything that a batch names."""

    library: Library
    session: Session
    rooms: Mapping[str, Room]
    rounds: Mapping[tuple[int, str], Round]
    players: Mapping[tuple[int, str], Seated]  # by room and device
    waiting: frozenset[tuple[int, str | None]]
    rulings: Mapping[int, Mapping[str, Rulings]]  # by room, then by question

    @classmethod
    def up(cls, session: Session, library: Library, offers: Sequence[Offer]) -> _Looked:
        pins = {offer.pin for offer in offers if offer.pin.isascii() and offer.pin.isdigit()}
        hashes = {offer.key_hash for offer in offers}
        rooms = {room.pin: room for room in session.scalars(select(Room).where(Room.pin.in_(pins)))}
        ids = [room.id for room in rooms.values()]
        keys = {offer.round for offer in offers if ROUND.fullmatch(offer.round)}
        rounds = session.scalars(select(Round).where(Round.room_id.in_(ids), Round.key.in_(keys)))
        facts = (
            Player.room_id,
            Device.key_hash,
            Player.id,
            Player.user_id,
            Player.nickname,
            Player.kicked_at,
        )
        devices = select(*facts).join(Device, Device.player_id == Player.id)
        players = session.execute(devices.where(Device.key_hash.in_(hashes)))
        knocks = select(Knock.room_id, Knock.key_hash).where(
            Knock.key_hash.in_(hashes), Knock.settled_at.is_(None)
        )
        return cls(
            library=library,
            session=session,
            rooms=rooms,
            rounds={(one.room_id, one.key): one for one in rounds},
            players={
                (room_id, key): Seated(player_id, user_id, nickname, kicked=kicked_at is not None)
                for room_id, key, player_id, user_id, nickname, kicked_at in players
            },
            waiting=frozenset((room_id, key_hash) for room_id, key_hash in session.execute(knocks)),
            rulings={room_id: rulings_of(session, room_id) for room_id in ids},
        )

    def row(self, offer: Offer) -> _Row | Exception:
        """One hostile offer must not spoil the others of its batch."""
        try:
            return self._row(offer)
        except Refusal as refusal:
            return refusal
        except SQLAlchemyError:
            raise  # of all, not of this one
        except Exception as error:
            log.exception("answer", pin=offer.pin, round=offer.round)
            fault = ServerFault()
            fault.__cause__ = error
            return fault

    def _row(self, offer: Offer) -> _Row:
        room = self.rooms.get(offer.pin)
        if room is None:
            raise WrongPin
        player, asked = self._player(room, offer), self.rounds.get((room.id, offer.round))
        if asked is None or offer.received_at < asked.opens_at:
            raise NotThisQuestion
        if not takes_answers(asked.opens_at, asked.closes_at, offer.received_at):
            raise too_late(offer.received_at, asked.closes_at)
        return _Row(asked.id, player.player_id, room, self._marked(room, asked, player, offer))

    def _player(self, room: Room, offer: Offer) -> Seated:
        player = self.players.get((room.id, offer.key_hash))
        if player is None:
            raise DeviceWaiting if (room.id, offer.key_hash) in self.waiting else NotJoined
        if player.kicked:
            raise Kicked
        return player

    def _marked(self, room: Room, asked: Round, player: Seated, offer: Offer) -> dict[str, Any]:
        quiz = self.library.quiz(self.session, room.version_id)
        drawn = quiz.questions[asked.question]
        question = drawn.variants[drawn.variant_of(room.seed, player.user_id)].question
        content = read_answer(question, offer.answer, shown_order(question, room.seed))
        thought_s = fair_time(
            offer.phone_s, (offer.received_at - asked.opens_at).total_seconds(), offer.round_trip_s
        )
        earned = credit(question, content, self.rulings[room.id].get(drawn.id, NO_RULINGS))
        facts = Asked(question.seconds, question.points, len(quiz.questions))
        return {
            "content": content,
            "n": offer.n,
            "thought_s": thought_s,
            "received_at": offer.received_at,
            "credit": earned,
            "game": game_points(Game(room.game), earned, thought_s, facts),
        }


def too_late(received_at: datetime, closes_at: datetime) -> TooLate:
    """The refusal that says by how much."""
    late = (received_at - closes_at).total_seconds()
    detail = _(
        "This question was already closed when your answer arrived: %(seconds)s s too late.",
        seconds=f"{late:.1f}",
    )
    return TooLate(detail, late_by_ms=ceil(late * 1000))


def _write(session: Session, rows: Sequence[_Row]) -> None:
    """Insert, or replace what a lower `n` left there. The database decides: other processes write too."""
    best: dict[tuple[int, int], _Row] = {}
    for row in rows:
        place = (row.round_id, row.player_id)
        if place not in best or _outranks(row, best[place]):
            best[place] = row
    if not best:
        return
    flavour = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    for change in (False, True):
        values = [
            {"round_id": row.round_id, "player_id": row.player_id, **row.values}
            for row in sorted(best.values(), key=lambda row: (row.round_id, row.player_id))
            if row.room.change is change
        ]
        if not values:
            continue
        insert = flavour.insert(Answer)
        place_columns = ["round_id", "player_id"]
        if change:
            sent = {name: insert.excluded[name] for name in values[0] if name not in place_columns}
            statement = insert.on_conflict_do_update(
                index_elements=place_columns, set_=sent, where=Answer.n < insert.excluded.n
            )
        else:
            statement = insert.on_conflict_do_nothing(index_elements=place_columns)
        session.execute(statement, values)


def _outranks(row: _Row, other: _Row) -> bool:
    """Of two in one batch: the later count where answers may be changed, else the first."""
    return row.room.change and bool(row.values["n"] > other.values["n"])


def _stored(session: Session, rows: Sequence[_Row]) -> dict[tuple[int, int], tuple[int, Content]]:
    places = {(row.round_id, row.player_id) for row in rows}
    found = select(Answer.round_id, Answer.player_id, Answer.n, Answer.content).where(
        tuple_(Answer.round_id, Answer.player_id).in_(places)
    )
    return {(one.round_id, one.player_id): (one.n, one.content) for one in session.execute(found)}


def _taken(row: _Row, stored: tuple[int, Content]) -> Taken:
    n, content = stored
    return Taken(row.room.id, n, content, fresh=n == row.values["n"])
