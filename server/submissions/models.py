"""Tables of the way of a submission: uploads, events of its runs, what waits for the broker, and graders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.contract import WorkerState
from server.database import Table
from server.grading.service import Grading


class Outbox(Table):
    """A grading that still has to be handed to the broker. Written with it, in the same transaction."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    grading_id: Mapped[int] = mapped_column(ForeignKey("grading.id"), index=True)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(index=True)

    grading: Mapped[Grading] = relationship()


class RunEvent(Table):
    """One thing that happened during a run, stored first and shown second."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    grading_id: Mapped[int] = mapped_column(ForeignKey("grading.id"))
    attempt_id: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    values: Mapped[dict[str, Any]]

    __table_args__ = (
        UniqueConstraint("attempt_id", "seq"),
        Index("ix_event_grading_id_id", "grading_id", "id"),
    )


class Loss(Table):
    """A run that began and was never heard of again. `counts` unless the worker was the reason."""

    __tablename__ = "loss"

    id: Mapped[int] = mapped_column(primary_key=True)
    grading_id: Mapped[int] = mapped_column(ForeignKey("grading.id"), index=True)
    worker: Mapped[str] = mapped_column(String(120), index=True)
    process: Mapped[str | None] = mapped_column(String(32))  # which start of the worker
    at: Mapped[datetime]
    counts: Mapped[bool]


class ReportReading(Table):
    """One row: since when, and until when, all messages of graders were read. See silence.py."""

    __tablename__ = "report_reading"

    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime]


class Worker(Table):
    """A grader that said it is alive."""

    __tablename__ = "worker"

    process: Mapped[str] = mapped_column(String(32), primary_key=True)  # one start of it, see `process_id`
    name: Mapped[str] = mapped_column(String(120))
    queue: Mapped[str] = mapped_column(String(20))
    slots: Mapped[int]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(12), default=WorkerState.READY)
    reason: Mapped[str] = mapped_column(String(500), default="")  # why it takes no jobs
    versions: Mapped[dict[str, Any]]


class Upload(Table):
    """A file that arrives in pieces, until it is handed in. Its bytes lie in the spool."""

    __tablename__ = "upload"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)  # uuid4
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    slug: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)  # as announced
    announced_sha256: Mapped[str | None] = mapped_column(String(64))
    received: Mapped[int] = mapped_column(BigInteger, default=0)  # bytes that are safely in the spool
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime] = mapped_column(index=True)  # when somebody last cared for it
    completed_at: Mapped[datetime | None]  # when the last byte was safe
    sha256: Mapped[str | None] = mapped_column(String(64))  # of what arrived, once it is whole
    submission_id: Mapped[str | None] = mapped_column(ForeignKey("submission.id"))  # what it became


class StoreOwner(Table):
    """The name of this database, one row: the store that bears it is ours. See `blob_expiry`."""

    __tablename__ = "store_owner"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(36))  # uuid4
