"""Rules of participation: who counts as having taken part, in one quiz and over the weeks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean


@dataclass(frozen=True, slots=True)
class Rule:
    """Either threshold is enough; None is no threshold. Without both, having answered is enough."""

    least_correct: int | None = 3
    least_share: float | None = 0.25  # of the best player's credit in the room


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one player reached in one quiz."""

    answered: int
    correct: int
    credit: float


def took_part(outcome: Outcome, best_credit: float, rule: Rule) -> bool:
    """Whether somebody counts as present in a quiz whose best player reached `best_credit`."""
    if outcome.answered == 0:
        return False
    if rule.least_correct is None and rule.least_share is None:
        return True
    enough = rule.least_correct is not None and outcome.correct >= rule.least_correct
    good = rule.least_share is not None and best_credit > 0
    return enough or (good and outcome.credit >= (rule.least_share or 0) * best_credit)


def best_of(weeks: Mapping[str, float], all_weeks: Iterable[str], keep: int) -> float:
    """The mean of the best `keep` weeks of a semester; a week that was missed is 0. 0 where none counts."""
    credits_by_week = sorted((weeks.get(week, 0.0) for week in all_weeks), reverse=True)
    counted = credits_by_week[:keep]
    return fmean(counted) if counted else 0.0
