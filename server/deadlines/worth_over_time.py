"""What all points of an assignment would be worth at each moment, for one student: computed from the line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from assignments.late_policy import Offset
from assignments.moments import end_of
from server.deadlines.late_result import ScoredHandIn, points_of, rounded
from server.deadlines.schedule import DeadlinePhase, Rules, Stage, in_makeup, last_makeup_moment, stages
from server.deadlines.tokens import moved

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time in which a hand-in would be worth the same.

    `until` is its last second as people are told it, without the silent grace; None: it does not end.
    """

    phase: DeadlinePhase
    begins: datetime
    until: datetime | None
    worth: Decimal  # of all the points that can be earned, rounded
    tokens: int = 0  # that are used for it
    late_day: int = 0  # 1 for the first late step


def timeline(rules: Rules, due: datetime, most: Decimal, tokens: int, day: Offset) -> tuple[Stretch, ...]:
    """The line of a student from the opening on, who has so many tokens left for it.

    Of several numbers of tokens the fewest that give the most are used at each moment. What a make-up gives
    is told as if the student may make up.
    """
    lines = [stages(rules, moved(rules, due, count, day)) for count in range(tokens + 1)]
    begins = sorted({stage.begins for line in lines for stage in line} | _edges_of_makeup(rules))
    dues = [moved(rules, due, count, day) for count in range(tokens + 1)]
    found = [_best(rules, moment, lines, dues, most) for moment in begins]
    return tuple(_merged([*map(_up_to, found, found[1:]), found[-1]]))


def _edges_of_makeup(rules: Rules) -> set[datetime]:
    """Where a make-up begins and ends, which may be within the line of somebody who has more time."""
    if rules.makeup is None:
        return set()
    edges = rules.makeup.opens, end_of(last_makeup_moment(rules, rules.makeup))
    return {edge for edge in edges if edge > rules.opens}


def _up_to(one: Stretch, after: Stretch) -> Stretch:
    """Not longer than to the next one, which may be of another number of tokens."""
    last = after.begins - SECOND
    return replace(one, until=last if one.until is None else min(one.until, last))


def _best(
    rules: Rules, moment: datetime, lines: Sequence[Sequence[Stage]], dues: Sequence[datetime], most: Decimal
) -> Stretch:
    """What holds from a moment on, with the fewest tokens that give the most."""
    found = [
        _stretch(rules, moment, next(stage for stage in reversed(line) if stage.begins <= moment), due, most)
        for line, due in zip(lines, dues, strict=True)
    ]
    tokens = max(range(len(found)), key=lambda count: (found[count].worth, -count))
    return replace(found[tokens], tokens=tokens)


def _stretch(rules: Rules, moment: datetime, stage: Stage, due: datetime, most: Decimal) -> Stretch:
    attempt = ScoredHandIn("", moment, most)
    worth = points_of(rules, due, attempt, most)
    if rules.makeup is not None and in_makeup(rules, moment):
        worth = max(worth, rules.makeup.cap * most)
    until = stage.until or (stage.ends - SECOND if stage.ends else None)
    if until is not None and rules.makeup is not None and rules.makeup.opens <= moment <= rules.makeup.due:
        until = min(until, rules.makeup.due)
    late_day = 0 if stage.step is None else stage.step + 1
    return Stretch(stage.phase, moment, until, rounded(worth, most), late_day=late_day)


def _merged(found: Iterable[Stretch]) -> Iterator[Stretch]:
    """Neighbours in which the same holds as one."""
    before: Stretch | None = None
    for one in found:
        if before is not None and replace(one, begins=before.begins, until=before.until) == before:
            before = replace(before, until=one.until)
            continue
        if before is not None:
            yield before
        before = one
    if before is not None:
        yield before
