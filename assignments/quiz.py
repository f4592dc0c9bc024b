"""What a quiz is: frozen values, read by `quiz_reading` and written by `quiz_writing`.

Texts are Markdown with `$LaTeX$` and fenced code, in the languages of the course. A question is its common
part and one body of assignments/questions; the body's class says of which type it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from assignments.kinds import Localized
from assignments.questions.body import Body
from assignments.questions.registry import type_of


class Counts(StrEnum):
    """Whose credit goes to the gradebook."""

    ALL = "all"
    SIGNED_IN = "signed-in"  # who joined with their account, not by typing a code
    NOBODY = "nobody"


class Game(StrEnum):
    """What the projector's points are made of. `credit` never depends on it."""

    KAHOOT = "kahoot"
    FLAT = "flat"
    NONE = "none"
    BONUS = "bonus"  # speed earns less than one right answer in the whole quiz


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `seconds` is the time for it, `points` what the projector's game pays at most."""

    id: str  # unique in its quiz, and kept from year to year: statistics are found by it
    text: Localized
    body: Body
    seconds: int = 30
    points: int = 1000
    weight: float = 1.0  # of its credit among the quiz's questions
    tags: tuple[str, ...] = ()  # concepts
    explanation: Localized | None = None

    @property
    def type(self) -> str:
        """Which type its body makes it."""
        return type_of(self.body)


@dataclass(frozen=True, slots=True)
class GeneratedQuestion:
    """A question whose numbers differ from student to student.

    `table` is what the file says; `{{name}}` in it stands for a value that `function` of `file`, which lies
    beside the quiz, returns for a random generator. `assignments.variants` makes questions of it.
    """

    id: str
    file: str
    function: str
    table: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Policy:
    """How a quiz is played unless the lecturer says otherwise on opening it."""

    counts: Counts = Counts.ALL
    game: Game = Game.KAHOOT
    word: bool = False  # the rotating word of the projector is asked for on joining
    change: bool = True  # an answer may be changed until the question closes
    replay_until: datetime | None = None  # self-paced afterwards, until this moment
    replay_cap: float = 0.5  # the most credit that a replay gives, as a share


@dataclass(frozen=True, slots=True)
class Quiz:
    """One quiz as its file describes it."""

    slug: str
    title: Localized
    questions: tuple[Question | GeneratedQuestion, ...]
    policy: Policy = field(default_factory=Policy)
