"""Answers as phones send them: who sent it, to which round, in time, and of the kind that was asked for.

They are read before anything is written: however long that takes, nobody waits for the database meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

import structlog
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from assignments.quiz import Question
from server.courses.service import let_in
from server.errors import Refusal, ServerFault
from server.quizzes.models import Device, Player, Room, Round
from server.quizzes.questions.parsing import read_answer
from server.quizzes.questions.published import Library, PlayableQuestion, PlayableQuiz
from server.quizzes.questions.shuffling import shown_order
from server.quizzes.questions.type_rules import Content
from server.quizzes.refusals import DeviceWaiting, Kicked, NotJoined, NotThisQuestion, TooLate, WrongPin
from server.quizzes.room.phases import takes_answers
from server.quizzes.room.state import Participant

log = structlog.get_logger()

ROUND = re.compile(r"[a-z0-9.-]{1,70}")  # what a round's key is made of


@dataclass(frozen=True, slots=True)
class SubmittedAnswer:
    """An answer as a phone sent it."""

    pin: str
    key_hash: str = field(repr=False)  # of the device
    round: str  # its key
    answer: object
    n: int  # the phone's count of its answers to this round
    phone_s: float | None  # since it drew the question, by its own clock
    round_trip_s: float
    received_at: datetime
    waits: bool = False  # whether the device's key was given to a device that waits to be let in


@dataclass(frozen=True, slots=True)
class AnswerContext:
    """What an answer belongs to: the round of a room, and who sent it."""

    room: Room
    round: Round
    player: Participant
    quiz: PlayableQuiz

    @property
    def playable(self) -> PlayableQuestion:
        """The question of the round, with all its variants."""
        return self.quiz.questions[self.round.question]

    @property
    def question(self) -> Question:
        """The question as this player got it."""
        return self.playable.variants[self.playable.variant_of(self.room.seed, self.player.user_id)].question


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """A submitted answer, and what is kept of it: what it says to this very question."""

    submitted: SubmittedAnswer
    question: Question
    content: Content


@dataclass(frozen=True, slots=True)
class BatchContext:
    """What the database says about everything that a batch names."""

    rooms: Mapping[str, Room]
    quizzes: Mapping[int, PlayableQuiz]  # by room
    rounds: Mapping[tuple[int, str], Round]
    players: Mapping[tuple[int, str], Participant]  # by room and device

    @classmethod
    def up(
        cls, session: Session, library: Library, submitted_answers: Sequence[SubmittedAnswer]
    ) -> BatchContext:
        """Look everything up at once."""
        pins = {
            submitted.pin
            for submitted in submitted_answers
            if submitted.pin.isascii() and submitted.pin.isdigit()
        }
        hashes = {submitted.key_hash for submitted in submitted_answers}
        rooms = {room.pin: room for room in session.scalars(select(Room).where(Room.pin.in_(pins)))}
        ids = [room.id for room in rooms.values()]
        keys = {submitted.round for submitted in submitted_answers if ROUND.fullmatch(submitted.round)}
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
        devices = devices.join(Room, Room.id == Player.room_id).where(let_in(Room.course_id, Player.user_id))
        players = session.execute(devices.where(Device.key_hash.in_(hashes)))
        return cls(
            rooms=rooms,
            quizzes={room.id: library.quiz(session, room.version_id) for room in rooms.values()},
            rounds={(one.room_id, one.key): one for one in rounds},
            players={
                (room_id, key): Participant(player_id, user_id, nickname, kicked=kicked_at is not None)
                for room_id, key, player_id, user_id, nickname, kicked_at in players
            },
        )

    def find(self, submitted: SubmittedAnswer) -> AnswerContext:
        """The round and player of an answer. Raises the refusal of one that has none, or comes too late."""
        room = self.rooms.get(submitted.pin)
        if room is None:
            raise WrongPin
        player, asked = self._player(room, submitted), self.rounds.get((room.id, submitted.round))
        if asked is None or submitted.received_at < asked.opens_at:
            raise NotThisQuestion
        if not takes_answers(asked.opens_at, asked.closes_at, submitted.received_at):
            raise too_late(submitted.received_at, asked.closes_at)
        return AnswerContext(room, asked, player, self.quizzes[room.id])

    def read(self, submitted: SubmittedAnswer) -> ParsedAnswer | Exception:
        """An answer, read. One hostile answer must not spoil the others of its batch."""
        try:
            context = self.find(submitted)
            question = context.question
            return ParsedAnswer(
                submitted,
                question,
                read_answer(question, submitted.answer, shown_order(question, context.room.seed)),
            )
        except Refusal as refusal:
            return refusal
        except Exception as error:  # noqa: BLE001 - it is logged, and told to who sent it
            return fault(submitted, error)

    def _player(self, room: Room, submitted: SubmittedAnswer) -> Participant:
        player = self.players.get((room.id, submitted.key_hash))
        if player is None:
            raise DeviceWaiting if submitted.waits else NotJoined
        if player.kicked:
            raise Kicked
        return player


def fault(submitted: SubmittedAnswer, error: Exception) -> Refusal:
    """The refusal of an answer with which we could not deal."""
    log.error("answer", pin=submitted.pin, round=submitted.round, exc_info=error)
    refusal = ServerFault()
    refusal.__cause__ = error
    return refusal


def too_late(received_at: datetime, closes_at: datetime) -> Refusal:
    """The refusal that says by how much."""
    late = (received_at - closes_at).total_seconds()
    detail = _(
        "This question was already closed when your answer arrived: %(seconds)s s too late.",
        seconds=f"{late:.1f}",
    )
    return TooLate(detail, late_by_ms=100 * ceil(round(late * 10, 3)))
