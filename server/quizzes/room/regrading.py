"""Regrading: the lecturer decides about a question afterwards, and every answer to it is marked anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assignments.quiz import Game, Question
from server.errors import BadInput
from server.quizzes.models import Answer, Player, ReplayAnswer, Room, Round, Ruling
from server.quizzes.questions.parsing import read_answer
from server.quizzes.questions.published import PlayableQuestion, PlayableQuiz
from server.quizzes.questions.scoring import Rulings, credit
from server.quizzes.questions.shuffling import shown_order
from server.quizzes.questions.type_rules import rules_of
from server.quizzes.room.points import Asked, game_points
from server.quizzes.room.replay_policy import seed_of
from server.quizzes.room.rooms import StaffAction, note
from server.quizzes.room.rulings import RulingKind, rulings_of

REASON_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Decision:
    """What the lecturer decides about a question."""

    question: str  # its id
    kind: RulingKind
    value: Any = None  # see RulingKind; indices are those of the screen until it is read
    reason: str = ""


def read_decision(quiz: PlayableQuiz, seed: str, decision: Decision) -> Decision:
    """The decision with its value as it is kept: by indices in the file. Raises BadInput and MalformedAnswer.

    This is done before anything is written; quiz and seed of a room never change.
    """
    index = quiz.index_of(decision.question)
    if index is None:
        raise BadInput
    return replace(decision, value=_checked(quiz.questions[index].question, decision, seed))


def rule(session: Session, room: Room, quiz: PlayableQuiz, decision: Decision, action: StaffAction) -> Ruling:
    """Decide what `read_decision` has read, and mark everything of that question anew. Raises BadInput."""
    index = quiz.index_of(decision.question)
    if index is None:
        raise BadInput
    ruling = Ruling(
        room_id=room.id,
        question=decision.question,
        kind=decision.kind,
        value=decision.value,
        reason=decision.reason[:REASON_LENGTH],
        by_id=action.who.id,
        at=action.now,
        changed={},
    )
    session.add(ruling)
    session.flush()
    ruling.changed = mark_anew(session, room, quiz, index)
    room.version += 1
    note(session, room, action, "rule", question=decision.question, kind=decision.kind, **ruling.changed)
    return ruling


def mark_anew(session: Session, room: Room, quiz: PlayableQuiz, index: int) -> dict[str, int]:
    """Every answer to one question by the rulings that count now; says how many went up and down."""
    playable = quiz.questions[index]
    rulings = rulings_of(session, room.id).get(playable.id, Rulings())
    session.execute(
        update(Round).where(Round.room_id == room.id, Round.question == index).values(void=rulings.void)
    )
    found = select(Answer, Player.user_id).join(Player, Player.id == Answer.player_id)
    found = found.join(Round, Round.id == Answer.round_id)
    changed = {"up": 0, "down": 0}
    for answer, user_id in session.execute(found.where(Round.room_id == room.id, Round.question == index)):
        question = playable.variants[playable.variant_of(room.seed, user_id)].question
        earned = credit(question, answer.content, rulings)
        changed["up"] += earned > answer.credit
        changed["down"] += earned < answer.credit
        facts = Asked(question.seconds, question.points, len(quiz.questions))
        answer.credit = earned
        answer.game = game_points(Game(room.game), earned, answer.thought_s, facts)
    _mark_replays_anew(session, room, playable, index, rulings)
    return changed


def _mark_replays_anew(
    session: Session, room: Room, playable: PlayableQuestion, index: int, rulings: Rulings
) -> None:
    found = select(ReplayAnswer).where(ReplayAnswer.room_id == room.id, ReplayAnswer.question == index)
    for answer in session.scalars(found):
        seed = seed_of(room.seed, answer.user_id, answer.attempt)
        question = playable.variants[playable.variant_of(seed, answer.user_id)].question
        answer.credit = credit(question, answer.content, rulings)


def _checked(question: Question, decision: Decision, seed: str) -> Any:  # noqa: ANN401
    """The value as it is kept: by indices in the file."""
    kind, value = decision.kind, decision.value
    if kind in {RulingKind.VOID, RulingKind.UNDO}:
        return None
    order = shown_order(question, seed)
    if kind is RulingKind.ACCEPT:
        return read_answer(question, value, order)
    if not isinstance(value, int) or not 0 <= value < rules_of(question.body).options(question.body):
        raise BadInput
    return order[value]
