"""Results of a room: credit for the gradebook, points of the game, and how the questions did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignments.quiz import Counts
from server.accounts.service import people
from server.person import Person
from server.quizzes.attendance import Outcome, Rule, took_part
from server.quizzes.models import Answer, Player, Proof, Room, Round
from server.quizzes.questions.published import PlayableQuiz
from server.quizzes.questions.scoring import is_right
from server.quizzes.room.ranks import ranking
from server.quizzes.room.state import AnswerRow, counted_rounds


@dataclass(frozen=True, slots=True)
class PlayerResult:
    """One player's outcome."""

    player_id: int
    person: Person
    nickname: int
    proof: str
    kicked: bool
    credit: float  # weighted share of what was asked, in [0, 1]
    counts: bool  # whether the credit goes to the gradebook
    points: int
    rank: int | None  # None: sent out
    answered: int  # questions
    correct: int  # questions with full credit
    answers: Mapping[int, AnswerRow] = field(default_factory=dict)  # by the question's index


@dataclass(frozen=True, slots=True)
class RoomResults:
    """Everybody's outcomes, best first, and which questions counted."""

    players: tuple[PlayerResult, ...]
    asked: tuple[int, ...]  # indices of the questions that count, in order


def room_results(session: Session, room: Room, quiz: PlayableQuiz) -> RoomResults:
    """The results of a room, by the answers and rulings as they are now."""
    rounds = counted_rounds(session, room.id)
    weights = weights_of(rounds, quiz)
    given = _given(session, rounds)
    players = session.scalars(select(Player).where(Player.room_id == room.id).order_by(Player.id)).all()
    known = people(session, room.course_id, [player.user_id for player in players])
    points = {one.id: sum(it.game for it in given[one.id].values()) for one in players if not one.kicked_at}
    ranks = {one.player_id: one.rank for one in ranking(points)}
    results = [
        _result(room, player, known[player.user_id], given[player.id], weights, ranks.get(player.id))
        for player in players
    ]
    best_first = sorted(results, key=lambda one: (one.rank or len(results) + 1, one.person.name))
    return RoomResults(tuple(best_first), tuple(sorted(weights)))


def weights_of(rounds: Iterable[Round], quiz: PlayableQuiz) -> dict[int, float]:
    """What the questions of these rounds weigh, by index."""
    return {one.question: quiz.questions[one.question].question.weight for one in rounds}


def present_in(found: RoomResults, rule: Rule) -> list[PlayerResult]:
    """Who took part by a rule; whoever was sent out did not."""
    players = [one for one in found.players if not one.kicked]
    best = max((one.credit for one in players), default=0.0)
    return [one for one in players if took_part(Outcome(one.answered, one.correct, one.credit), best, rule)]


def credits_by_question(found: RoomResults, quiz: PlayableQuiz) -> list[dict[str, float]]:
    """What each player who was not sent out earned, by the question's id: what statistics are made of."""
    return [
        {quiz.questions[index].id: given.credit for index, given in one.answers.items()}
        for one in found.players
        if not one.kicked
    ]


def share(earned: Mapping[int, float], weights: Mapping[int, float]) -> float:
    """The weighted mean of the credits; what was not answered earns nothing. 0 where nothing weighs."""
    whole = sum(weights.values())
    if not whole:
        return 0.0
    return min(1.0, sum(weight * earned.get(index, 0.0) for index, weight in weights.items()) / whole)


def counts(room: Room, player: Player) -> bool:
    """Whether a player's credit goes to the gradebook."""
    if player.kicked_at is not None:
        return False
    if room.counts == Counts.SIGNED_IN:
        return player.proof == Proof.SIGNED_IN
    return room.counts == Counts.ALL


def _result(  # noqa: PLR0917 - one row out of what was read for all
    room: Room,
    player: Player,
    person: Person,
    given: Mapping[int, AnswerRow],
    weights: Mapping[int, float],
    rank: int | None,
) -> PlayerResult:
    return PlayerResult(
        player_id=player.id,
        person=person,
        nickname=player.nickname,
        proof=player.proof,
        kicked=player.kicked_at is not None,
        credit=share({index: one.credit for index, one in given.items()}, weights),
        counts=counts(room, player),
        points=sum(one.game for one in given.values()),
        rank=rank,
        answered=len(given),
        correct=sum(is_right(one.credit) for one in given.values()),
        answers=given,
    )


def _given(session: Session, rounds: Sequence[Round]) -> dict[int, dict[int, AnswerRow]]:
    """The answers of these rounds: by player, then by the question's index."""
    questions = {one.id: one.question for one in rounds}
    found: dict[int, dict[int, AnswerRow]] = defaultdict(dict)
    for one in session.scalars(select(Answer).where(Answer.round_id.in_(questions))):
        found[one.player_id][questions[one.round_id]] = AnswerRow(one.content, one.n, one.credit, one.game)
    return found
