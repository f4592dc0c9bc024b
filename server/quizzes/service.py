"""The service of quizzes: what other features and the command line may ask."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.quizzes.authoring.publishing import sync_quizzes
from server.quizzes.models import Answer, Player, QuizVersion, Room, RoomEvent, Round
from server.quizzes.reports.credits import QuizCredits
from server.quizzes.reports.credits import quiz_credits as credits_of
from server.quizzes.room.records import RoomCounts, RoomEnder
from server.quizzes.room.runtime import runtime

__all__ = (
    "Answer",
    "Player",
    "Room",
    "RoomCounts",
    "RoomEnder",
    "RoomEvent",
    "Round",
    "pictures_kept",
    "quiz_credits",
    "sync_quizzes",
)


def pictures_kept(session: Session) -> set[str]:
    """The blobs that versions of quizzes show as pictures, of all courses."""
    return {
        blob for named in session.scalars(select(QuizVersion.pictures)) for blob in (named or {}).values()
    }


def quiz_credits(session: Session, course_id: int, users: Collection[int] | None = None) -> list[QuizCredits]:
    """Everybody's credit in each quiz of a course that was played to its end, or that of these users."""
    return credits_of(session, runtime().library, course_id, users)
