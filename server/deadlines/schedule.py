"""The schedule of an assignment: what holds at which moment, counted from one student's own due moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from assignments.late_policy import After, LatePolicy, Makeup, Offset
from assignments.late_policy import last_moment as last_of_line
from assignments.moments import end_of
from assignments.spec import Assignment


class DeadlinePhase(StrEnum):
    """What holds at a moment."""

    NOT_OPEN = "not_open"
    OPEN = "open"
    LATE = "late"
    CLOSED = "closed"  # nothing is taken
    PRACTICE = "practice"  # it is run and reported, and worth nothing
    MAKEUP = "makeup"


TAKEN = frozenset({DeadlinePhase.OPEN, DeadlinePhase.LATE, DeadlinePhase.PRACTICE, DeadlinePhase.MAKEUP})
REGULAR = frozenset({DeadlinePhase.OPEN, DeadlinePhase.LATE})
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rules:
    """The clock of one assignment. Moments are in UTC, and inclusive to the end of their second."""

    opens: datetime
    due: datetime  # of everybody who has no later one of their own
    late: LatePolicy
    makeup: Makeup | None
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Timing:
    """Where a moment lies on the line of dates. Within the grace it is on time, in a make-up not late."""

    phase: DeadlinePhase
    late_by: timedelta = timedelta()  # counted from the due moment, not from the grace
    step: int | None = None  # place in `late.steps`, while it is late
    late_day: int = 0  # 1 for the first late day by the calendar of the zone

    @property
    def takes(self) -> bool:
        """Whether a hand-in is taken at this moment, be it for nothing."""
        return self.phase in TAKEN


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of the line in which the same holds, from `begins` to just before `ends`."""

    phase: DeadlinePhase
    begins: datetime
    ends: datetime | None  # None: it does not end
    until: datetime | None = None  # its last second as people are told it: without the silent grace
    step: int | None = None


def rules_of(assignment: Assignment, zone: ZoneInfo) -> Rules:
    """The clock of an assignment as its file says it."""
    window = assignment.window
    return Rules(window.opens, window.due, assignment.late, assignment.makeup, zone)


def timing_at(rules: Rules, due: datetime, arrival: datetime) -> Timing:
    """Where an arrival lies for a student whose own due moment is `due`.

    A boundary belongs to the student: what is due at 23:59:59 is on time until 23:59:59.999, and with five
    minutes of grace until 00:04:59.999. The grace is the same at the end of each step.
    """
    if arrival < rules.opens:
        return Timing(DeadlinePhase.NOT_OPEN)
    stage = next(stage for stage in _line(rules, due) if stage.ends is None or arrival < stage.ends)
    if stage.phase in {DeadlinePhase.OPEN, DeadlinePhase.MAKEUP}:
        return Timing(stage.phase)
    return Timing(stage.phase, arrival - due, stage.step, late_day(rules, due, arrival))


def in_makeup(rules: Rules, arrival: datetime) -> bool:
    """Whether an arrival lies in the make-up, also where the student's own line still goes on."""
    makeup = rules.makeup
    return makeup is not None and makeup.opens <= arrival < _makeup_end(rules, makeup)


def stages(rules: Rules, due: datetime) -> tuple[Stage, ...]:
    """The line in order, from the opening on, without a gap; the last stage does not end."""
    return tuple(_line(rules, due))


def edges(rules: Rules, due: datetime) -> tuple[datetime, ...]:
    """The moments at which something changes, in order: `timing_at` of an edge says what begins there."""
    return tuple(stage.begins for stage in _line(rules, due))


def last_moment(rules: Rules, due: datetime) -> datetime:
    """The last second in which a hand-in counts for a student, but for a make-up; its grace is in it."""
    return last_of_line(due, rules.late, rules.zone)


def last_makeup_moment(rules: Rules, makeup: Makeup) -> datetime:
    """The last second in which a make-up is taken; its grace is in it."""
    return makeup.due + rules.late.grace


def late_day(rules: Rules, due: datetime, arrival: datetime) -> int:
    """How many days by the calendar of the zone an arrival is late; each ends with the grace."""
    grace, day = rules.late.grace, max(0, (arrival - due).days - 1)
    while arrival >= end_of(Offset(days=day).after(due, rules.zone)) + grace:
        day += 1
    return day


def _line(rules: Rules, due: datetime) -> Iterator[Stage]:
    begins, late = rules.opens, rules.late
    closes = late.closes or NEVER
    dues = [due, *(step.until.after(due, rules.zone) for step in late.steps)]
    for number, at in enumerate(dues):
        ends = min(end_of(at) + late.grace, end_of(closes))
        if begins < ends:
            phase, step = (DeadlinePhase.LATE, number - 1) if number else (DeadlinePhase.OPEN, None)
            yield Stage(phase, begins, ends, min(at, closes), step)
            begins = ends
    yield from _rest(rules, begins)


def _rest(rules: Rules, begins: datetime) -> Iterator[Stage]:
    """What comes after the last step: the make-up, and `after` around it."""
    after = DeadlinePhase.PRACTICE if rules.late.after is After.PRACTICE else DeadlinePhase.CLOSED
    if makeup := rules.makeup:
        ends = _makeup_end(rules, makeup)
        if begins < makeup.opens:
            yield Stage(after, begins, makeup.opens)
            begins = makeup.opens
        if begins < ends:
            yield Stage(DeadlinePhase.MAKEUP, begins, ends, makeup.due)
            begins = ends
    yield Stage(after, begins, None)


def _makeup_end(rules: Rules, makeup: Makeup) -> datetime:
    return end_of(last_makeup_moment(rules, makeup))
