"""A snapshot of a room: everything that screens show of it, read in one go and then shared by all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.courses.service import let_in
from server.quizzes.models import Answer, Device, Player, Room, Round
from server.quizzes.questions.published import Library, PlayableQuestion, PlayableQuiz
from server.quizzes.questions.scoring import NO_RULINGS, Rulings
from server.quizzes.questions.shuffling import shown_order
from server.quizzes.questions.type_rules import Content
from server.quizzes.room.phases import RoomPhase, RoomState, phase_at, version_at
from server.quizzes.room.ranks import RankedPlayer, ranking
from server.quizzes.room.rooms import find_room, state_of
from server.quizzes.room.rulings import rulings_of

REVEALED_PHASES = frozenset(
    {RoomPhase.REVEAL, RoomPhase.STANDINGS, RoomPhase.PODIUM}
)  # where results are to be seen
CLOSED_PHASES = REVEALED_PHASES | {RoomPhase.CLOSED}  # where nobody can answer any more


@dataclass(frozen=True, slots=True)
class Participant:
    """A device that plays, and who plays on it."""

    player_id: int
    user_id: int
    nickname: int
    kicked: bool


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A stored answer."""

    content: Content
    n: int
    credit: float
    game: int


@dataclass(frozen=True, slots=True)
class RoomSnapshot:
    """A room at one moment."""

    room_id: int
    course_id: int
    pin: str
    seed: str
    change: bool
    game: str
    word: bool
    locked: bool
    state: RoomState
    phase: RoomPhase
    version: int
    quiz: PlayableQuiz
    round: str  # what answers to the question that was asked last are sent to
    rulings: Mapping[str, Rulings]
    participants: Mapping[str, Participant]  # by the device's fingerprint
    answers: Mapping[int, AnswerRow] = field(
        default_factory=dict
    )  # of the round, by player; where it is shut
    totals: Mapping[int, RankedPlayer] = field(default_factory=dict)  # by player; once revealed

    @property
    def playable(self) -> PlayableQuestion | None:
        """The question that was asked last."""
        index = self.state.question
        return self.quiz.questions[index] if 0 <= index < len(self.quiz.questions) else None

    @property
    def order(self) -> Sequence[int]:
        """In which order its parts are shown."""
        return shown_order(self.playable.question, self.seed) if self.playable else ()

    def current_rulings(self) -> Rulings:
        """What was decided about it."""
        return self.rulings.get(self.playable.id, NO_RULINGS) if self.playable else NO_RULINGS


def read_room(session: Session, library: Library, pin: str, now: datetime) -> RoomSnapshot:
    """The room with this PIN. Raises WrongPin."""
    room = find_room(session, pin)
    state = state_of(room)
    phase = phase_at(state, now)
    revealed = phase in REVEALED_PHASES
    return RoomSnapshot(
        room_id=room.id,
        course_id=room.course_id,
        pin=pin,
        seed=room.seed,
        change=room.change,
        game=room.game,
        word=room.word,
        locked=room.locked,
        state=state,
        phase=phase,
        version=version_at(state, now),
        quiz=library.quiz(session, room.version_id),
        round=_round_key(session, room),
        rulings=rulings_of(session, room.id),
        participants=participants_of(session, room.id),
        answers=answers_of(session, room.id, state.question, state.vote) if phase in CLOSED_PHASES else {},
        totals=_totals(session, room) if revealed else {},
    )


def _round_key(session: Session, room: Room) -> str:
    asked = (Round.room_id == room.id) & (Round.question == room.question) & (Round.vote == room.vote)
    return session.scalar(select(Round.key).where(asked)) or ""


def participants_of(session: Session, room_id: int, key_hash: str | None = None) -> dict[str, Participant]:
    """The devices of a room, or the one with this fingerprint; not of people who are let in no more."""
    facts = (Device.key_hash, Player.id, Player.user_id, Player.nickname, Player.kicked_at)
    found = select(*facts).join(Player, Player.id == Device.player_id).where(Player.room_id == room_id)
    found = found.join(Room, Room.id == Player.room_id).where(let_in(Room.course_id, Player.user_id))
    if key_hash is not None:
        found = found.where(Device.key_hash == key_hash)
    return {
        key: Participant(player_id, user_id, nickname, kicked=kicked_at is not None)
        for key, player_id, user_id, nickname, kicked_at in session.execute(found)
    }


def answers_of(session: Session, room_id: int, question: int, vote: int) -> dict[int, AnswerRow]:
    """What was answered in one round, by player."""
    facts = (Answer.player_id, Answer.content, Answer.n, Answer.credit, Answer.game)
    found = select(*facts).join(Round, Round.id == Answer.round_id)
    found = found.where(Round.room_id == room_id, Round.question == question, Round.vote == vote)
    return {
        player_id: AnswerRow(content, n, earned, game)
        for player_id, content, n, earned, game in session.execute(found)
    }


def counted_rounds(session: Session, room_id: int) -> list[Round]:
    """The rounds that count: of each question the last vote, unless it is void."""
    asked = select(Round).where(Round.room_id == room_id).order_by(Round.question, Round.vote)
    last = {one.question: one for one in session.scalars(asked)}
    return [one for one in last.values() if not one.void]


def players_of(session: Session, room_id: int) -> list[Player]:
    """Everybody who is in a room and was not sent out, in the order of joining."""
    found = select(Player).where(Player.room_id == room_id, Player.kicked_at.is_(None))
    return list(session.scalars(found.order_by(Player.id)))


def _totals(session: Session, room: Room) -> dict[int, RankedPlayer]:
    ids = [one.id for one in counted_rounds(session, room.id)]
    sums = select(Answer.player_id, func.sum(Answer.game)).where(Answer.round_id.in_(ids))
    earned: dict[int, int] = defaultdict(int)
    earned.update(
        {player: int(points) for player, points in session.execute(sums.group_by(Answer.player_id))}
    )
    return _by_player(ranking({player.id: earned[player.id] for player in players_of(session, room.id)}))


def _by_player(placed: Iterable[RankedPlayer]) -> dict[int, RankedPlayer]:
    return {one.player_id: one for one in placed}
