"""What a quiz is: frozen values, read by `quiz_reading` and written by `quiz_writing`.

Texts are Markdown with `$LaTeX$` and fenced code, in the languages of the course. A question is its common
part and one body; the body's class says of which type it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeAlias

from assignments.spec import Localized


class QuestionType(StrEnum):
    """How a question is asked and answered."""

    SINGLE = "single"  # one of several options
    MULTIPLE = "multiple"  # some of several options
    TRUE_FALSE = "true-false"
    NUMERIC = "numeric"  # a number, within a tolerance
    TEXT = "text"  # a word or two, in one of the accepted forms
    ORDERING = "ordering"
    MATCHING = "matching"
    SHAPE = "shape"  # of a tensor
    CELL = "cell"  # one or more cells of a confusion matrix


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
class Option:
    """One option. `credit` is a share in [-1, 1] like Moodle's fractions; None leaves it to the rule."""

    text: Localized
    correct: bool = False
    credit: float | None = None
    feedback: Localized | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Options, of which one (`several` false) or any number may be chosen."""

    options: tuple[Option, ...]
    several: bool = False
    shuffle: bool = True


@dataclass(frozen=True, slots=True)
class TrueFalse:
    """A statement that holds or does not."""

    correct: bool


@dataclass(frozen=True, slots=True)
class AcceptedNumber:
    """A number that earns `credit`, as do all within `tolerance` of it."""

    value: float
    tolerance: float = 0.0
    credit: float = 1.0


@dataclass(frozen=True, slots=True)
class Numeric:
    """A number is typed. The best of the accepted ones that it meets counts."""

    accepted: tuple[AcceptedNumber, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class AcceptedText:
    """A form that earns `credit`; `*` in it stands for any characters, as in Moodle."""

    text: str
    credit: float = 1.0


@dataclass(frozen=True, slots=True)
class ShortText:
    """A word or two are typed. The best of the accepted forms that they meet counts."""

    accepted: tuple[AcceptedText, ...]
    case_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Ordering:
    """Items to be put in order; they stand here in the right one."""

    items: tuple[Localized, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """What belongs together."""

    left: Localized
    right: Localized


@dataclass(frozen=True, slots=True)
class Matching:
    """To each left the right that belongs to it is chosen; `distractors` belong to none."""

    pairs: tuple[Pair, ...]
    distractors: tuple[Localized, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of a tensor is typed."""

    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a confusion matrix, both counted from 0: rows are true classes, columns predicted ones."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """A confusion matrix, in which the `cells` are to be marked."""

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    cells: frozenset[Cell]


Body: TypeAlias = Choice | TrueFalse | Numeric | ShortText | Ordering | Matching | Shape | Matrix

_TYPES: Mapping[type, QuestionType] = MappingProxyType(
    {
        TrueFalse: QuestionType.TRUE_FALSE,
        Numeric: QuestionType.NUMERIC,
        ShortText: QuestionType.TEXT,
        Ordering: QuestionType.ORDERING,
        Matching: QuestionType.MATCHING,
        Shape: QuestionType.SHAPE,
        Matrix: QuestionType.CELL,
    }
)


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
    def type(self) -> QuestionType:
        """Which type its body makes it."""
        if isinstance(self.body, Choice):
            return QuestionType.MULTIPLE if self.body.several else QuestionType.SINGLE
        return _TYPES[type(self.body)]


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
