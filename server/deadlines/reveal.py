"""When private shares are told to students: not before nobody's hand-in can change what counts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from assignments.late_policy import Offset
from assignments.moments import end_of
from server.deadlines.line import Rules, in_makeup, last_makeup_moment, last_moment
from server.deadlines.tokens import moved


@dataclass(frozen=True, slots=True)
class Dates:
    """When an assignment opens, is due and closes for everybody, and when private shares are told."""

    rules: Rules
    reveal: datetime | None  # None: see `reveal_moment`
    edited: bool = False  # whether staff have set any of them over the file


def reveal_moment(dates: Dates, dues: Iterable[datetime], tokens: int, day: Offset) -> datetime:
    """The moment after which students see their private share.

    By default the end of the last line: with the latest of `dues`, the own due moments of all students, all
    the late days, and `tokens`, as many as one student may use. A result that is told while others still hand
    in would tell them what the held-out data like.
    """
    if dates.reveal is not None:
        return dates.reveal
    rules = dates.rules
    latest = max((rules.due, *dues))
    return last_moment(rules, moved(rules, latest, tokens, day))


def not_before_earlier(moments: Mapping[str, tuple[datetime, datetime]]) -> dict[str, datetime]:
    """When the private shares of assignments with time tokens are told, given each one's due and own moment.

    Tokens go to the assignments in order of their due: what an earlier one took, which follows from its
    private result, changes a later one. So none is told before those that are due earlier.
    """
    told: dict[str, datetime] = {}
    for slug, (_due, moment) in sorted(moments.items(), key=lambda item: (item[1][0], item[0])):
        told[slug] = max(moment, *told.values()) if told else moment
    return told


def is_revealed(dates: Dates, reveal: datetime, arrivals: Iterable[datetime], now: datetime) -> bool:
    """Whether a student sees the private share of an assignment at this moment.

    Who has handed in as a make-up sees public numbers again until the make-up is over.
    """
    if not is_told(reveal, now):
        return False
    rules = dates.rules
    if rules.makeup is None or is_told(last_makeup_moment(rules, rules.makeup), now):
        return True
    return not any(in_makeup(rules, arrival) for arrival in arrivals)


def is_board_revealed(dates: Dates, reveal: datetime, now: datetime) -> bool:
    """Whether students see the board of the private share: not while somebody may hand in as a make-up.

    Who has done so has a place on it, and would read there how good it was.
    """
    return is_told(reveal, now) and not in_makeup(dates.rules, now)


def is_told(last: datetime, now: datetime) -> bool:
    """Whether the last second of hand-ins is over: one that arrives within it is still taken."""
    return now >= end_of(last)
