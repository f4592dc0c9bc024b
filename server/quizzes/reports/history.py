"""Rules of the history: how questions did over the years, and which question of an old report is which."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from server.texts.unicode_forms import normal_form

ALIKE = 0.85  # of two texts (Ratcliff and Obershelp 1988), above which they are taken for the same question
LONGEST_COMPARED = 500  # characters
_TAG = re.compile(r"<[^<>]*>")
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Game:
    """One time that a quiz was played: in a room, or in Kahoot as its report tells."""

    at: datetime
    players: int
    mean_credit: float | None  # of a report not known
    pin: str = ""  # of the room
    report: int = 0  # the number of the report
    title: str = ""  # of the report


@dataclass(frozen=True, slots=True)
class Asked:
    """How one question did in one game. None where it is not known, or there is too little to say."""

    game: Game
    answers: int
    right: int  # with full credit
    mean_credit: float | None
    discrimination: float | None
    before: float | None  # share right in the vote before the discussion, where it was voted twice

    @property
    def share_right(self) -> float | None:
        """Of the answers."""
        return self.right / self.answers if self.answers else None


@dataclass(frozen=True, slots=True)
class QuestionHistory:
    """One question over all games, the oldest first."""

    id: str
    text: str  # HTML, as it is now or was when it was asked last
    current: bool  # whether it is still in the quiz
    tags: tuple[str, ...]
    asked: tuple[Asked, ...]

    @property
    def share_right(self) -> float | None:
        """Of all answers of all games."""
        answers = sum(one.answers for one in self.asked)
        return sum(one.right for one in self.asked) / answers if answers else None


def hardest_first(questions: Iterable[QuestionHistory]) -> list[QuestionHistory]:
    """Those that were never answered stand last."""
    return sorted(questions, key=lambda one: 2.0 if one.share_right is None else one.share_right)


def best_match(text: str, known: Mapping[str, Sequence[str]]) -> str | None:
    """The question that asks the same: `known` has the texts of each by its id. None where none is alike."""
    wanted = plain(text)
    if not wanted:
        return None
    best, best_ratio = None, ALIKE
    for name, texts in known.items():
        for one in texts:
            ratio = 1.0 if plain(one) == wanted else _alike(wanted, plain(one))
            if ratio >= best_ratio and (best is None or ratio > best_ratio):
                best, best_ratio = name, ratio
    return best


def plain(text: str) -> str:
    """A text for comparing: letters and digits only, whatever its marks, case and accents."""
    bare = normal_form("NFKD", _TAG.sub(" ", text), 4 * LONGEST_COMPARED).casefold()
    return _SIGNS.sub(" ", bare.encode("ascii", "ignore").decode()).strip()[:LONGEST_COMPARED]


def _alike(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()
