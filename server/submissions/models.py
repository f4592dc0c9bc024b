"""Tables of the road a submission takes: published assignments, what was handed in, and its gradings."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.db import Table


class State(StrEnum):
    """Where a grading is."""

    WAITING = "waiting"
    RELEASED = "released"  # handed to the broker
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class AssignmentVersion(Table):
    """One state of an assignment's folder. The archive itself lies in the store under `digest`."""

    __tablename__ = "assignment_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    toml: Mapped[str] = mapped_column(Text)
    handout_en: Mapped[str] = mapped_column(Text)
    handout_hu: Mapped[str] = mapped_column(Text)
    starter: Mapped[list[Any]]  # files to begin with: {"name", "sha256", "size"} each, blobs in the store
    practice: Mapped[dict[str, Any] | None]  # the practice kit, a file like those: see grader/practice/kit.py
    published_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("slug", "digest"),)


class PublishedAssignment(Table):
    """Which version of an assignment is in force."""

    __tablename__ = "assignment"

    slug: Mapped[str] = mapped_column(String(64), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("assignment_version.id"))
    version: Mapped[AssignmentVersion] = relationship()


class Submission(Table):
    """What was handed in: never changed afterwards."""

    __tablename__ = "submission"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)  # uuid4
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # None: a baseline
    baseline: Mapped[str | None] = mapped_column(String(12))  # "starter", "reference" or None
    slug: Mapped[str] = mapped_column(String(64))
    version_id: Mapped[int] = mapped_column(ForeignKey("assignment_version.id"))
    received_at: Mapped[datetime]  # when the server had the last byte
    late_by_s: Mapped[int] = mapped_column(default=0)  # seconds after the due moment; 0 within grace
    sha256: Mapped[str] = mapped_column(String(64))
    idempotency_key: Mapped[str | None] = mapped_column(String(80))

    version: Mapped[AssignmentVersion] = relationship()
    files: Mapped[list[SubmissionFile]] = relationship(order_by="SubmissionFile.position")
    gradings: Mapped[list[Grading]] = relationship(order_by="Grading.id", back_populates="submission")

    __table_args__ = (
        UniqueConstraint("user_id", "idempotency_key"),
        Index("ix_submission_user_id_slug_received_at", "user_id", "slug", "received_at"),
        Index("ix_submission_slug_received_at", "slug", "received_at"),
    )


class SubmissionFile(Table):
    """One file of a submission: the student's name for it, and the blob by digest."""

    __tablename__ = "submission_file"

    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]


class Grading(Table):
    """One run of one submission against one version. A regrade is a further row; the last one counts.

    A final run is a regrade on data drawn after the deadline. It counts once it ended, if not by our fault.
    """

    __tablename__ = "grading"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("assignment_version.id"))
    queue: Mapped[str] = mapped_column(String(20))
    final: Mapped[bool] = mapped_column(default=False, server_default=false())
    state: Mapped[str] = mapped_column(String(12), default=State.WAITING)
    created_at: Mapped[datetime]
    attempt: Mapped[int] = mapped_column(default=0)  # how often it was released
    losses: Mapped[int] = mapped_column(default=0)  # runs that began without an end, or failed by our fault
    attempt_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    lease_until: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    worker: Mapped[str | None] = mapped_column(String(120))
    verdict: Mapped[str | None] = mapped_column(String(20))
    points: Mapped[float | None]  # of the public share
    score: Mapped[float | None]  # of the public share
    report: Mapped[dict[str, Any] | None]  # what the student may see
    private_share: Mapped[dict[str, Any] | None]  # what he may not before the deadline, and notes for staff

    submission: Mapped[Submission] = relationship(back_populates="gradings")
    version: Mapped[AssignmentVersion] = relationship()

    __table_args__ = (
        Index("ix_grading_state_lease_until", "state", "lease_until"),
        Index("ix_grading_finished_at", "finished_at"),
    )


class HeldOutSecret(Table):
    """What all held-out data of the course are drawn from: one row, made once, shown to nobody."""

    __tablename__ = "held_out_secret"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret: Mapped[str] = mapped_column(String(32))  # 128 bits in hexadecimal digits
    made_at: Mapped[datetime]


class FinalDraw(Table):
    """The number drawn after the deadline of an assignment, from which its final data follow."""

    __tablename__ = "final_draw"

    slug: Mapped[str] = mapped_column(String(64), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(32))
    drawn_at: Mapped[datetime]


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


class Worker(Table):
    """A grader that said it is alive."""

    __tablename__ = "worker"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    queue: Mapped[str] = mapped_column(String(20))
    slots: Mapped[int]
    last_seen_at: Mapped[datetime]
    versions: Mapped[dict[str, Any]]


class Upload(Table):
    """A file that arrives in pieces, until it is handed in. Its bytes lie in the spool."""

    __tablename__ = "upload"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)  # uuid4
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
