"""The quizzes of a course, for programs of staff: what there is to open a room for."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from pydantic import BaseModel
from sqlalchemy import select

from server.http.json_bodies import answer_json
from server.http.openapi import describe
from server.quizzes.blueprints import api_routes
from server.quizzes.models import PublishedQuiz
from server.quizzes.questions.published import PlayableQuiz
from server.quizzes.room.runtime import runtime
from server.web import read, signed_in_person, staff_only


class QuizOut(BaseModel):
    """A published quiz."""

    slug: str
    title: str
    questions: int
    seconds: int  # that answering all questions may take
    links: dict[str, str]


class QuizList(BaseModel):
    """All published quizzes of the course, by slug."""

    quizzes: list[QuizOut]


@api_routes.get("/quizzes")
@describe("List quizzes", answers={200: QuizList})
@staff_only
def list_quizzes() -> ResponseReturnValue:
    """What a room can be opened for."""
    with read() as session:
        course_id = signed_in_person().course_id
        published = select(PublishedQuiz.version_id).where(PublishedQuiz.course_id == course_id)
        versions = session.scalars(published.order_by(PublishedQuiz.slug)).all()
        found = [runtime().library.quiz(session, version) for version in versions]
    return answer_json(QuizList(quizzes=[_out(one) for one in found]))


def _out(playable: PlayableQuiz) -> QuizOut:
    quiz = playable.quiz
    return QuizOut(
        slug=quiz.slug,
        title=quiz.title.in_language(str(get_locale())),
        questions=len(playable.questions),
        seconds=sum(one.question.seconds for one in playable.questions),
        links={
            "html": url_for("quizzes.quiz", slug=quiz.slug),
            "sessions": url_for("quizzes_api.create_session", slug=quiz.slug),
        },
    )
