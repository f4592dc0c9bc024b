"""The queues as the database knows them: who runs, who waits for a worker, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from threading import Lock
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, load_only

from grader.contract import Verdict, WorkerState
from server.grading.service import (
    UNDER_WAY,
    AssignmentVersion,
    Grading,
    Priority,
    State,
    Submission,
    readable_spec,
)
from server.submissions.models import Worker
from server.submissions.queue.fair_order import (
    UNKNOWN_RUN,
    Running,
    Waiting,
    expected_finish,
    line_up,
    typical_runs,
)

WORKER_SEEN = timedelta(seconds=30)  # a grader that was silent for longer is not counted
RECENT_RUNS = 200
QUEUED = (State.WAITING, State.RELEASED)
FRESH = timedelta(seconds=2)  # for so long what was seen of the queues is good enough to show
FRESH_TYPICAL = timedelta(seconds=30)


@dataclass(frozen=True)
class Line:
    """One queue."""

    running: tuple[Running, ...]
    released: tuple[Waiting, ...]  # in order of release
    waiting: tuple[Waiting, ...]  # in the order in which they will be released
    paused: tuple[Waiting, ...]  # they came back, and go out again after a pause
    slots: int  # how many runs the live workers can do at once
    longest_wall: timedelta  # of all runs in this line

    @cached_property
    def ahead(self) -> tuple[str, ...]:
        """The slugs of all that will run, in their order."""
        return tuple(entry.slug for entry in (*self.released, *self.waiting, *self.paused))

    @cached_property
    def positions(self) -> Mapping[int, int]:
        """By grading: 1 for the run that starts next."""
        order = enumerate((*self.released, *self.waiting, *self.paused), start=1)
        return {entry.grading_id: position for position, entry in order}


@dataclass(frozen=True, slots=True)
class Lines:
    """All queues at one moment."""

    by_queue: Mapping[str, Line]
    typical: Mapping[str, timedelta]  # run of an assignment, by slug
    now: datetime

    def position(self, grading: Grading) -> int | None:
        """1 for the run that starts next; None for one that does not wait."""
        line = self.by_queue.get(grading.queue)
        return line.positions.get(grading.id) if line and grading.state in QUEUED else None

    def expected_finish(self, grading: Grading, slug: str) -> datetime | None:
        """When a run is likely to end; None when it has ended or when no worker is alive."""
        if grading.state == State.RUNNING and grading.started_at:
            return max(self.now, grading.started_at + self.typical.get(slug, UNKNOWN_RUN))
        line, position = self.by_queue.get(grading.queue), self.position(grading)
        if line is None or position is None:
            return None
        return expected_finish(line.ahead[:position], line.running, line.slots, self.typical, self.now)

    def no_grader(self, grading: Grading) -> bool:
        """Whether a run waits and nobody is there to take it."""
        line = self.by_queue.get(grading.queue)
        return grading.state in QUEUED and (line is None or line.slots == 0)

    def knows(self, wanted: Collection[Grading]) -> bool:
        """Whether each of these has a position."""
        return all(self.position(grading) is not None for grading in wanted)


class LinesSeen:
    """The queues as this process saw them last: many look at what few change. Safe between threads."""

    def __init__(self, clock: Callable[[], datetime] | None = None) -> None:
        """`clock` is the one that graders' signs of life go by; by default that of whoever looks."""
        self._clock = clock
        self._lock = Lock()
        self._lines: Lines | None = None
        self._typical: Mapping[str, timedelta] = {}
        self._typical_at: datetime | None = None

    def at(self, session: Session, zone: ZoneInfo, now: datetime, wanted: Collection[Grading]) -> Lines:
        """All queues, at most FRESH ago; looked at anew for somebody who has come since."""
        with self._lock:
            seen = self._lines
            if seen is None or not _fresh(seen.now, now, FRESH) or not seen.knows(wanted):
                alive_at = self._clock() if self._clock else now
                seen = self._lines = Lines(queues(session, zone, alive_at), {}, now)
            return replace(seen, typical=self._typical_now(session, now), now=now)

    def running(self, session: Session, now: datetime) -> Lines:
        """All that it takes to show runs under way: who waits plays no part."""
        with self._lock:
            return Lines({}, self._typical_now(session, now), now)

    def _typical_now(self, session: Session, now: datetime) -> Mapping[str, timedelta]:
        if self._typical_at is None or not _fresh(self._typical_at, now, FRESH_TYPICAL):
            self._typical, self._typical_at = _typical(session), now
        return self._typical


def _fresh(seen_at: datetime, now: datetime, limit: timedelta) -> bool:
    return abs(now - seen_at) < limit


@dataclass(frozen=True, slots=True)
class _Row:
    entry: Waiting
    queue: str
    state: str
    released_at: datetime
    started_at: datetime
    wall: timedelta
    paused: bool


def queues(session: Session, zone: ZoneInfo, now: datetime) -> dict[str, Line]:
    """Every queue in which something waits or runs, or for which a worker is alive."""
    rows = _rows(session, zone, now)
    slots = live_slots(session, now)
    names = {row.queue for row in rows} | set(slots)
    return {name: _line([row for row in rows if row.queue == name], slots.get(name, 0)) for name in names}


def live_slots(session: Session, now: datetime) -> dict[str, int]:
    """How many runs the workers of each queue can do at once. Those that take no jobs are not counted."""
    slots: dict[str, int] = {}
    for worker in session.scalars(select(Worker).where(*takes_jobs(now))):
        slots[worker.queue] = slots.get(worker.queue, 0) + worker.slots
    return slots


def takes_jobs(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Conditions on a worker: it was heard of a moment ago, and takes jobs. `now` is the database's.

    One that was heard of in the future has been so before the clock was set back.
    """
    seen = Worker.last_seen_at.between(now - WORKER_SEEN, now + WORKER_SEEN)
    return seen, Worker.state == WorkerState.READY


def _line(rows: list[_Row], slots: int) -> Line:
    running = [row for row in rows if row.state == State.RUNNING]
    released = [row for row in rows if row.state == State.RELEASED]
    waiting = [row.entry for row in rows if row.state == State.WAITING and not row.paused]
    paused = [row.entry for row in rows if row.state == State.WAITING and row.paused]
    released.sort(key=lambda row: (row.released_at, row.entry.grading_id))
    return Line(
        running=tuple(
            Running(row.entry.slug, row.started_at, yields=row.entry.priority == Priority.BASELINE)
            for row in running
        ),
        released=tuple(row.entry for row in released),
        waiting=tuple(line_up(waiting, _owners_of_fresh([*running, *released]))),
        paused=tuple(line_up(paused, [])),
        slots=slots,
        longest_wall=max((row.wall for row in rows), default=timedelta()),
    )


def _owners_of_fresh(rows: list[_Row]) -> list[int | None]:
    return [row.entry.owner for row in rows if row.entry.priority == Priority.FRESH]


def _rows(session: Session, zone: ZoneInfo, now: datetime) -> list[_Row]:
    columns = (Grading.id, Grading.queue, Grading.state, Grading.released_at, Grading.started_at)
    rows = session.execute(
        select(
            *columns,
            Grading.priority,
            Grading.not_before,
            Grading.version_id,
            Submission.user_id,
            Submission.slug,
            Submission.received_at,
        )
        .join(Submission)
        .where(Grading.state.in_(UNDER_WAY))
    ).all()
    wanted = {row.version_id for row in rows}
    versions = session.scalars(_tomls().where(AssignmentVersion.id.in_(wanted)))
    specs = {version.id: readable_spec(version, zone) for version in versions}
    return [
        _Row(
            Waiting(row.id, row.user_id, row.slug, spec.window.due, row.received_at, row.priority),
            row.queue,
            row.state,
            row.released_at or now,
            row.started_at or now,
            spec.limits.wall,
            row.not_before is not None and row.not_before > now,
        )
        for row in rows
        if (spec := specs[row.version_id]) is not None
    ]


def _tomls() -> Select[AssignmentVersion]:
    return select(AssignmentVersion).options(load_only(AssignmentVersion.toml))


def _typical(session: Session) -> dict[str, timedelta]:
    recent = (
        select(Submission.slug, Grading.started_at, Grading.finished_at)
        .join(Submission)
        .where(Grading.started_at.is_not(None), Grading.finished_at.is_not(None))
        .where(Grading.verdict != Verdict.GRADER_ERROR)
        .order_by(Grading.finished_at.desc())
        .limit(RECENT_RUNS)
    )
    durations: dict[str, list[timedelta]] = {}
    for slug, started_at, finished_at in session.execute(recent):
        if started_at and finished_at:
            durations.setdefault(slug, []).append(finished_at - started_at)
    return typical_runs(durations)
