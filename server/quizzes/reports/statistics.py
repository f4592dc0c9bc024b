"""Statistics of questions: share of right answers, discrimination, and concepts that most did not know.

Pure: credits in [0, 1] by player and question, numbers out.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from server.quizzes.questions.scoring import is_right

FEWEST = 5  # players, below which a correlation says nothing


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """One question. None where there is too little to say."""

    answers: int
    share_correct: float | None  # of the answers, those with full credit
    mean_credit: float | None  # of all players; no answer is 0
    discrimination: float | None


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept tag, over all questions that carry it."""

    tag: str
    questions: int
    mean_credit: float


def item_statistics(credits_of: Sequence[Mapping[str, float]], question: str) -> ItemStatistics:
    """One question, by every player's credits, in which questions without an answer are missing."""
    given = [one[question] for one in credits_of if question in one]
    everybody = [one.get(question, 0.0) for one in credits_of]
    rest = [sum(value for name, value in one.items() if name != question) for one in credits_of]
    return ItemStatistics(
        answers=len(given),
        share_correct=fmean(is_right(value) for value in given) if given else None,
        mean_credit=fmean(everybody) if everybody else None,
        discrimination=correlation(everybody, rest) if len(everybody) >= FEWEST else None,
    )


def correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Pearson's r; None where either side is the same for all.

    With the credit of a question and the sum of the others it is the corrected item-total correlation
    (Henrysson 1963): above 0.2 for a useful question, below 0 for one that misleads those who know.
    """
    middle, other_middle = fmean(one), fmean(other)
    spread = math.sqrt(sum((value - middle) ** 2 for value in one))
    other_spread = math.sqrt(sum((value - other_middle) ** 2 for value in other))
    if spread < 1e-12 or other_spread < 1e-12:
        return None
    together = sum((a - middle) * (b - other_middle) for a, b in zip(one, other, strict=True))
    return max(-1.0, min(1.0, together / (spread * other_spread)))


def concepts(mean_credits: Mapping[str, float], tags: Mapping[str, Iterable[str]]) -> list[Concept]:
    """The concepts of the questions, the least known first: each is the mean of its questions."""
    by_tag: dict[str, list[float]] = defaultdict(list)
    for question, mean in mean_credits.items():
        for tag in tags.get(question, ()):
            by_tag[tag].append(mean)
    found = [Concept(tag, len(means), fmean(means)) for tag, means in by_tag.items()]
    return sorted(found, key=lambda one: (one.mean_credit, one.tag))
