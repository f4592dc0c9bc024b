"""What an attempt is worth after lateness, which attempt counts, and every step on the way, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from assignments.late_policy import Counts, Makeup, MakeupFor, Verb
from assignments.moments import end_of
from server.deadlines.schedule import REGULAR, DeadlinePhase, Rules, in_makeup, timing_at

HUNDREDTHS = 2  # digits after the point of points that count
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class ScoredHandIn:
    """A hand-in that was scored. `earned` is exact, 0 to the most that can be earned."""

    id: str
    arrival: datetime
    earned: Decimal


class StepKind(StrEnum):
    """Why points are what they are."""

    EARNED = "earned"
    TOKENS = "tokens"
    ON_TIME = "on_time"
    GRACE = "grace"
    KEEP = "keep"
    MINUS = "minus"
    CAP = "cap"
    FLOOR = "floor"
    NOT_OPEN = "not_open"
    CLOSED = "closed"
    PRACTICE = "practice"
    MAKEUP_CAP = "makeup_cap"
    ROUNDED = "rounded"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an explanation: what was done, and the points after it."""

    kind: StepKind
    points: Decimal
    share: Decimal | None = None  # 0 to 1, of what was earned or of the maximum
    late_by: timedelta = timedelta()
    count: int = 0  # late days, or tokens


@dataclass(frozen=True, slots=True)
class Outcome:
    """What counts for a student: the attempt, its points rounded once, and why."""

    attempt: str | None  # None: no attempt counts
    points: Decimal
    exact: Decimal  # before rounding
    steps: tuple[Step, ...] = ()
    makeup: bool = False  # whether it was handed in as a make-up


NO_ATTEMPT = Outcome(None, NOTHING, NOTHING)


def points_of(rules: Rules, due: datetime, attempt: ScoredHandIn, most: Decimal) -> Decimal:
    """What an attempt is worth to a student whose own due moment is `due`. Exact."""
    return explain(rules, due, attempt, most)[-1].points


def explain(rules: Rules, due: datetime, attempt: ScoredHandIn, most: Decimal) -> tuple[Step, ...]:
    """Every step from what was earned to what the attempt is worth; the last one has the points."""
    timing = timing_at(rules, due, attempt.arrival)
    earned = Step(StepKind.EARNED, attempt.earned)
    if timing.phase is DeadlinePhase.OPEN:
        on_time = attempt.arrival < end_of(due)
        return (earned, Step(StepKind.ON_TIME if on_time else StepKind.GRACE, attempt.earned))
    if timing.phase is DeadlinePhase.MAKEUP and rules.makeup:
        return (earned, _makeup_cap(rules.makeup, attempt, most))
    if timing.step is None:
        return (earned, Step(StepKind(timing.phase), NOTHING, late_by=timing.late_by, count=timing.late_day))
    step = rules.late.steps[timing.step]
    left = step.of(attempt.earned, most)
    late = Step(_KINDS[step.verb], left, step.share, timing.late_by, timing.late_day)
    floor = min(rules.late.floor * most, attempt.earned)
    if left >= floor:
        return (earned, late)
    return (earned, late, Step(StepKind.FLOOR, floor, rules.late.floor))


def best(  # noqa: PLR0917 - all that decides, in the order in which it does
    rules: Rules,
    due: datetime,
    attempts: Iterable[ScoredHandIn],
    most: Decimal,
    counts: Counts = Counts.BEST,
    chosen: str | None = None,
) -> Outcome:
    """What counts of somebody's attempts: each is penalised before one of them is taken.

    Of equal ones the earlier counts. With `chosen`, an attempt that does not count cannot be chosen; until
    one is, the last that was on time counts, or if none was, the last. A make-up counts only where it is
    higher, and where only those may make up who have failed, only for them.
    """
    ordered = sorted(attempts, key=lambda one: (one.arrival, one.id))
    phases = {one.id: timing_at(rules, due, one.arrival).phase for one in ordered}
    regular = [
        _outcome(one, explain(rules, due, one, most), most) for one in ordered if phases[one.id] in REGULAR
    ]
    on_time = [
        one for one in regular if one.attempt is not None and phases[one.attempt] is DeadlinePhase.OPEN
    ]
    found = _taken(regular, on_time, counts, chosen)
    if rules.makeup is None or not may_make_up(rules.makeup, found.points, most):
        return found
    made_up = [
        _outcome(one, (Step(StepKind.EARNED, one.earned), _makeup_cap(rules.makeup, one, most)), most)
        for one in ordered
        if in_makeup(rules, one.arrival)
    ]
    second = replace(_taken(made_up, made_up, counts, chosen), makeup=True)
    return second if second.exact > found.exact else found


def may_make_up(makeup: Makeup, regular: Decimal, most: Decimal) -> bool:
    """Whether somebody may make up whose regular result is this."""
    return makeup.who is MakeupFor.ALL or regular < makeup.below * most


def rounded(value: Decimal, most: Decimal, digits: int = HUNDREDTHS) -> Decimal:
    """`value` rounded half up, but never up to `most` nor down to 0 unless it is that.

    9.996 of 10 is 9.99, for "10" says that nothing was missed; 0.004 is 0.01.
    """
    step = Decimal(1).scaleb(-digits)
    found, top = value.quantize(step, ROUND_HALF_UP), most.quantize(step, ROUND_HALF_UP)
    if value < most and found >= top:
        return top - step
    if value > 0 and found <= 0:
        return step
    return found


_KINDS = {Verb.KEEP: StepKind.KEEP, Verb.MINUS: StepKind.MINUS, Verb.CAP: StepKind.CAP}


def _makeup_cap(makeup: Makeup, attempt: ScoredHandIn, most: Decimal) -> Step:
    return Step(StepKind.MAKEUP_CAP, min(attempt.earned, makeup.cap * most), makeup.cap)


def _outcome(attempt: ScoredHandIn, steps: tuple[Step, ...], most: Decimal) -> Outcome:
    exact = steps[-1].points
    points = rounded(exact, most)
    if points != exact:
        steps = (*steps, Step(StepKind.ROUNDED, points))
    return Outcome(attempt.id, points, exact, steps)


def _taken(
    outcomes: Sequence[Outcome], on_time: Sequence[Outcome], counts: Counts, chosen: str | None
) -> Outcome:
    """The one that counts of several in the order of their arrival."""
    if not outcomes:
        return NO_ATTEMPT
    if counts is Counts.BEST:
        return max(outcomes, key=lambda one: one.exact)  # the first of equal ones
    if counts is Counts.LAST:
        return outcomes[-1]
    asked = [one for one in outcomes if one.attempt == chosen]
    return (asked or on_time or outcomes)[-1]
