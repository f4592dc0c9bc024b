"""The queues as the database knows them: who runs, who waits for a worker, and in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.contract import Verdict
from server.submissions.models import AssignmentVersion, Grading, State, Submission, Worker
from server.submissions.published import spec_of
from server.submissions.waiting import (
    UNKNOWN_RUN,
    Running,
    Waiting,
    expected_finish,
    line_up,
    typical_runs,
)

WORKER_SEEN = timedelta(seconds=30)  # a grader that was silent for longer is not counted
RECENT_RUNS = 200
OPEN = (State.WAITING, State.RELEASED, State.RUNNING)


@dataclass(frozen=True, slots=True)
class Line:
    """One queue."""

    running: tuple[Running, ...]
    released: tuple[Waiting, ...]  # in order of release
    waiting: tuple[Waiting, ...]  # in the order in which they will be released
    slots: int  # how many runs the live workers can do at once
    longest_wall: timedelta  # of all runs in this line

    def position(self, grading_id: int) -> int | None:
        """1 for the run that starts next."""
        ahead = [entry.grading_id for entry in (*self.released, *self.waiting)]
        return ahead.index(grading_id) + 1 if grading_id in ahead else None


@dataclass(frozen=True, slots=True)
class Lines:
    """All queues at one moment."""

    by_queue: Mapping[str, Line]
    typical: Mapping[str, timedelta]  # run of an assignment, by slug
    now: datetime

    def position(self, grading: Grading) -> int | None:
        """1 for the run that starts next; None for one that does not wait."""
        line = self.by_queue.get(grading.queue)
        return line.position(grading.id) if line else None

    def expected_finish(self, grading: Grading, slug: str) -> datetime | None:
        """When a run is likely to end; None when it has ended or when no worker is alive."""
        if grading.state == State.RUNNING and grading.started_at:
            return max(self.now, grading.started_at + self.typical.get(slug, UNKNOWN_RUN))
        line, position = self.by_queue.get(grading.queue), self.position(grading)
        if line is None or position is None:
            return None
        ahead = [entry.slug for entry in (*line.released, *line.waiting)][:position]
        return expected_finish(ahead, line.running, line.slots, self.typical, self.now)


@dataclass(frozen=True, slots=True)
class _Row:
    entry: Waiting
    queue: str
    state: str
    released_at: datetime
    started_at: datetime
    wall: timedelta


def lines(session: Session, zone: ZoneInfo, now: datetime) -> Lines:
    """Every queue in which something waits or runs, or for which a worker is alive."""
    rows = _rows(session, zone, now)
    slots = live_slots(session, now)
    queues = {row.queue for row in rows} | set(slots)
    by_queue = {
        queue: _line([row for row in rows if row.queue == queue], slots.get(queue, 0)) for queue in queues
    }
    return Lines(by_queue, _typical(session) if rows else {}, now)


def live_slots(session: Session, now: datetime) -> dict[str, int]:
    """How many runs the workers of each queue can do at once."""
    slots: dict[str, int] = {}
    for worker in session.scalars(select(Worker).where(Worker.last_seen_at > now - WORKER_SEEN)):
        slots[worker.queue] = slots.get(worker.queue, 0) + worker.slots
    return slots


def _line(rows: list[_Row], slots: int) -> Line:
    running = [row for row in rows if row.state == State.RUNNING]
    released = [row for row in rows if row.state == State.RELEASED]
    waiting = [row.entry for row in rows if row.state == State.WAITING]
    released.sort(key=lambda row: (row.released_at, row.entry.grading_id))
    return Line(
        running=tuple(Running(row.entry.slug, row.started_at) for row in running),
        released=tuple(row.entry for row in released),
        waiting=tuple(line_up(waiting, [row.entry.owner for row in (*running, *released)])),
        slots=slots,
        longest_wall=max((row.wall for row in rows), default=timedelta()),
    )


def _rows(session: Session, zone: ZoneInfo, now: datetime) -> list[_Row]:
    columns = (Grading.id, Grading.queue, Grading.state, Grading.released_at, Grading.started_at)
    rows = session.execute(
        select(*columns, Grading.version_id, Submission.user_id, Submission.slug, Submission.received_at)
        .join(Submission)
        .where(Grading.state.in_(OPEN))
    ).all()
    wanted = {row.version_id for row in rows}
    versions = session.scalars(select(AssignmentVersion).where(AssignmentVersion.id.in_(wanted)))
    specs = {version.id: spec_of(version, zone) for version in versions}
    return [
        _Row(
            Waiting(row.id, row.user_id, row.slug, specs[row.version_id].window.due, row.received_at),
            row.queue,
            row.state,
            row.released_at or now,
            row.started_at or now,
            specs[row.version_id].limits.wall,
        )
        for row in rows
    ]


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
