"""What quizzes bring to the gradebook: each student's best credit in each quiz."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignments.spec import Localized
from server.quizzes.models import Answer, Player, Room, Round
from server.quizzes.published import Library
from server.quizzes.results import counts, share


@dataclass(frozen=True, slots=True)
class QuizCredits:
    """One quiz and everybody's credit in it, as a share of 1."""

    slug: str
    title: Localized
    credits: Mapping[int, float]  # by user; of several rooms the best


def quiz_credits(session: Session, library: Library, user_id: int | None = None) -> list[QuizCredits]:
    """All quizzes whose room has ended, in the order in which they were first played.

    With `user_id` only that student's credits are there. What does not count for the gradebook is left out.
    """
    rooms = session.scalars(select(Room).where(Room.ended_at.is_not(None)).order_by(Room.id)).all()
    weights = {room.id: _weights(session, room, library) for room in rooms}
    earned = _earned(session, [room.id for room in rooms], weights, user_id)
    players = select(Player).where(Player.room_id.in_(weights))
    if user_id is not None:
        players = players.where(Player.user_id == user_id)
    of_room: dict[int, list[Player]] = defaultdict(list)
    for player in session.scalars(players):
        of_room[player.room_id].append(player)
    titles: dict[str, Localized] = {}
    best: dict[str, dict[int, float]] = {}
    for room in rooms:
        quiz = library.quiz(session, room.version_id).quiz
        titles[quiz.slug] = quiz.title
        credits_of = best.setdefault(quiz.slug, {})
        for player in of_room[room.id]:
            if counts(room, player):
                credit = share(earned[player.id], weights[room.id])
                credits_of[player.user_id] = max(credit, credits_of.get(player.user_id, 0.0))
    return [QuizCredits(slug, titles[slug], credits_of) for slug, credits_of in best.items()]


def _weights(session: Session, room: Room, library: Library) -> dict[int, float]:
    """The weight of each round that counts: of a question the last vote, unless it is void."""
    quiz = library.quiz(session, room.version_id)
    asked = select(Round).where(Round.room_id == room.id).order_by(Round.question, Round.vote)
    last = {one.question: one for one in session.scalars(asked)}
    return {one.id: quiz.questions[one.question].question.weight for one in last.values() if not one.void}


def _earned(
    session: Session, rooms: list[int], weights: Mapping[int, Mapping[int, float]], user_id: int | None
) -> dict[int, dict[int, float]]:
    """Credits by player, then by round."""
    rounds = {round_id for of_room in weights.values() for round_id in of_room}
    found = select(Answer.player_id, Answer.round_id, Answer.credit).join(
        Player, Player.id == Answer.player_id
    )
    found = found.where(Player.room_id.in_(rooms))
    if user_id is not None:
        found = found.where(Player.user_id == user_id)
    earned: dict[int, dict[int, float]] = defaultdict(dict)
    for player_id, round_id, credit in session.execute(found):
        if round_id in rounds:
            earned[player_id][round_id] = credit
    return earned
