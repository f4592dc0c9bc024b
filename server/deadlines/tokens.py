"""Time tokens: derived from attempts and rules, so that no token is ever lost or spent twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from assignments.late_policy import Counts, Offset
from server.deadlines.late_result import Outcome, ScoredHandIn, Step, StepKind, best
from server.deadlines.own_due import bounded
from server.deadlines.schedule import Rules


@dataclass(frozen=True, slots=True)
class TokenItem:
    """One assignment of a student, with all that says whether tokens help there."""

    slug: str
    rules: Rules
    due: datetime  # the student's own, before any token
    attempts: Sequence[ScoredHandIn]
    most: Decimal
    counts: Counts = Counts.BEST
    chosen: str | None = None
    reserved: int | None = None  # at most so many here, as the student wants it; None: as many as help


def spend(items: Iterable[TokenItem], per_term: int, day: Offset) -> dict[str, int]:
    """How many tokens each assignment takes, by slug.

    In the order of their common due moments, ties by slug, each takes the fewest that give the highest
    result, within its own bound, the student's reservation and what is left of the term's.
    """
    spent: dict[str, int] = {}
    left = per_term
    for item in _in_order(items):
        spent[item.slug] = _fewest(item, _bound(item, left), day)
        left -= spent[item.slug]
    return spent


def usable(items: Iterable[TokenItem], slug: str, per_term: int, day: Offset) -> int:
    """How many tokens could move the due moment of one assignment: those that earlier ones leave it.

    A hand-in is taken as long as `moved` by so many still takes it. Raises KeyError for a slug that is
    none of the items.
    """
    ordered = _in_order(items)
    at = next((at for at, item in enumerate(ordered) if item.slug == slug), None)
    if at is None:
        raise KeyError(slug)
    spent = spend(ordered[:at], per_term, day)
    return _bound(ordered[at], per_term - sum(spent.values()))


def moved(rules: Rules, due: datetime, tokens: int, day: Offset) -> datetime:
    """A student's due moment after so many tokens; the wall bounds it."""
    return bounded(rules, day.times(tokens).after(due, rules.zone)) if tokens else due


def outcome(item: TokenItem, tokens: int, day: Offset) -> Outcome:
    """What counts of an assignment with so many tokens, and why."""
    due = moved(item.rules, item.due, tokens, day)
    found = best(item.rules, due, item.attempts, item.most, item.counts, item.chosen)
    if not tokens or not found.steps:
        return found
    used = Step(StepKind.TOKENS, found.steps[0].points, count=tokens)
    return replace(found, steps=(found.steps[0], used, *found.steps[1:]))


def _in_order(items: Iterable[TokenItem]) -> list[TokenItem]:
    return sorted(items, key=lambda item: (item.rules.due, item.slug))


def _bound(item: TokenItem, left: int) -> int:
    reserved = left if item.reserved is None else item.reserved
    return max(0, min(item.rules.late.tokens, reserved, left))


def _fewest(item: TokenItem, most: int, day: Offset) -> int:
    results = [outcome(item, tokens, day).points for tokens in range(most + 1)]
    return results.index(max(results))
