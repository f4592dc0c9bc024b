"""Credits for the gradebook: each student's best credit in each quiz, the replay included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignments.quiz import Counts
from assignments.spec import Localized
from server.quizzes.models import Answer, Player, Room
from server.quizzes.questions.published import Library, PlayableQuiz
from server.quizzes.replay.replays import replays_of
from server.quizzes.room.records import kept_games
from server.quizzes.room.scores import counts, share, weights_of
from server.quizzes.room.state import counted_rounds


@dataclass(frozen=True, slots=True)
class QuizCredits:
    """One quiz and everybody's credit in it, as a share of 1."""

    slug: str
    title: Localized
    credits: Mapping[int, float]  # by user; of several rooms and the replay the best


def quiz_credits(
    session: Session, library: Library, course_id: int, users: Collection[int] | None = None
) -> list[QuizCredits]:
    """All quizzes of a course whose room has ended, in the order in which they were first played.

    With `users` only their credits are there. What does not count for the gradebook is left out.
    """
    rooms = session.scalars(kept_games(course_id).order_by(Room.id)).all()
    titles: dict[str, Localized] = {}
    best: dict[str, dict[int, float]] = {}
    for room in rooms:
        quiz = library.quiz(session, room.version_id)
        titles[quiz.quiz.slug] = quiz.quiz.title
        credits_of = best.setdefault(quiz.quiz.slug, {})
        for user, credit in _earned(session, room, quiz, users):
            credits_of[user] = max(credit, credits_of.get(user, 0.0))
    return [QuizCredits(slug, titles[slug], credits_of) for slug, credits_of in best.items()]


def _earned(
    session: Session, room: Room, quiz: PlayableQuiz, users: Collection[int] | None
) -> Iterator[tuple[int, float]]:
    """User and share for everybody who played in a room, and for those who played it again."""
    counted = counted_rounds(session, room.id)
    rounds, weights = {one.id: one.question for one in counted}, weights_of(counted, quiz)
    players = select(Player).where(Player.room_id == room.id)
    found = select(Answer.player_id, Answer.round_id, Answer.credit).where(Answer.round_id.in_(rounds))
    if users is not None:
        players = players.where(Player.user_id.in_(users))
        found = found.join(Player, Player.id == Answer.player_id).where(Player.user_id.in_(users))
    earned: dict[int, dict[int, float]] = defaultdict(dict)
    for player_id, round_id, credit in session.execute(found):
        earned[player_id][rounds[round_id]] = credit
    for player in session.scalars(players):
        if counts(room, player):
            yield player.user_id, share(earned[player.id], weights)
    if room.counts != Counts.NOBODY:
        for one in replays_of(session, room, weights, users):
            yield one.user_id, one.credit
