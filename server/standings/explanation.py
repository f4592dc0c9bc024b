"""Why points are what they are: from what was computed to a list of steps, each with a sentence. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from assignments.late_policy import Offset
from server.deadlines.rules import (
    NOTHING_COUNTS,
    ScoredHandIn,
    arrival_sentence,
    due_sentence,
    in_makeup,
    moved,
    points_of,
    rounded,
    ruling_sentence,
    step_sentence,
)
from server.errors import Text
from server.standings.computation import Computed, Share, Work, counting_runs
from server.standings.states import StandingState

Tell = Callable[[datetime], str]  # a moment as the reader is told it


class LineKind(StrEnum):
    """What a line of an explanation is about, besides the steps of lateness."""

    DUE = "due"
    NOTHING = "nothing"
    ARRIVAL = "arrival"
    RULING = "ruling"


@dataclass(frozen=True, slots=True)
class Because:
    """An extension or a decision of staff as far as an explanation says it."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Background:
    """What the numbers alone do not say."""

    tell: Tell
    day: Offset  # of a time token
    extension: Because | None = None  # that the own due moment follows from
    ruling: Because | None = None


@dataclass(frozen=True, slots=True)
class ExplanationLine:
    """One step: what was done, and the points after it, where it has any."""

    kind: str  # LineKind or StepKind
    text: Text
    points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """A hand-in that has earned something, and what it is worth now."""

    submission_id: str
    arrival: datetime
    earned: Decimal
    worth: Decimal
    counts: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """What counts on one share, and every step to it."""

    share: Share
    points: Decimal | None
    tokens: int
    lines: tuple[ExplanationLine, ...]
    attempts: tuple[AttemptLine, ...]


def explanation(computed: Computed, share: Share, background: Background) -> Explanation:
    """What somebody gets on one share, and why."""
    return Explanation(
        share=share,
        points=computed.points(share),
        tokens=computed.sides[share].tokens,
        lines=tuple(_lines(computed, share, background)),
        attempts=tuple(_attempts(computed, share, background.day)),
    )


def _lines(computed: Computed, share: Share, background: Background) -> Iterator[ExplanationLine]:
    work, side, tell = computed.work, computed.sides[share], background.tell
    because = background.extension
    due = due_sentence(tell(work.own.due), *((tell(because.at), because.reason) if because else ()))
    yield ExplanationLine(LineKind.DUE, due)
    if side.run is None:
        yield ExplanationLine(LineKind.NOTHING, NOTHING_COUNTS[_why_nothing(work)])
    else:
        yield ExplanationLine(LineKind.ARRIVAL, arrival_sentence(tell(side.run.arrival)))
        for step in side.outcome.steps:
            yield ExplanationLine(step.kind, step_sentence(step), step.points)
    if work.ruling is not None and background.ruling is not None:
        sentence = ruling_sentence(work.ruling.points, tell(background.ruling.at), background.ruling.reason)
        yield ExplanationLine(LineKind.RULING, sentence, work.ruling.points)


def _why_nothing(work: Work) -> StandingState:
    if counting_runs(work):
        return StandingState.SCORED
    under_way = any(run.is_under_way for run in work.runs)
    return StandingState.UNGRADED if under_way else StandingState.MISSING


def _attempts(computed: Computed, share: Share, day: Offset) -> Iterator[AttemptLine]:
    work, side = computed.work, computed.sides[share]
    due, makeup = moved(work.rules, work.own.due, side.tokens, day), work.rules.makeup
    for run in sorted(counting_runs(work), key=lambda run: (run.arrival, run.id)):
        earned = min(run.graded[share].earned, work.most)
        worth = points_of(work.rules, due, ScoredHandIn(run.id, run.arrival, earned), work.most)
        counts = side.run is not None and run.id == side.run.id
        if counts:
            worth = side.outcome.exact
        elif makeup is not None and in_makeup(work.rules, run.arrival):
            worth = max(worth, min(earned, makeup.cap * work.most))
        yield AttemptLine(run.id, run.arrival, earned, rounded(worth, work.most), counts)
