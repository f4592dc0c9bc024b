"""The graders as staff see them: who takes jobs, who does not and why, and what waits because of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grader.contract import ReturnCause, Verdict, WorkerState
from server.grading.service import Grading, State
from server.submissions.models import Loss, Worker
from server.submissions.queue.grader_records import REMEMBERED
from server.submissions.queue.positions import WORKER_SEEN, takes_jobs

RECENT = timedelta(hours=1)
LOST = "lost"  # stands beside the verdicts


class GraderState(StrEnum):
    """What a grader does."""

    READY = "ready"
    UNFIT = "unfit"  # it is there and takes no jobs
    STOPPED = "stopped"  # it signed off
    SILENT = "silent"  # it is gone without a word


@dataclass(frozen=True, slots=True)
class GraderCard:
    """One grader."""

    name: str
    queue: str
    state: GraderState
    reason: str  # in English, from the grader itself
    last_seen_at: datetime
    runs: int  # that came to an end within the last hour
    lost: int  # within the last hour


@dataclass(frozen=True, slots=True)
class Held:
    """Submissions that wait because graders gave them back for the same reason."""

    queue: str
    cause: ReturnCause
    count: int
    seen: str  # what was seen at one of them, in English


@dataclass(frozen=True, slots=True)
class Graders:
    """All of them at one moment."""

    cards: tuple[GraderCard, ...]
    held: tuple[Held, ...]

    @property
    def ready(self) -> int:
        """How many take jobs."""
        return sum(card.state is GraderState.READY for card in self.cards)

    @property
    def unfit(self) -> tuple[GraderCard, ...]:
        """Those that are there and take no jobs."""
        return tuple(card for card in self.cards if card.state is GraderState.UNFIT)


def grader_cards(session: Session, now: datetime) -> Graders:
    """The graders of the last day and what they gave back. `now` is the database's."""
    outcomes: dict[str, dict[str, int]] = {}
    for worker, outcome, count in recent_outcomes(session, now):
        outcomes.setdefault(worker, {})[outcome] = count
    cards = [_card(worker, outcomes.get(worker.name, {}), now) for worker in _known(session, now)]
    return Graders(tuple(cards), held(session))


def _known(session: Session, now: datetime) -> list[Worker]:
    """Those of the last day; of earlier starts under the same name only what is still alive."""
    rows = select(Worker).where(Worker.last_seen_at > now - REMEMBERED).order_by(Worker.last_seen_at.desc())
    found: dict[str, list[Worker]] = {}
    for worker in session.scalars(rows):
        same = found.setdefault(worker.name, [])
        if not same or _is_alive(worker, now):
            same.append(worker)
    ordered = sorted(found.values(), key=lambda same: (same[0].queue, same[0].name))
    return [worker for same in ordered for worker in same]


def _is_alive(worker: Worker, now: datetime) -> bool:
    return worker.state != WorkerState.STOPPED and worker.last_seen_at > now - WORKER_SEEN


def held(session: Session) -> tuple[Held, ...]:
    """What waits for another try because graders gave it back."""
    rows = (
        select(Grading.queue, Grading.return_cause, func.count(), func.max(Grading.return_text))
        .where(Grading.state == State.WAITING, Grading.return_cause.is_not(None))
        .group_by(Grading.queue, Grading.return_cause)
        .order_by(Grading.queue, Grading.return_cause)
    )
    return tuple(
        Held(queue, ReturnCause(cause or ReturnCause.FAULT), count, seen or "")
        for queue, cause, count, seen in session.execute(rows)
    )


def recent_outcomes(session: Session, now: datetime) -> list[tuple[str, str, int]]:
    """Worker, verdict (or "lost") and how often, within the last hour."""
    ended = (
        select(Grading.worker, Grading.verdict, func.count())
        .where(Grading.finished_at > now - RECENT, Grading.worker.is_not(None))
        .where(Grading.verdict.is_not(None), Grading.verdict != Verdict.GRADER_ERROR)
        .group_by(Grading.worker, Grading.verdict)
    )
    lost = select(Loss.worker, func.count()).where(Loss.at > now - RECENT).group_by(Loss.worker)
    found = [(str(worker), str(verdict), count) for worker, verdict, count in session.execute(ended)]
    return found + [(worker, LOST, count) for worker, count in session.execute(lost)]


def queues_without_grader(session: Session, now: datetime) -> Sequence[str]:
    """The queues in which something waits and that no grader takes from."""
    ready = select(Worker.queue).where(*takes_jobs(now))
    waiting = select(Grading.queue).where(Grading.state.in_((State.WAITING, State.RELEASED))).distinct()
    return session.scalars(waiting.where(Grading.queue.not_in(ready)).order_by(Grading.queue)).all()


def anybody_ready(session: Session, now: datetime) -> bool:
    """Whether any grader takes jobs."""
    ready = select(Worker.process).where(*takes_jobs(now))
    return session.scalar(ready.limit(1)) is not None


def _card(worker: Worker, outcomes: dict[str, int], now: datetime) -> GraderCard:
    silent = worker.state != WorkerState.STOPPED and not _is_alive(worker, now)
    return GraderCard(
        name=worker.name,
        queue=worker.queue,
        state=GraderState.SILENT if silent else GraderState(worker.state),
        reason=worker.reason,
        last_seen_at=worker.last_seen_at,
        runs=sum(count for outcome, count in outcomes.items() if outcome != LOST),
        lost=outcomes.get(LOST, 0),
    )
