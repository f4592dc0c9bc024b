"""What graders say of themselves. Each start of one is known by a secret of its own.

So nobody can say in another's name that it has stopped, or is sick; the name itself is a claim.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from grader.contract import RELEASE, MalformedMessageError, Message, WorkerHello, WorkerState
from server.accounts.service import fingerprint
from server.submissions.models import Loss, Worker
from server.submissions.queue.outcomes import absolve
from server.submissions.queue.positions import WORKER_SEEN
from server.submissions.queue.sanitizing import clean, cleaned

REMEMBERED = timedelta(days=1)  # for so long one that is gone is shown
MOST_KNOWN = 1000  # graders; a mad one that starts again and again must not fill the table
MOST_SLOTS = 64  # of one process
OTHER_RELEASE = "it is of another release than the server: install the server's release there"

log = structlog.get_logger()


def process_id(process: str) -> str:
    """What the database calls a start of a grader: 32 hexadecimal digits, which do not tell its secret.

    Empty where it has not said it.
    """
    return fingerprint(process)[:32] if process else ""


def read_hello(message: Message) -> WorkerHello:
    """A hello; of one of another release what can be understood. Raises MalformedMessageError."""
    try:
        return WorkerHello.from_message(message)
    except ValueError:
        release = message.get("release")
        if release == RELEASE:
            raise
    name, process = _text(message, "name"), _text(message, "process")
    if not name:
        raise MalformedMessageError("a hello without a name")
    return WorkerHello(
        name,
        _text(message, "queue"),
        0,
        {},
        process=process,
        state=WorkerState.STOPPED if message.get("state") == WorkerState.STOPPED else WorkerState.UNFIT,
        release=str(release),
    )


def record_worker(session: Session, hello: WorkerHello, now: datetime) -> None:
    """Remember that a grader is alive, or that it takes no more jobs.

    A run of it that was taken for lost says nothing about the submission: the same process is still there.
    """
    process = process_id(hello.process or f"name {hello.name}")
    worker = session.get(Worker, process, with_for_update=True)
    if worker is None:
        if not _has_room(session, now):
            log.error("too many graders", known=MOST_KNOWN, name=clean(hello.name)[:120])
            return
        worker = Worker(process=process)
    worker.name = clean(hello.name)[:120]
    worker.queue = clean(hello.queue)[:20]
    worker.slots = max(0, min(hello.slots, MOST_SLOTS))
    worker.versions = cleaned(dict(hello.versions))
    worker.state, worker.reason = hello.state, clean(hello.reason)[:500]
    if hello.release != RELEASE and hello.state is not WorkerState.STOPPED:
        worker.state, worker.reason = WorkerState.UNFIT, OTHER_RELEASE
    worker.last_seen_at = now
    session.add(worker)
    absolve(session, session.scalars(select(Loss).where(Loss.process == process, Loss.counts)))


def _has_room(session: Session, now: datetime) -> bool:
    """Whether one more can be remembered; who is gone makes room for who is there."""
    session.execute(delete(Worker).where(Worker.last_seen_at < now - REMEMBERED))
    if (session.scalar(select(func.count()).select_from(Worker)) or 0) < MOST_KNOWN:
        return True
    gone = (Worker.last_seen_at < now - WORKER_SEEN) | (Worker.state == WorkerState.STOPPED)
    dropped = session.execute(delete(Worker).where(gone).returning(Worker.process)).all()
    return bool(dropped)


def _text(message: Mapping[str, object], name: str) -> str:
    value = message.get(name)
    return value if isinstance(value, str) else ""
