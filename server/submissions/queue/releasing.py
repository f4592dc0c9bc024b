"""From waiting to the broker: which gradings go next, and what becomes of those that got lost on the way."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session, selectinload

from assignments.limits import LONGEST_WALL
from grader.contract import BundleFile, GradeJob
from server.grading.service import Grading, HeldOutKeys, Priority, State, Submission, held_out_keys
from server.submissions.models import Outbox
from server.submissions.queue.losses import LONGEST_PAUSE
from server.submissions.queue.outcomes import lose, put_back
from server.submissions.queue.positions import Line, live_slots, queues
from server.submissions.queue.silence import LEASE, Reading, silent_before

JOBS_PER_SLOT = 2  # one that runs, and one at hand for when it ends
RELEASED_MARGIN = timedelta(minutes=2)
LONGEST_RELEASE = 2 * LONGEST_WALL + RELEASED_MARGIN
SENDING = timedelta(seconds=10)  # for longer nobody is between committing and publishing
NO_KEY = "0" * 64  # of a trial, which has no business with held-out data
OVERDUE = timedelta(seconds=30)  # an idle grader has taken a job long before


@dataclass(frozen=True, slots=True)
class Release:
    """A grading on its way to the broker."""

    grading_id: int
    submission_id: str
    queue: str
    job: GradeJob
    lease_until: datetime


class KeyRing:
    """The held-out keys of the courses whose runs go out, each read once."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session, self._now = session, now
        self._known: dict[int, HeldOutKeys] = {}

    def of(self, grading: Grading) -> HeldOutKeys:
        """Those of the course to which a run belongs."""
        course_id = grading.version.course_id
        if course_id not in self._known:
            self._known[course_id] = held_out_keys(self._session, course_id, self._now)
        return self._known[course_id]


def release(session: Session, zone: ZoneInfo, now: datetime) -> list[Release]:
    """Give the next gradings a fresh attempt and a lease, as many as the live workers have use for."""
    released, keys = [], KeyRing(session, now)
    for line in queues(session, zone, now).values():
        chosen = _chosen(line)
        lease_until = now + _lease(line)
        for grading in _lock(session, chosen):
            grading.state = State.RELEASED
            grading.attempt += 1
            grading.attempt_id = secrets.token_urlsafe(32)
            grading.released_at, grading.lease_until, grading.not_before = now, lease_until, None
            if grading.seed is None:
                grading.seed = seed_of(grading.submission)
            released.append(_release(grading, keys.of(grading)))
    return released


def _chosen(line: Line) -> list[int]:
    """The gradings that go out next.

    One that is fresh lies at hand behind each that runs. What is not fresh goes out only to graders that have
    nothing to do: so that whoever hands in waits for the end of one such run at most. Of baselines one is
    under way at a time: all of a queue would give way to the first job that comes.
    """
    under_way = len(line.running) + len(line.released)
    baselines = sum(run.yields for run in line.running)
    baselines += sum(entry.priority == Priority.BASELINE for entry in line.released)
    chosen: list[int] = []
    for entry in line.waiting:
        most = JOBS_PER_SLOT * line.slots if entry.priority == Priority.FRESH else line.slots
        baselines += entry.priority == Priority.BASELINE
        if under_way + len(chosen) >= most or (entry.priority == Priority.BASELINE and baselines > 1):
            break
        chosen.append(entry.grading_id)
    return chosen


def mark_sent(session: Session, release: Release, now: datetime) -> None:
    """The broker has it."""
    unsent = (Outbox.grading_id == release.grading_id, Outbox.sent_at.is_(None))
    session.execute(update(Outbox).where(*unsent).values(sent_at=now))


def take_back(session: Session, release: Release) -> None:
    """The broker could not be reached: as if it had never been released."""
    mine = (Grading.attempt_id == release.job.attempt_id, Grading.state == State.RELEASED)
    waiting = {"state": State.WAITING, "attempt_id": None, "lease_until": None, "released_at": None}
    session.execute(update(Grading).where(*mine).values(attempt=Grading.attempt - 1, **waiting))


def unsent(session: Session, now: datetime) -> list[Release]:
    """Released gradings of a dispatcher that died before it could say that the broker has them."""
    rows = (
        _with_files()
        .join(Outbox, Outbox.grading_id == Grading.id)
        .where(Outbox.sent_at.is_(None), Grading.state == State.RELEASED)
        .where(Grading.released_at < now - SENDING, Grading.lease_until > now)
    )
    found = session.scalars(rows).unique().all()
    keys = KeyRing(session, now)
    return [_release(grading, keys.of(grading)) for grading in found]


def send_again(session: Session, now: datetime) -> list[str]:
    """Let jobs be published again that graders should have begun by now: the broker may have lost them.

    Under way in a queue is nothing, and yet nobody takes what lies in it. The attempt stays the same, so if
    the first message is only late, the run may be done twice but counts once. Returns the submissions.
    """
    running = select(Grading.queue).where(Grading.state == State.RUNNING)
    rows = (
        select(Outbox, Grading.submission_id)
        .join(Grading, Outbox.grading_id == Grading.id)
        .where(Grading.state == State.RELEASED, Grading.lease_until > now)
        .where(Grading.released_at < now - OVERDUE, Outbox.sent_at < now - OVERDUE)
        .where(Outbox.sent_at >= Grading.released_at, Grading.queue.in_(live_slots(session, now)))
        .where(Grading.queue.not_in(running))
        .with_for_update(skip_locked=True, of=Outbox)
    )
    again = session.execute(rows).all()
    for outbox, _submission_id in again:
        outbox.sent_at = None
    return [submission_id for _outbox, submission_id in again]


def reconcile(session: Session, reading: Reading | None, now: datetime) -> list[str]:
    """Take silent runs for lost, while messages are read. Returns the submissions whose state has changed.

    A run that began is a loss; a job that no grader began may have been lost by the broker, or waited too
    long, which says nothing about the submission.
    """
    _shorten_leases(session, now)
    silent = silent_before(reading)
    if silent is None:
        return []
    rows = (
        select(Grading)
        .where(Grading.state.in_((State.RELEASED, State.RUNNING)), Grading.lease_until < silent)
        .with_for_update(skip_locked=True)
    )
    lost = session.scalars(rows).all()
    for grading in lost:
        if grading.started_at:
            lose(session, grading, now, process=grading.worker_process)
        else:
            put_back(session, grading, now)
    return [grading.submission_id for grading in lost]


def _shorten_leases(session: Session, now: datetime) -> None:
    """A clock that was set back leaves leases and pauses behind that end too late."""
    for state, longest in ((State.RUNNING, LEASE), (State.RELEASED, LONGEST_RELEASE)):
        too_long = (Grading.state == state, Grading.lease_until > now + longest)
        session.execute(update(Grading).where(*too_long).values(lease_until=now + longest))
    too_late = (Grading.state == State.WAITING, Grading.not_before > now + LONGEST_PAUSE)
    session.execute(update(Grading).where(*too_late).values(not_before=now + LONGEST_PAUSE))


def seed_of(submission: Submission) -> int:
    """A seed of assignment and student: whatever they hand in, and however often, it is the same one.

    So that no number of equal hand-ins is a lottery, and no comment in the code draws another ticket.
    """
    owner = submission.baseline if submission.user_id is None else submission.user_id
    digest = sha256(f"{submission.course_id}:{submission.slug}:{owner}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def _lease(line: Line) -> timedelta:
    """Long enough to wait behind one whole run and be fetched."""
    return 2 * line.longest_wall + RELEASED_MARGIN


def _lock(session: Session, chosen: list[int]) -> Iterable[Grading]:
    """Those of the chosen that still wait and that no other dispatcher is about to take, in their order."""
    if not chosen:
        return []
    rows = _with_files().where(Grading.id.in_(chosen), Grading.state == State.WAITING)
    found = {
        grading.id: grading
        for grading in session.scalars(rows.with_for_update(skip_locked=True, of=Grading)).all()
    }
    return [found[grading_id] for grading_id in chosen if grading_id in found]


def _with_files() -> Select[Grading]:
    return select(Grading).options(
        selectinload(Grading.submission).selectinload(Submission.files), selectinload(Grading.version)
    )


def _release(grading: Grading, keys: HeldOutKeys) -> Release:
    submission, version = grading.submission, grading.version
    if grading.attempt_id is None or grading.lease_until is None:
        raise ValueError("only a released grading can be sent")
    job = GradeJob(
        attempt_id=grading.attempt_id,
        slug=version.slug,
        version=version.digest,
        files=tuple(BundleFile(file.name, file.sha256, file.size) for file in submission.files),
        seed=seed_of(submission) if grading.seed is None else grading.seed,
        held_out_key=NO_KEY if submission.trial else keys.of(version.slug, final=grading.final),
        trial=submission.trial,
        yields=grading.priority == Priority.BASELINE,
    )
    return Release(grading.id, submission.id, grading.queue, job, grading.lease_until)
