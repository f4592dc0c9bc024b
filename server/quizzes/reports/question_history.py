"""The history of a quiz: every room in which it was played, every report of old, question by question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.quizzes.models import QuizVersion, Room, Round
from server.quizzes.questions.published import Library, PlayableQuestion, PlayableQuiz
from server.quizzes.questions.scoring import is_right
from server.quizzes.reports.history import Asked, Game, QuestionHistory
from server.quizzes.reports.past_years import PastGame, PastQuestion, past_games
from server.quizzes.reports.statistics import Concept, concepts, item_statistics
from server.quizzes.room.records import kept_games
from server.quizzes.room.scores import credits_by_question, room_results
from server.quizzes.room.state import answers_of


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """An old report, and which of its questions is which."""

    game: Game
    questions: tuple[tuple[int, str, str | None], ...]  # row, text, id in the quiz or None


@dataclass(frozen=True, slots=True)
class QuizHistory:
    """Everything that is remembered of a quiz."""

    games: tuple[Game, ...]  # the newest first
    questions: tuple[QuestionHistory, ...]  # in the order of the quiz; those no longer in it last
    concepts: tuple[Concept, ...]
    reports: tuple[QuestionReport, ...]


def history_of(session: Session, library: Library, quiz: PlayableQuiz, language: str) -> QuizHistory:
    """What is remembered of a quiz, by the ids of its questions."""
    asked: dict[str, list[Asked]] = defaultdict(list)
    playable = {one.id: one for one in quiz.questions}
    games = []
    for room in _rooms(session, quiz):
        played = library.quiz(session, room.version_id)
        games.append(_of_room(session, room, played, asked))
        playable |= {one.id: one for one in played.questions if one.id not in playable}
    reports = []
    for past, rows in past_games(session, quiz.course_id, quiz.quiz.slug):
        report = _of_report(past, rows, asked)
        games.append(report.game)
        reports.append(report)
    current = {one.id for one in quiz.questions}
    questions = [
        _question(one, asked[name], language, current=name in current)
        for name, one in playable.items()
        if name in current or asked[name]
    ]
    shares = {one.id: one.share_right for one in questions}
    known = {name: share for name, share in shares.items() if share is not None}
    return QuizHistory(
        games=tuple(sorted(games, key=lambda game: game.at, reverse=True)),
        questions=tuple(questions),
        concepts=tuple(concepts(known, {one.id: one.tags for one in questions})),
        reports=tuple(reports),
    )


def _rooms(session: Session, quiz: PlayableQuiz) -> Sequence[Room]:
    """The rooms of a quiz that are over."""
    played = kept_games(quiz.course_id).join(QuizVersion, QuizVersion.id == Room.version_id)
    return session.scalars(played.where(QuizVersion.slug == quiz.quiz.slug).order_by(Room.id)).all()


def _of_room(session: Session, room: Room, quiz: PlayableQuiz, asked: Mapping[str, list[Asked]]) -> Game:
    found = room_results(session, room, quiz)
    players = [one for one in found.players if not one.kicked]
    mean = fmean(one.credit for one in players) if players else None
    game = Game(room.opened_at, len(players), mean, pin=room.pin)
    credits_of = credits_by_question(found, quiz)
    before = _first_votes(session, room)
    for index in found.asked:
        name = quiz.questions[index].id
        numbers = item_statistics(credits_of, name)
        right = sum(is_right(one[name]) for one in credits_of if name in one)
        asked[name].append(
            Asked(
                game, numbers.answers, right, numbers.mean_credit, numbers.discrimination, before.get(index)
            )
        )
    return game


def _first_votes(session: Session, room: Room) -> dict[int, float]:
    """The share that was right before the discussion, of the questions that were voted on twice."""
    twice = select(Round.question).where(Round.room_id == room.id, Round.vote > 1).distinct()
    shares = {}
    for index in session.scalars(twice):
        given = answers_of(session, room.id, index, 1).values()
        if given:
            shares[index] = fmean(is_right(one.credit) for one in given)
    return shares


def _of_report(
    past: PastGame, rows: Sequence[PastQuestion], asked: Mapping[str, list[Asked]]
) -> QuestionReport:
    game = Game(past.played_at, past.players, None, report=past.id, title=past.title)
    for row in rows:
        if row.question is not None:
            asked[row.question].append(Asked(game, row.answers, row.right, None, None, None))
    return QuestionReport(game, tuple((row.id, row.text, row.question) for row in rows))


def _question(
    playable: PlayableQuestion, asked: Sequence[Asked], language: str, *, current: bool
) -> QuestionHistory:
    return QuestionHistory(
        id=playable.id,
        text=playable.variants[0].html[language]["text"],
        current=current,
        tags=playable.question.tags,
        asked=tuple(sorted(asked, key=lambda one: one.game.at)),
    )
