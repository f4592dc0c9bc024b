"""What counts of one student's work: from runs, rules and decisions to standings. Pure.

Everything is done twice: for the private share, which counts, and for the public one, which students see
before the reveal. Neither tells anything of the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from assignments.late_policy import Counts, Offset
from server.deadlines.rules import (
    NO_ATTEMPT,
    Outcome,
    OwnDue,
    Rules,
    ScoredHandIn,
    TokenItem,
    moved,
    outcome,
    spend,
    timing_at,
)
from server.standings.states import RunState, StandingState


class Share(StrEnum):
    """Which part of the held-out data a number is of."""

    PUBLIC = "public"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Graded:
    """What a run has come to on one share. A failure of its own has earned nothing, and has no score."""

    earned: Decimal
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One hand-in of a student, with the run in force for it."""

    id: str
    run_of: str  # the hand-in whose run it is: the same content is run but once
    arrival: datetime
    state: RunState
    version_id: int
    graded: Mapping[Share, Graded]  # empty unless it has earned something, be it nothing
    final: bool = False
    failed: bool = False
    our_fault: bool = False
    content: str | None = None  # digest of what was handed in, where it is known

    @property
    def is_under_way(self) -> bool:
        """Whether its run has not ended."""
        return self.state is RunState.UNDER_WAY


@dataclass(frozen=True, slots=True)
class Ruling:
    """The newest decision of staff that sets points or state."""

    id: int
    state: StandingState
    points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """All that one student's standing for one assignment follows from."""

    slug: str
    rules: Rules
    own: OwnDue
    most: Decimal  # points that can be earned
    counts: Counts = Counts.BEST
    chosen: str | None = None
    reserved: int | None = None  # tokens at most, as the student wants it
    runs: tuple[Run, ...] = ()
    voided: frozenset[str] = frozenset()  # hand-ins that count no more, by `run_of` and by content
    ruling: Ruling | None = None

    def is_void(self, run: Run) -> bool:
        """Whether that was decided of this hand-in, or of one with the same content."""
        return run.run_of in self.voided or run.content in self.voided


@dataclass(frozen=True, slots=True)
class Side:
    """What counts on one share, before any ruling."""

    outcome: Outcome
    run: Run | None  # that counts
    tokens: int
    late_by: timedelta  # of that run, after extension and tokens
    score: float | None
    earned: Decimal | None


@dataclass(frozen=True, slots=True)
class Computed:
    """A standing as it follows from the work. A ruling sets state and points of both shares."""

    work: Work
    state: StandingState
    sides: Mapping[Share, Side]

    def points(self, share: Share) -> Decimal | None:
        """The points of this share; None where there are none, or none yet."""
        if self.work.ruling is not None:
            return self.work.ruling.points
        return self.sides[share].outcome.points if self.state is StandingState.SCORED else None


def compute(works: Iterable[Work], per_term: int, day: Offset) -> dict[str, Computed]:
    """The standings of one student, by slug. Tokens are spent over all that are given here."""
    those = list(works)
    sides = {share: _sides(those, per_term, day, share) for share in Share}
    return {
        work.slug: Computed(work, _state(work), {share: found[work.slug] for share, found in sides.items()})
        for work in those
    }


def counting_runs(work: Work) -> tuple[Run, ...]:
    """The runs out of which one is taken. Where there is a final run, it alone counts."""
    runs = [run for run in work.runs if run.state is RunState.EARNED and not work.is_void(run)]
    return tuple(run for run in runs if run.final) or tuple(runs)


def _sides(works: Sequence[Work], per_term: int, day: Offset, share: Share) -> dict[str, Side]:
    spent = spend([token_item(work, share) for work in works], per_term, day)
    return {work.slug: _side(work, _item(work, share), spent[work.slug], day, share) for work in works}


def token_item(work: Work, share: Share) -> TokenItem:
    """An assignment as tokens are spent on it. What staff have decided no token can change."""
    item = _item(work, share)
    return item if work.ruling is None else replace(item, attempts=())


def _item(work: Work, share: Share) -> TokenItem:
    attempts = tuple(
        ScoredHandIn(run.id, run.arrival, _earned(run, work, share)) for run in counting_runs(work)
    )
    return TokenItem(
        work.slug, work.rules, work.own.due, attempts, work.most, work.counts, work.chosen, work.reserved
    )


def _earned(run: Run, work: Work, share: Share) -> Decimal:
    """An older version may have given more than can be earned now."""
    return min(run.graded[share].earned, work.most)


def _side(work: Work, item: TokenItem, tokens: int, day: Offset, share: Share) -> Side:
    found = outcome(item, tokens, day)
    run = next((run for run in work.runs if run.id == found.attempt), None)
    if run is None:
        return Side(NO_ATTEMPT, None, 0, timedelta(), None, None)
    due = moved(work.rules, work.own.due, tokens, day)
    late_by = timing_at(work.rules, due, run.arrival).late_by
    return Side(found, run, tokens, late_by, run.graded[share].score, _earned(run, work, share))


def _state(work: Work) -> StandingState:
    if work.ruling is not None:
        return work.ruling.state
    if counting_runs(work):
        return StandingState.SCORED
    under_way = any(run.is_under_way for run in work.runs)
    return StandingState.UNGRADED if under_way else StandingState.MISSING
