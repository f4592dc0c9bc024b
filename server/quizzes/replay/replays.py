"""Replays in the database: what a student may play again, their answers, and the credit for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from assignments.quiz import Question
from server.errors import BadInput, Refusal
from server.quizzes.models import Player, ReplayAnswer, Room
from server.quizzes.questions.parsing import read_answer
from server.quizzes.questions.published import PlayableQuiz, Variant
from server.quizzes.questions.scoring import NO_RULINGS, Rulings, credit
from server.quizzes.questions.shuffling import shown_order
from server.quizzes.questions.type_rules import Content
from server.quizzes.refusals import Kicked, NoReplay, NotThisQuestion, TooLate
from server.quizzes.room.records import RoomCounts
from server.quizzes.room.replay_policy import Progress, ReplayTerms, capped, seed_of
from server.quizzes.room.rooms import opaque_key
from server.quizzes.room.rulings import rulings_of
from server.quizzes.room.scores import share, weights_of
from server.quizzes.room.state import counted_rounds


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer of a replay as it is kept."""

    index: int  # of its question
    content: Content
    credit: float


@dataclass(frozen=True, slots=True)
class ReplaySession:
    """A student before the questions of a room, at one moment."""

    room: Room
    quiz: PlayableQuiz
    terms: ReplayTerms
    user_id: int
    weights: Mapping[int, float]  # of the questions that count, by index
    rulings: Mapping[str, Rulings]  # by question
    given: Mapping[int, Mapping[int, Stored]]  # by attempt, then by index

    @property
    def progress(self) -> Progress:
        """Which questions are behind them."""
        answered = {attempt: frozenset(of) for attempt, of in self.given.items()}
        return Progress(sorted(self.weights), answered)

    def key(self, index: int, attempt: int) -> str:
        """What this student's page calls a question in an attempt."""
        return opaque_key(self.room.seed, "replay", self.user_id, attempt, self.quiz.questions[index].id)

    def variant(self, index: int, attempt: int) -> tuple[Variant, tuple[int, ...]]:
        """The question as this student gets it in an attempt, and the order of its parts."""
        seed = seed_of(self.room.seed, self.user_id, attempt)
        playable = self.quiz.questions[index]
        variant = playable.variants[playable.variant_of(seed, self.user_id)]
        return variant, shown_order(variant.question, seed)

    def share(self, attempt: int = 1) -> float:
        """The share of an attempt that is right so far, without the cap."""
        return share({index: it.credit for index, it in self.given.get(attempt, {}).items()}, self.weights)


@dataclass(frozen=True, slots=True)
class SentAnswer:
    """An answer as a page sends it."""

    question: str  # its key
    attempt: int
    answer: object


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """An answer that was sent and read. Without a question, one was kept before, and nothing was read."""

    sent: SentAnswer
    question: Question | None = None
    content: Content = None


@dataclass(frozen=True, slots=True)
class Replayed:
    """What one student's first attempt has come to."""

    user_id: int
    answered: int
    credit: float  # with the cap


def terms_of(room: Room) -> ReplayTerms | None:
    """What the lecturer allows once the room is over; None before, or where nothing is allowed."""
    if room.ended_at is None or room.replay_until is None or room.counts == RoomCounts.DISCARDED:
        return None
    return ReplayTerms(room.replay_until, room.replay_cap)


def replay_session(session: Session, room: Room, quiz: PlayableQuiz, user_id: int) -> ReplaySession:
    """Sit down before the questions of a room. Raises NoReplay and Kicked."""
    terms = terms_of(room)
    if terms is None:
        raise NoReplay
    mine = (Player.room_id == room.id) & (Player.user_id == user_id) & Player.kicked_at.is_not(None)
    if session.scalar(select(Player.id).where(mine)) is not None:
        raise Kicked
    given: dict[int, dict[int, Stored]] = defaultdict(dict)
    rows = (ReplayAnswer.room_id == room.id) & (ReplayAnswer.user_id == user_id)
    for one in session.scalars(select(ReplayAnswer).where(rows)):
        given[one.attempt][one.question] = Stored(one.question, one.content, one.credit)
    return ReplaySession(
        room=room,
        quiz=quiz,
        terms=terms,
        user_id=user_id,
        weights=weights_of(counted_rounds(session, room.id), quiz),
        rulings=rulings_of(session, room.id),
        given=given,
    )


def read_again(replay: ReplaySession, sent: SentAnswer, received_at: datetime) -> ReadAgain:
    """Read an answer to the question whose turn it is, before anything is written.

    Raises NotThisQuestion, TooLate, MalformedAnswer, and BadInput for an attempt that cannot be begun.
    """
    index = _index(replay, sent, received_at)
    if _known(replay, sent, index) is not None:
        return ReadAgain(sent)
    variant, order = replay.variant(index, sent.attempt)
    return ReadAgain(sent, variant.question, read_answer(variant.question, sent.answer, order))


def answer_again(session: Session, replay: ReplaySession, read: ReadAgain, received_at: datetime) -> Stored:
    """Keep an answer that was read, or say what was kept before. Raises as `read_again` does."""
    sent = read.sent
    index = _index(replay, sent, received_at)
    known = _known(replay, sent, index)
    if known is not None:
        return known
    if read.question != replay.variant(index, sent.attempt)[0].question or read.question is None:
        raise NotThisQuestion
    rulings = replay.rulings.get(replay.quiz.questions[index].id, NO_RULINGS)
    stored = Stored(index, read.content, credit(read.question, read.content, rulings))
    session.add(
        ReplayAnswer(
            room_id=replay.room.id,
            user_id=replay.user_id,
            attempt=sent.attempt,
            question=index,
            content=stored.content,
            received_at=received_at,
            credit=stored.credit,
        )
    )
    return stored


def _index(replay: ReplaySession, sent: SentAnswer, received_at: datetime) -> int:
    """Where the question stands, if it is answered already or its turn is now."""
    index = next((one for one in replay.weights if replay.key(one, sent.attempt) == sent.question), None)
    if index is None:
        raise NotThisQuestion
    if _known(replay, sent, index) is not None:
        return index
    if received_at > replay.terms.until:
        raise _too_late(received_at, replay.terms.until)
    if not replay.progress.may_begin(sent.attempt):
        raise BadInput
    if replay.progress.next_index(sent.attempt) != index:
        raise NotThisQuestion
    return index


def _known(replay: ReplaySession, sent: SentAnswer, index: int) -> Stored | None:
    return replay.given.get(sent.attempt, {}).get(index)


def replays_of(
    session: Session, room: Room, weights: Mapping[int, float], users: Collection[int] | None = None
) -> list[Replayed]:
    """What the first attempts at a room have come to, of everybody or of these users."""
    rows = select(ReplayAnswer).where(ReplayAnswer.room_id == room.id, ReplayAnswer.attempt == 1)
    if users is not None:
        rows = rows.where(ReplayAnswer.user_id.in_(users))
    earned: dict[int, dict[int, float]] = defaultdict(dict)
    for one in session.scalars(rows.order_by(ReplayAnswer.id)):
        if one.question in weights:
            earned[one.user_id][one.question] = one.credit
    return [
        Replayed(user, len(credits_of), capped(share(credits_of, weights), room.replay_cap))
        for user, credits_of in earned.items()
    ]


def open_replays(session: Session, course_id: int, now: datetime) -> Iterable[Room]:
    """The rooms of a course that may be played again now, the newest first."""
    open_now = (Room.replay_until >= now) & (Room.counts != RoomCounts.DISCARDED)
    open_now &= (Room.course_id == course_id) & Room.ended_at.is_not(None)
    return session.scalars(select(Room).where(open_now).order_by(Room.id.desc()))


def _too_late(received_at: datetime, until: datetime) -> Refusal:
    late = received_at - until
    detail = _("This quiz can no longer be played again. What you answered before is kept.")
    return TooLate(detail, late_by_ms=100 * ceil(round(late.total_seconds() * 10, 3)))
