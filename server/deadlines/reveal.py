"""When private shares are told to students: not before nobody's hand-in can change what counts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from assignments.late_policy import Offset
from assignments.moments import end_of
from server.deadlines.schedule import Rules, in_makeup, last_makeup_moment, last_moment
from server.deadlines.tokens import moved


@dataclass(frozen=True, slots=True)
class Dates:
    """When an assignment opens, is due and closes for everybody, and when private shares are told."""

    rules: Rules
    reveal: datetime | None  # None: see `reveal_moment`
    edited: bool = False  # whether staff have set any of them over the file
    edit: int = 0  # the row in which staff did so last


def reveal_moment(dates: Dates, dues: Iterable[datetime], tokens: int, day: Offset) -> datetime:
    """The moment after which students see their private share.

    By default the end of the last line: with the latest of `dues`, the own due moments of all students, all
    the late days, and `tokens`, as many as one student may use. A result that is told while others still hand
    in would tell them what the held-out data like.
    """
    if dates.reveal is not None:
        return max(dates.reveal, dates.rules.due)  # a due moment that was moved past it moves it along
    rules = dates.rules
    latest = max((rules.due, *dues))
    return last_moment(rules, moved(rules, latest, tokens, day))


@dataclass(frozen=True, slots=True)
class Reveal:
    """When the private shares of one assignment are told. Each moment is the last second before that."""

    dates: Dates
    tokens: int  # that one student may use for it at most
    day: Offset  # of a token
    common: datetime  # of those who have no extension
    latest: datetime  # of the one whose extension reaches farthest

    def own(self, due: datetime, arrivals: Iterable[datetime]) -> datetime:
        """That of a student with this own due moment, who handed in at these.

        Not before their own line is over, where an extension makes it longer, nor before the make-up is, for
        those who have handed in as one: they would know what the held-out data like.
        """
        rules = self.dates.rules
        last = max(self.common, _end_of_line(self, due))
        if rules.makeup is not None and any(in_makeup(rules, arrival) for arrival in arrivals):
            return max(last, last_makeup_moment(rules, rules.makeup))
        return last

    def board_is_revealed(self, now: datetime) -> bool:
        """Whether students see the board of the private share: not while one of them may still hand in.

        Who has done so has a place on it, and would read there how good it was.
        """
        return is_revealed(self.latest, now) and not in_makeup(self.dates.rules, now)


def reveal_of(dates: Dates, dues: Iterable[datetime], tokens: int, day: Offset) -> Reveal:
    """When it is told, where the own due moments of all students are `dues`."""
    those = list(dues)
    common = reveal_moment(dates, those, tokens, day)
    found = Reveal(dates, tokens, day, common, common)
    return replace(found, latest=max((common, *(_end_of_line(found, due) for due in those))))


def not_before_earlier(reveals: Mapping[str, Reveal]) -> dict[str, Reveal]:
    """The same for assignments with time tokens.

    Tokens go to the assignments in order of their due: what an earlier one took, which follows from its
    private result, changes a later one. So none is told before those that are due earlier.
    """
    found: dict[str, Reveal] = {}
    for slug, one in sorted(reveals.items(), key=lambda item: (item[1].dates.rules.due, item[0])):
        earlier = [before.latest for before in found.values()]
        found[slug] = replace(one, common=max((one.common, *earlier)), latest=max((one.latest, *earlier)))
    return found


def is_revealed(last: datetime, now: datetime) -> bool:
    """Whether the last second of hand-ins is over: one that arrives within it is still taken."""
    return now >= end_of(last)


def _end_of_line(reveal: Reveal, due: datetime) -> datetime:
    """The end of the line of an extended student; of others nothing that `common` does not say."""
    rules = reveal.dates.rules
    if due <= rules.due:
        return reveal.common
    return last_moment(rules, moved(rules, due, reveal.tokens, reveal.day))
