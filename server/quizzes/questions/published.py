"""A published quiz as rooms use it: every question with its variants, each with its HTML by language."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignments.quiz import GeneratedQuestion, Question, Quiz
from assignments.quiz_reading import read_question, read_quiz
from assignments.quiz_writing import question_table
from assignments.spec import SLUG
from server.quizzes.models import PublishedQuiz, QuizVersion
from server.quizzes.pictures.picture import ShownPicture
from server.quizzes.questions.rendering import RenderingError, rendered
from server.quizzes.refusals import UnknownQuiz

VERSIONS_KEPT = 32  # in memory


@dataclass(frozen=True, slots=True)
class Variant:
    """A question as one student gets it."""

    question: Question
    html: Mapping[str, Mapping[str, Any]]  # by language: see server.quizzes.questions.rendering.rendered


@dataclass(frozen=True, slots=True)
class PlayableQuestion:
    """A question with all its variants; one, unless it is generated."""

    id: str
    variants: tuple[Variant, ...]

    @property
    def question(self) -> Question:
        """What all variants have in common: type, time, points."""
        return self.variants[0].question

    def variant_of(self, seed: str, user_id: int) -> int:
        """Which variant somebody gets in a room: the same at each look, and not to be guessed by others."""
        digest = hashlib.sha256(f"{seed}/{self.id}/{user_id}".encode()).digest()
        return int.from_bytes(digest[:4], "big") % len(self.variants)


@dataclass(frozen=True, slots=True)
class PlayableQuiz:
    """One version of a quiz, ready to be played."""

    version_id: int
    course_id: int
    quiz: Quiz
    questions: tuple[PlayableQuestion, ...]

    def index_of(self, question_id: str) -> int | None:
        """Where in the quiz a question stands."""
        return next((at for at, one in enumerate(self.questions) if one.id == question_id), None)


class Library:
    """Versions that were read before: they never change, and reading one takes a while."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._kept: dict[int, PlayableQuiz] = {}

    def quiz(self, session: Session, version_id: int) -> PlayableQuiz:
        """The version with this id."""
        found = self._kept.get(version_id)
        if found is None:
            version = session.get_one(QuizVersion, version_id)
            quiz = read_quiz(version.toml, self._zone, file=version.slug)
            found = PlayableQuiz(version.id, version.course_id, quiz, _questions(version.content))
            if len(self._kept) >= VERSIONS_KEPT:
                self._kept.clear()
            self._kept[version_id] = found
        return found


def content_of(
    quiz: Quiz, made: Mapping[str, Sequence[Question]], pictures: Mapping[str, ShownPicture]
) -> dict[str, Any]:
    """What `QuizVersion.content` holds. `made` has the variants of generated questions by id.

    Raises RenderingError.
    """
    questions = []
    for one in quiz.questions:
        variants = made[one.id] if isinstance(one, GeneratedQuestion) else (one,)
        try:
            html = [rendered(variant, pictures) for variant in variants]
        except RenderingError as error:
            raise RenderingError(f"{one.id}: {error}", one.id) from error
        questions.append({"id": one.id, "variants": [question_table(it) for it in variants], "html": html})
    return {"questions": questions}


def in_force(session: Session, course_id: int, slug: str) -> QuizVersion:
    """The version of a quiz of a course that is played now. Raises UnknownQuiz."""
    if not SLUG.fullmatch(slug):
        raise UnknownQuiz
    found = session.scalar(
        select(QuizVersion)
        .join(PublishedQuiz, PublishedQuiz.version_id == QuizVersion.id)
        .where(PublishedQuiz.course_id == course_id, PublishedQuiz.slug == slug)
    )
    if found is None:
        raise UnknownQuiz
    return found


def _questions(content: Mapping[str, Any]) -> tuple[PlayableQuestion, ...]:
    return tuple(
        PlayableQuestion(
            one["id"],
            tuple(
                Variant(read_question(table, file="published", path=one["id"]), html)
                for table, html in zip(one["variants"], one["html"], strict=True)
            ),
        )
        for one in content["questions"]
    )
