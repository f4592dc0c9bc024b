"""Past years: old reports of Kahoot in a quiz's history. How each question did is kept, and no player."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from assignments.quiz import Question
from server.database import Table
from server.quizzes.formats.kahoot_report import KahootReport
from server.quizzes.questions.published import PlayableQuiz
from server.quizzes.refusals import KnownReport
from server.quizzes.reports.history import best_match

TITLE_LENGTH, TEXT_LENGTH = 100, 300
MOST_QUESTIONS = 200


class PastGame(Table):
    """A game of years ago, by its report."""

    __tablename__ = "past_game"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    slug: Mapped[str] = mapped_column(String(64))  # of the quiz to which it belongs
    digest: Mapped[str] = mapped_column(String(64))  # of the file: the same report is taken once
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    played_at: Mapped[datetime]
    players: Mapped[int]
    taken_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    taken_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("course_id", "slug", "digest"),)


class PastQuestion(Table):
    """How one question did in such a game."""

    __tablename__ = "past_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    game_id: Mapped[int] = mapped_column(ForeignKey("past_game.id"), index=True)
    question: Mapped[str | None] = mapped_column(String(64))  # its id in the quiz, once it is known
    text: Mapped[str] = mapped_column(String(TEXT_LENGTH))
    answers: Mapped[int]
    right: Mapped[int]


@dataclass(frozen=True, slots=True)
class Taking:
    """A report that somebody takes over."""

    report: KahootReport
    content: bytes
    played_at: datetime
    by_id: int
    now: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """The result of importing one report."""

    questions: int
    matched: int


def take_report(session: Session, quiz: PlayableQuiz, taking: Taking) -> Taken:
    """Add a report to the history of a quiz. Raises KnownReport."""
    slug, digest = quiz.quiz.slug, hashlib.sha256(taking.content).hexdigest()
    of_quiz = (PastGame.course_id == quiz.course_id, PastGame.slug == slug)
    if session.scalar(select(PastGame.id).where(*of_quiz, PastGame.digest == digest)):
        raise KnownReport
    game = PastGame(
        course_id=quiz.course_id,
        slug=slug,
        digest=digest,
        title=taking.report.title[:TITLE_LENGTH],
        played_at=taking.played_at,
        players=len(taking.report.totals),
        taken_by=taking.by_id,
        taken_at=taking.now,
    )
    session.add(game)
    session.flush()
    known = texts_of(quiz)
    rows = [
        PastQuestion(
            game_id=game.id,
            question=best_match(one.text, known),
            text=one.text[:TEXT_LENGTH],
            answers=one.answered,
            right=one.right,
        )
        for one in taking.report.questions[:MOST_QUESTIONS]
    ]
    session.add_all(rows)
    return Taken(len(rows), sum(row.question is not None for row in rows))


def texts_of(quiz: PlayableQuiz) -> dict[str, Sequence[str]]:
    """What each question asks, in both languages."""
    return {one.id: _texts(one.question) for one in quiz.questions}


def past_games(session: Session, course_id: int, slug: str) -> list[tuple[PastGame, list[PastQuestion]]]:
    """The reports of a quiz with their questions, the oldest first."""
    found = select(PastGame).where(PastGame.course_id == course_id, PastGame.slug == slug)
    games = session.scalars(found.order_by(PastGame.played_at)).all()
    of_game: dict[int, list[PastQuestion]] = {game.id: [] for game in games}
    rows = select(PastQuestion).where(PastQuestion.game_id.in_(of_game)).order_by(PastQuestion.id)
    for row in session.scalars(rows):
        of_game[row.game_id].append(row)
    return [(game, of_game[game.id]) for game in games]


def match_anew(session: Session, quiz: PlayableQuiz, game_id: int, chosen: Mapping[int, str]) -> bool:
    """Say which question is which: ids in the quiz by rows; whatever is none of the quiz is none.

    False where the quiz has no such report.
    """
    if _report_of(session, quiz, game_id) is None:
        return False
    names = {one.id for one in quiz.questions}
    for row in session.scalars(select(PastQuestion).where(PastQuestion.game_id == game_id)):
        if row.id in chosen:
            row.question = chosen[row.id] if chosen[row.id] in names else None
    return True


def remove_report(session: Session, quiz: PlayableQuiz, game_id: int) -> None:
    """Take a report out of the history of its quiz."""
    game = _report_of(session, quiz, game_id)
    if game is not None:
        session.execute(delete(PastQuestion).where(PastQuestion.game_id == game_id))
        session.delete(game)


def _report_of(session: Session, quiz: PlayableQuiz, game_id: int) -> PastGame | None:
    game = session.get(PastGame, game_id)
    if game is None or (game.course_id, game.slug) != (quiz.course_id, quiz.quiz.slug):
        return None
    return game


def _texts(question: Question) -> Sequence[str]:
    return (question.text.en, question.text.hu)
