"""Rules, moments and strategies for the tests of the clock: keyword defaults, one line each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from assignments.late_policy import After, Counts, LatePolicy, LateStep, Makeup, MakeupFor, Offset, Verb
from assignments.late_policy import daily_steps as daily
from server.deadlines.late_result import ScoredHandIn
from server.deadlines.schedule import Rules

ZONE = ZoneInfo("Europe/Budapest")
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
TEN = Decimal(10)


def local(text: str) -> datetime:
    """A moment by the wall clock of the course, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


DUE = local("2026-11-10T23:59:59")  # no clock changes near it


def dec(number: float | str) -> Decimal:
    return Decimal(str(number))


def step(until: str | int, verb: str = "keep", share: float = 0.5) -> LateStep:
    """One step; a number is days."""
    offset = (
        Offset(days=until) if isinstance(until, int) else Offset(elapsed=timedelta(hours=int(until[:-1])))
    )
    return LateStep(offset, Verb(verb), dec(share))


def policy(per_day: float = 0.1, last_day: int = 3, **more: Any) -> LatePolicy:  # noqa: ANN401
    """Five minutes of grace and, unless steps are given, ten percent a day for three days."""
    return LatePolicy(**{"grace": 5 * MINUTE, "steps": daily(dec(per_day), last_day)} | more)


def rules(due: datetime = DUE, late: LatePolicy | None = None, makeup: Makeup | None = None) -> Rules:
    """The clock of an assignment that opened a month before it is due."""
    return Rules(due - 30 * DAY, due, policy() if late is None else late, makeup, ZONE)


def makeup(after: int = 30, **more: Any) -> Makeup:  # noqa: ANN401
    """A make-up of a week, some days after DUE, up to 40 percent for those below that."""
    opens = DUE + after * DAY
    told = {"opens": opens, "due": opens + 7 * DAY, "cap": dec(0.4), "below": dec(0.4)}
    return Makeup(**told | more)


def attempt(arrival: datetime, earned: float = 8, name: str = "a") -> ScoredHandIn:
    return ScoredHandIn(name, arrival, dec(earned))


SHARES = st.integers(0, 100).map(lambda hundredth: Decimal(hundredth) / 100)
POINTS = st.integers(0, 1000).map(lambda hundredth: Decimal(hundredth) / 100)  # of ten
DUES = st.integers(0, 730 * 86400).map(lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
ARRIVALS = st.integers(-31 * 86400, 60 * 86400).map(lambda s: timedelta(seconds=s))  # after the due moment
GRID = [Decimal(hundredth) / 100 for hundredth in range(101)]


def never_rises(earlier: LateStep, later: LateStep) -> bool:
    """By trying every hundredth: where shares are hundredths, these are all the bends."""
    return all(later.of(earned, Decimal(1)) <= earlier.of(earned, Decimal(1)) for earned in GRID)


@st.composite
def steps(draw: st.DrawFn) -> tuple[LateStep, ...]:
    """Any sound line: offsets rise, and no step ever leaves more than the one before."""
    found: list[LateStep] = []
    for days in sorted(draw(st.sets(st.integers(1, 12), max_size=5))):
        elapsed = draw(st.booleans())
        until = Offset(elapsed=days * DAY + 2 * timedelta(hours=1)) if elapsed else Offset(days=days)
        request = LateStep(until, draw(st.sampled_from(Verb)), draw(SHARES))
        if not found or never_rises(found[-1], request):
            found.append(request)
    return tuple(found)


@st.composite
def clocks(draw: st.DrawFn, *, with_makeup: bool = True) -> Rules:
    """Any sound clock, with everything that a file can say."""
    due = draw(DUES)
    late = LatePolicy(
        grace=draw(st.sampled_from([timedelta(), 5 * MINUTE, 3 * 60 * MINUTE])),
        steps=draw(steps()),
        floor=draw(st.just(Decimal(0)) | SHARES),
        tokens=draw(st.integers(0, 3)),
        closes=draw(st.none() | st.integers(1, 15 * 86400).map(lambda s: due + timedelta(seconds=s))),
        after=draw(st.sampled_from(After)),
    )
    second = draw(st.none() | makeups(due)) if with_makeup else None
    return Rules(due - 30 * DAY, due, late, second, ZONE)


@st.composite
def makeups(draw: st.DrawFn, due: datetime) -> Makeup:
    """One that takes nothing from those who do better: whoever has not failed has at least its cap."""
    opens = due + timedelta(seconds=draw(st.integers(1, 40 * 86400)))
    cap = draw(SHARES)
    who = draw(st.sampled_from(MakeupFor))
    return Makeup(opens, opens + draw(st.integers(1, 9)) * DAY, cap, who, max(cap, draw(SHARES)))


@st.composite
def attempts(draw: st.DrawFn, clock: Rules, *, most: int = 5) -> list[ScoredHandIn]:
    """Hand-ins at any moment, before the opening and after the end too."""
    drawn = draw(st.lists(st.tuples(ARRIVALS, POINTS), max_size=most))
    return [
        ScoredHandIn(f"a{number}", clock.due + offset, earned)
        for number, (offset, earned) in enumerate(drawn)
    ]


COUNTS = st.sampled_from(Counts)


def with_due(clock: Rules, due: datetime) -> Rules:
    return replace(clock, due=due)
