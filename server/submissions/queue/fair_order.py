"""The queue: in which order gradings are released, and when a run may be expected to end."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

UNKNOWN_RUN = timedelta(seconds=30)  # before the first run of an assignment has ended


@dataclass(frozen=True, slots=True)
class Waiting:
    """A grading that wants to run. `owner` is the student's id, or None for a baseline."""

    grading_id: int
    owner: int | None
    slug: str
    due: datetime
    received_at: datetime
    priority: int = 0  # see models.Priority: a larger number goes later


@dataclass(frozen=True, slots=True)
class Running:
    """A grading that runs."""

    slug: str
    started_at: datetime
    yields: bool = False  # it goes back as soon as another waits for its grader


def line_up(waiting: Iterable[Waiting], in_flight: Iterable[int | None]) -> list[Waiting]:
    """The fair order of release; `in_flight` names the owner of each fresh run that is released or running.

    Regrades and trials wait for all that is fresh. Who has nothing under way goes first, who has one next,
    and so on: ten hand-ins of one student do not hold up another's first. Then the nearer deadline, then who
    came first. Baselines wait for everybody, and give way even while they run.
    """
    under_way = Counter((0, owner) for owner in in_flight if owner is not None)
    ranked = []
    for entry in sorted(waiting, key=lambda entry: (entry.received_at, entry.grading_id)):
        turn = 0
        if entry.owner is not None:
            turn = under_way[entry.priority, entry.owner]
            under_way[entry.priority, entry.owner] += 1
        place = (entry.due, entry.received_at, entry.grading_id)
        ranked.append((entry.priority, entry.owner is None, turn, *place, entry))
    return [entry for *_, entry in sorted(ranked, key=lambda row: row[:-1])]


def typical_runs(durations: Mapping[str, Sequence[timedelta]]) -> dict[str, timedelta]:
    """How long a run of each assignment usually takes, from the last few."""
    return {
        slug: timedelta(seconds=median(run.total_seconds() for run in known))
        for slug, known in durations.items()
        if known
    }


def expected_finish(
    ahead: Sequence[str],
    running: Sequence[Running],
    slots: int,
    typical: Mapping[str, timedelta],
    now: datetime,
) -> datetime | None:
    """When the last of `ahead` (slugs in order of release) is likely to be graded; None without a worker."""
    if slots < 1 or not ahead:
        return None
    staying = [run for run in running if not run.yields]
    free = [max(now, run.started_at + typical.get(run.slug, UNKNOWN_RUN)) for run in staying]
    free = heapq.nsmallest(slots, free) if len(free) > slots else free + [now] * (slots - len(free))
    heapq.heapify(free)
    finish = now
    for slug in ahead:
        finish = heapq.heappop(free) + typical.get(slug, UNKNOWN_RUN)
        heapq.heappush(free, finish)
    return finish
