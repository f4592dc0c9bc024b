"""Bodies and answers of the quiz's API."""

from __future__ import annotations

from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from assignments.quiz import Counts, Game
from server.quizzes.models import Proof
from server.quizzes.room.phases import RoomPhase, RoomStep
from server.quizzes.room.records import RoomCounts
from server.quizzes.room.replay_policy import MOST_ATTEMPTS
from server.quizzes.room.rulings import RulingKind


class Spoken(BaseModel):
    """The language of the page that asks: "hu" or "en". Without it, or another one, that of the reader."""

    lang: str = Field("", max_length=16)


class ReplayQuery(Spoken):
    """Which attempt; the one that was begun last, unless it is the next one."""

    attempt: int = Field(0, ge=0, le=MOST_ATTEMPTS + 1)


class NewRoom(BaseModel):
    """How a quiz is played; what is left out is as the quiz says."""

    model_config = ConfigDict(extra="forbid")

    counts: Counts | None = None
    game: Game | None = None
    word: bool | None = None
    change: bool | None = None
    replay_until: AwareDatetime | None = None
    replay_cap: float | None = Field(None, ge=0, le=1)


class RoomOut(BaseModel):
    """A room that is open."""

    id: int
    pin: str
    join: str  # the address that phones open


class Advance(BaseModel):
    """The next step. With `version`, it is taken only if the room is still there."""

    model_config = ConfigDict(extra="forbid")

    to: RoomStep
    version: int | None = Field(None, ge=0)


class WhatCounts(BaseModel):
    """Whose credit of a room counts; "discarded" takes the game out of everything."""

    model_config = ConfigDict(extra="forbid")

    counts: RoomCounts


class Moved(BaseModel):
    """Where the room is now."""

    phase: RoomPhase
    version: int
    question: int  # from 0; -1 before the first


class Lock(BaseModel):
    """Whether nobody else is let in."""

    model_config = ConfigDict(extra="forbid")

    locked: bool


class Kick(BaseModel):
    """Whether a player is out."""

    model_config = ConfigDict(extra="forbid")

    kicked: bool


class Tap(BaseModel):
    """Whether the device that knocks is let in."""

    model_config = ConfigDict(extra="forbid")

    let_in: bool


class RulingIn(BaseModel):
    """What is decided about a question; see RulingKind for `value`."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(max_length=64)
    kind: RulingKind
    value: Any = None
    reason: str = Field("", max_length=300)


class RulingOut(BaseModel):
    """How many credits it changed."""

    up: int
    down: int


class Join(BaseModel):
    """Who wants to come in. A signed-in student leaves `neptun` out."""

    model_config = ConfigDict(extra="forbid")

    neptun: str = Field("", max_length=100)
    word: str = Field("", max_length=100)  # of the projector, where the room asks for it


class JoinedOut(BaseModel):
    """The player's token, as in the cookie. `waiting`: it works once the lecturer lets the device in."""

    token: str = Field(repr=False)
    nickname: str | None  # of who is in: a code that waits tells nothing about whose it is
    waiting: bool


class SentAnswer(BaseModel):
    """An answer: see `answering.read_answer` for what each type of question takes."""

    model_config = ConfigDict(extra="forbid")

    answer: Any
    n: int = Field(1, ge=1, le=1_000_000)  # a higher one replaces a lower, the same again changes nothing
    elapsed_ms: float | None = Field(None, ge=0, le=86_400_000, allow_inf_nan=False)
    round_trip_ms: float = Field(0, ge=0, le=86_400_000, allow_inf_nan=False)


class AnswerOut(BaseModel):
    """What is stored now."""

    round: str
    n: int
    saved: bool  # whether it is the answer that was sent, and not another that outranks it


class SnapshotOut(BaseModel):
    """The room as a phone sees it. `me` is the player's own part; more fields come with the phase."""

    model_config = ConfigDict(extra="allow")

    now: int
    v: int
    phase: RoomPhase
    title: str
    of: int
    me: dict[str, Any]


class StaffSnapshotOut(BaseModel):
    """The room as the wall and the remote see it; more fields come with the phase, `people` for staff."""

    model_config = ConfigDict(extra="allow")

    now: int
    v: int
    version: int  # for `advance`
    phase: RoomPhase
    title: str
    pin: str
    of: int
    joined: int
    answered: int


class PlayerOut(BaseModel):
    """One player's outcome."""

    neptun: str
    name: str
    nickname: str
    proof: Proof
    kicked: bool
    credit: float
    counts: bool
    points: int
    place: int | None
    answered: int
    correct: int
    credits: list[float | None]  # by question; null: not answered, or it does not count


class QuestionOut(BaseModel):
    """How a question did."""

    id: str
    asked: bool  # whether it counts
    answers: int
    share_correct: float | None


class ResultsOut(BaseModel):
    """What came of a room."""

    pin: str
    quiz: str
    questions: list[QuestionOut]
    players: list[PlayerOut]


class ReplayAnswerIn(BaseModel):
    """An answer in a replay, in the same form as in a room."""

    model_config = ConfigDict(extra="forbid")

    answer: Any
    attempt: int = Field(1, ge=1, le=MOST_ATTEMPTS)


class ReplayAnsweredOut(BaseModel):
    """What is kept of it, and what was right."""

    question: str
    answer: Any  # as it was sent first
    credit: float
    answered: dict[str, Any]


class ReplayOut(BaseModel):
    """Where somebody stands in a replay: the question whose turn it is, or all of them once it is through."""

    title: str
    until: int  # milliseconds since 1970
    open: bool
    cap: float
    attempt: int
    of: int
    number: int  # of the question, from 1
    question_id: str | None  # a key of its own in each attempt; question ids never reach a phone
    question: dict[str, Any] | None
    credit: float | None  # of this attempt, once it is through
    earned: float | None  # what the gradebook gets for the first attempt, once that is through
    may_repeat: bool
    review: list[dict[str, Any]]  # `id`, `question`, `answered`, `answer` and `credit` of each
