"""Tables of quizzes: what is published, the rooms in which it is played, and what was answered there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.database import Table

PIN_LENGTH = 6


class Proof(StrEnum):
    """How a player showed who they are."""

    CODE = "code"  # typed a Neptun code of the class list
    SIGNED_IN = "signed-in"


class DoorRequestKind(StrEnum):
    """Why a device waits to be let in."""

    NEAR = "near"  # the code is nobody's, but close to somebody's
    DEVICE = "device"  # the code plays already on another device


class QuizVersion(Table):
    """One state of a quiz. `content` holds its questions with all variants and their HTML."""

    __tablename__ = "quiz_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    slug: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64), index=True)  # of all that it is made of
    toml: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]]
    pictures: Mapped[dict[str, Any] | None]  # the blobs of its pictures by the names that the text has
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # None: a file of the course
    published_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("course_id", "slug", "digest"),)


class PublishedQuiz(Table):
    """Which version of a quiz is in force."""

    __tablename__ = "quiz"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("quiz_version.id"))
    file_digest: Mapped[str] = mapped_column(String(64), default="")  # of the file that was last taken
    version: Mapped[QuizVersion] = relationship()


class Room(Table):
    """A live quiz: one version of a quiz, played once by those who join under its PIN."""

    __tablename__ = "room"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    pin: Mapped[str] = mapped_column(String(PIN_LENGTH), unique=True)  # never used again, in no course
    version_id: Mapped[int] = mapped_column(ForeignKey("quiz_version.id"))
    quiz: Mapped[QuizVersion] = relationship()
    opened_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    seed: Mapped[str] = mapped_column(String(64))
    # How it is played: see assignments.quiz.Policy.
    counts: Mapped[str] = mapped_column(String(12))
    game: Mapped[str] = mapped_column(String(12))
    word: Mapped[bool]
    change: Mapped[bool]
    replay_until: Mapped[datetime | None]  # None: nobody may play it again
    replay_cap: Mapped[float] = mapped_column(default=0.5)
    # Where it is: see server.quizzes.room.phases.RoomState.
    stage: Mapped[str] = mapped_column(String(12))
    question: Mapped[int]
    vote: Mapped[int]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    since: Mapped[datetime]
    version: Mapped[int]
    locked: Mapped[bool] = mapped_column(default=False)


class Player(Table):
    """Somebody of the course in a room, known to the others by a nickname only."""

    __tablename__ = "player"

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    nickname: Mapped[int]  # a number that stands for two words in each language
    proof: Mapped[str] = mapped_column(String(12))
    joined_at: Mapped[datetime]
    kicked_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("room_id", "user_id"), UniqueConstraint("room_id", "nickname"))


class Device(Table):
    """A phone that plays for somebody. Its cookie holds the key, the table only the fingerprint."""

    __tablename__ = "player_device"

    id: Mapped[int] = mapped_column(primary_key=True)
    player_id: Mapped[int] = mapped_column(ForeignKey("player.id"), index=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    signed_in: Mapped[bool]
    created_at: Mapped[datetime]


class DoorRequest(Table):
    """A join request that waits for the lecturer: let in or dismissed."""

    __tablename__ = "knock"

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))  # whose code it is, or is close to
    typed: Mapped[str] = mapped_column(String(12))
    key_hash: Mapped[str | None] = mapped_column(String(64), index=True)  # of the device that waits
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Round(Table):
    """One question as it was asked once; a second vote on it is a round of its own."""

    __tablename__ = "quiz_round"

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    key: Mapped[str] = mapped_column(String(70))  # what phones call it: `rooms.opaque_key`
    question: Mapped[int]  # its index in the quiz
    vote: Mapped[int]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    void: Mapped[bool] = mapped_column(default=False)  # counts for nobody

    __table_args__ = (UniqueConstraint("room_id", "key"),)


class Answer(Table):
    """What a player answered in a round: one row, whatever was sent how often."""

    __tablename__ = "answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("quiz_round.id"))
    player_id: Mapped[int] = mapped_column(ForeignKey("player.id"), index=True)
    content: Mapped[Any] = mapped_column(JSON)  # see server.quizzes.questions.parsing.read_answer
    n: Mapped[int]  # the phone's count of its answers to this round: a higher one replaces a lower
    thought_s: Mapped[float]  # from when the phone drew the question, within the server's bounds
    received_at: Mapped[datetime]
    credit: Mapped[float]
    game: Mapped[int]

    __table_args__ = (UniqueConstraint("round_id", "player_id"),)


class ReplayAnswer(Table):
    """What somebody answered who played a room's questions again by themselves. The first answer stays."""

    __tablename__ = "replay_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    attempt: Mapped[int]  # from 1; only the first earns credit
    question: Mapped[int]  # its index in the quiz
    content: Mapped[Any] = mapped_column(JSON)  # as in Answer
    received_at: Mapped[datetime]
    credit: Mapped[float]

    __table_args__ = (UniqueConstraint("room_id", "user_id", "attempt", "question"),)


class Ruling(Table):
    """What the lecturer decided about a question afterwards. The newest that is not taken back counts."""

    __tablename__ = "ruling"

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    question: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    value: Mapped[Any] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(300), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    changed: Mapped[dict[str, Any]]  # how many credits went up and down


class WrongGuess(Table):
    """A wrong PIN, word or code, remembered for a while: see `guess_limits`."""

    __tablename__ = "wrong_guess"

    id: Mapped[int] = mapped_column(primary_key=True)
    bucket: Mapped[str] = mapped_column(String(64), index=True)  # the fingerprint of who answers for it
    at: Mapped[datetime] = mapped_column(index=True)


class RoomEvent(Table):
    """Who did what in a room: the audit trail."""

    __tablename__ = "room_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    verb: Mapped[str] = mapped_column(String(16))
    details: Mapped[dict[str, Any]]

    __table_args__ = (Index("ix_room_event_room_id_at", "room_id", "at"),)
