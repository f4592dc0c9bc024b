"""The rules of the clock as a lecturer writes them: what lateness costs, the make-up, what counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from assignments.moments import days_later, end_of
from assignments.toml.fields import Fields

NONE, ALL = Decimal(0), Decimal(1)
LONGEST_OFFSET = timedelta(days=366)
MOST_STEPS = 60
CLOCK_CHANGE = timedelta(hours=1)  # how much longer or shorter a stretch of days by the wall clock may be
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)
_OFFSET = re.compile(r"\+?([0-9]{1,6})([wdhm])")


@dataclass(frozen=True, slots=True)
class Offset:
    """A stretch of time from a due moment on: days by the wall clock of the course, then hours that elapse.

    "+1d" and "+2w" keep the wall clock, also in a night with a clock change; "+36h" and "+90m" elapse.
    """

    days: int = 0
    elapsed: timedelta = timedelta()

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The moment this much later, in UTC."""
        return days_later(moment, self.days, zone) + self.elapsed

    def times(self, count: int) -> Offset:
        """The offset this many times over."""
        return Offset(self.days * count, self.elapsed * count)

    @property
    def shortest(self) -> timedelta:
        """How much time passes at least, whatever the clocks do meanwhile."""
        return timedelta(days=self.days) + self.elapsed - (CLOCK_CHANGE if self.days else timedelta())

    @property
    def longest(self) -> timedelta:
        """How much time passes at most."""
        return timedelta(days=self.days) + self.elapsed + (CLOCK_CHANGE if self.days else timedelta())

    def __str__(self) -> str:
        """As it is written in a file, like "+1d" or "+36h"."""
        if self.days or not self.elapsed:
            return f"+{self.days}d"
        unit, letter = (_MINUTE, "m") if self.elapsed % _HOUR else (_HOUR, "h")
        return f"+{self.elapsed // unit}{letter}"


class Verb(StrEnum):
    """What is done to the points of a late attempt."""

    KEEP = "keep"  # this share of what was earned is kept
    MINUS = "minus"  # this share of the maximum is taken off
    CAP = "cap"  # at most this share of the maximum counts


@dataclass(frozen=True, slots=True)
class LateStep:
    """What is done to an attempt that came after the step before, and up to `until` after the due moment."""

    until: Offset
    verb: Verb
    share: Decimal  # 0 to 1

    def of(self, earned: Decimal, most: Decimal) -> Decimal:
        """What is left of earned points where `most` can be earned. Exact."""
        if self.verb is Verb.KEEP:
            return earned * self.share
        if self.verb is Verb.MINUS:
            return max(NONE, earned - most * self.share)
        return min(earned, most * self.share)


class After(StrEnum):
    """What becomes of a hand-in after the last step."""

    CLOSED = "closed"  # it is not taken
    PRACTICE = "practice"  # it is run and reported, and worth nothing


@dataclass(frozen=True, slots=True)
class LatePolicy:
    """What lateness costs. All its dates count from the student's own due moment, but for `closes`."""

    grace: timedelta = timedelta()  # silent, at the due moment and at the end of each step
    steps: tuple[LateStep, ...] = ()
    floor: Decimal = NONE  # share of the maximum below which lateness takes nothing
    tokens: int = 0  # of the term's time tokens, at most this many here
    closes: datetime | None = None  # nothing passes it: neither a step nor an extension
    after: After = After.CLOSED

    @property
    def per_day(self) -> Decimal | None:
        """What each late day takes of the points, where it is the same for all days; else None."""
        share = ALL - self.steps[0].share if self.steps else NONE
        return share if self.steps == daily_steps(share, len(self.steps)) else None

    @property
    def last_day(self) -> int | None:
        """The number of late days, where each takes the same; else None."""
        return None if self.per_day is None else len(self.steps)


class MakeupFor(StrEnum):
    """Who may make up for an assignment."""

    FAILED = "failed"  # whose result is below `below`
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Makeup:
    """A second chance, some time after the deadline."""

    opens: datetime
    due: datetime
    cap: Decimal = ALL  # share of the maximum that can be reached
    who: MakeupFor = MakeupFor.FAILED
    below: Decimal = ALL  # share of the maximum below which somebody has failed
    fee: bool = False  # only for the department's list: money is taken elsewhere


class Counts(StrEnum):
    """Which of somebody's attempts counts."""

    BEST = "best"
    LAST = "last"
    CHOSEN = "chosen"


def read_offset(text: str) -> Offset:
    """The offset that "+1d", "+2w", "+36h" or "+90m" names; the sign may be left out. Raises ValueError."""
    match = _OFFSET.fullmatch(text)
    if match is None:
        raise ValueError('write a whole number and a unit, like "+1d", "+2w", "+36h" or "+90m"')
    number, unit = int(match[1]), match[2]
    if unit in "dw":
        found = Offset(days=number * (7 if unit == "w" else 1))
    else:
        found = Offset(elapsed=number * (_HOUR if unit == "h" else _MINUTE))
    if not timedelta() < found.longest <= LONGEST_OFFSET + CLOCK_CHANGE:
        raise ValueError(f"must be longer than nothing and at most {LONGEST_OFFSET.days} days")
    return found


def offset_in(table: Fields, name: str, default: Offset | None = None) -> Offset:
    """The offset under this key. Raises SpecError."""
    if default is not None and not table.has(name):
        return default
    written = table.text(name)
    try:
        return read_offset(written)
    except ValueError as error:
        raise table.error(name, str(error)) from error


def daily_steps(per_day: Decimal, last_day: int) -> tuple[LateStep, ...]:
    """What `per_day` and `last_day` stand for: each day keeps `per_day` less than the one before."""
    return tuple(
        LateStep(Offset(days=day), Verb.KEEP, max(NONE, ALL - day * per_day))
        for day in range(1, last_day + 1)
    )


def last_moment(due: datetime, late: LatePolicy, zone: ZoneInfo) -> datetime:
    """The last second of the schedule of a due moment, its grace included; `closes` bounds it."""
    ends = [due, *(step.until.after(due, zone) for step in late.steps)]
    last = end_of(max(ends)) + late.grace - timedelta(seconds=1)
    return last if late.closes is None else min(last, late.closes)


def read_late(table: Fields, due: datetime, zone: ZoneInfo) -> LatePolicy:
    """The table `[late]`. Raises SpecError."""
    with table:
        return LatePolicy(
            grace=table.duration("grace", timedelta(), timedelta(days=1), timedelta()),
            steps=_steps(table),
            floor=table.share("floor", NONE),
            tokens=table.integer("tokens", 0, 60, 0),
            closes=_later(table, "closes", zone, due, "due") if table.has("closes") else None,
            after=After(table.choice("after", After, After.CLOSED)),
        )


def read_makeup(table: Fields, due: datetime, zone: ZoneInfo) -> Makeup:
    """The table `[makeup]`. Raises SpecError."""
    with table:
        opens = _later(table, "opens", zone, due, "due")
        cap = table.share("cap", ALL)
        who = MakeupFor(table.choice("who", MakeupFor, MakeupFor.FAILED))
        if who is MakeupFor.FAILED and cap == ALL and not table.has("below"):
            problem = 'is missing: say who has failed, like below = 0.4, or write who = "all"'
            raise table.error("below", problem)
        return Makeup(
            opens=opens,
            due=_later(table, "due", zone, opens, "makeup.opens"),
            cap=cap,
            who=who,
            below=table.share("below", cap),
            fee=table.flag("fee", default=False),
        )


def _later(table: Fields, name: str, zone: ZoneInfo, than: datetime, what: str) -> datetime:
    moment = table.moment(name, zone)
    if moment <= than:
        raise table.error(name, f"must be later than {what}")
    return moment


def _steps(table: Fields) -> tuple[LateStep, ...]:
    if not table.has("steps"):
        return daily_steps(table.share("per_day", NONE), table.integer("last_day", 0, MOST_STEPS, 0))
    for name in ("per_day", "last_day"):
        if table.has(name):
            raise table.error(name, "is a shorthand for steps: write one or the other")
    tables = table.tables("steps")
    if not 1 <= len(tables) <= MOST_STEPS:
        raise table.error("steps", f"must be 1 to {MOST_STEPS} steps, not {len(tables)}")
    steps = tuple(_step(inner) for inner in tables)
    for inner, (earlier, later) in zip(tables[1:], pairwise(steps), strict=True):
        if later.until.shortest <= earlier.until.longest and not _later_alike(earlier.until, later.until):
            raise inner.error("until", f"must be later than the step before, {earlier.until}, {_SURELY}")
        _refuse_rise(inner, earlier, later)
    return steps


_SURELY = "also where the clocks change in between"


def _later_alike(earlier: Offset, later: Offset) -> bool:
    """Whether days are compared with days, or hours with hours: then no clock change matters."""
    if bool(earlier.days) == bool(later.days):
        return (earlier.days, earlier.elapsed) < (later.days, later.elapsed)
    return False


def _step(table: Fields) -> LateStep:
    with table:
        until = offset_in(table, "until")
        verbs = [verb for verb in Verb if table.has(verb)]
        if len(verbs) != 1:
            raise table.error(verbs[-1] if verbs else "keep", f"a step has one of {', '.join(Verb)}")
        return LateStep(until, verbs[0], table.share(verbs[0]))


def _refuse_rise(table: Fields, earlier: LateStep, later: LateStep) -> None:
    """Refuse a step that would ever leave more than the one before.

    What a step leaves is piecewise straight in what was earned, and bends at its share alone: where it
    leaves no more at the ends and at the bends, it never does.
    """
    for earned in sorted({ALL, earlier.share, later.share}, reverse=True):
        before, after = earlier.of(earned, ALL), later.of(earned, ALL)
        if after > before:
            raise table.error(
                later.verb,
                f"whoever is later must never get more: of {earned:f} of the points "
                f"{later.verb} = {later.share:f} leaves {after:f}, "
                f"but {earlier.verb} = {earlier.share:f} of the step before only {before:f}",
            )
