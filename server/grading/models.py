"""Tables of what is graded: versions of assignments, what was handed in, gradings, regrades."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    event,
    false,
    inspect,
    select,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.database import Table
from server.grading.refusals import FilesRemoved

_IN_FORCE = text("in_force")
_HAS_BASELINE = text("baseline IS NOT NULL")
_IS_RETURNED = text("return_cause IS NOT NULL")


class Priority(IntEnum):
    """Which runs go first, whatever else is waiting; a larger number goes later."""

    FRESH = 0
    REGRADE_COUNTING = 1  # of the submissions that count
    REGRADE = 2
    TRIAL = 3
    BASELINE = 4  # of the course itself: it gives way even while it runs


class State(StrEnum):
    """Where a grading is."""

    WAITING = "waiting"
    RELEASED = "released"  # handed to the broker
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


UNDER_WAY = (State.WAITING, State.RELEASED, State.RUNNING)
"""What has no end yet."""


class AssignmentVersion(Table):
    """One state of an assignment's folder. The archive itself lies in the store under `digest`."""

    __tablename__ = "assignment_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    slug: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    toml: Mapped[str] = mapped_column(Text)
    handout_en: Mapped[str] = mapped_column(Text)
    handout_hu: Mapped[str] = mapped_column(Text)
    starter: Mapped[list[Any]]  # files to begin with: {"name", "sha256", "size"} each, blobs in the store
    grading_digest: Mapped[str | None] = mapped_column(
        String(64)
    )  # of what results depend on; None: not known
    attachments: Mapped[list[Any] | None]  # files that the handouts name, as those of `starter`
    practice: Mapped[dict[str, Any] | None]  # the practice kit, a file like those: see grader/practice/kit.py
    published_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("course_id", "slug", "digest"),)


class PublishedAssignment(Table):
    """Which version of an assignment is in force."""

    __tablename__ = "assignment"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("assignment_version.id"))
    unpublished_at: Mapped[datetime | None]  # its folder is gone since then
    version: Mapped[AssignmentVersion] = relationship()


class Submission(Table):
    """What was handed in: never changed afterwards, but that its files may be removed from the store.

    Files with the content of an earlier hand-in of the same student are not run again: the runs of that one,
    `run_of`, are theirs too.
    """

    __tablename__ = "submission"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)  # uuid4
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # None: a baseline
    baseline: Mapped[str | None] = mapped_column(String(12))  # "starter", "reference" or None
    slug: Mapped[str] = mapped_column(String(64))
    version_id: Mapped[int] = mapped_column(ForeignKey("assignment_version.id"))
    received_at: Mapped[datetime]  # when the server had the last byte
    sha256: Mapped[str] = mapped_column(String(64))
    content_sha256: Mapped[str | None] = mapped_column(String(64))  # however it is packed; None: not known
    run_of: Mapped[str] = mapped_column(ForeignKey("submission.id"), index=True)  # mostly itself
    trial: Mapped[bool] = mapped_column(default=False, server_default=false())  # on public data, never counts
    idempotency_key: Mapped[str | None] = mapped_column(String(80))
    receipt: Mapped[dict[str, Any] | None]  # signed at the hand-in: see server/receipts
    files_removed_at: Mapped[datetime | None]  # None while the store has them: see blob_expiry

    version: Mapped[AssignmentVersion] = relationship()
    files: Mapped[list[SubmissionFile]] = relationship(order_by="SubmissionFile.position")
    gradings: Mapped[list[Grading]] = relationship(
        primaryjoin="foreign(Grading.submission_id) == Submission.run_of",
        order_by="Grading.id",
        viewonly=True,
    )

    __table_args__ = (
        UniqueConstraint("course_id", "user_id", "idempotency_key"),
        Index(
            "ix_submission_course_id_user_id_slug_received_at", "course_id", "user_id", "slug", "received_at"
        ),
        Index(
            "ix_submission_of_students",
            *("course_id", "slug", "received_at"),
            sqlite_where=text("user_id IS NOT NULL AND trial IS 0"),
            postgresql_where=text("user_id IS NOT NULL AND trial IS false"),
        ),
        Index(
            "ix_submission_baselines",
            *("course_id", "slug"),
            sqlite_where=_HAS_BASELINE,
            postgresql_where=_HAS_BASELINE,
        ),
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
    """One run of one submission against one version. Of each submission exactly one is in force.

    A final run, on data drawn after the deadline, comes into force once it ended, if not by our fault; one of
    a regrade when that is applied.
    """

    __tablename__ = "grading"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("assignment_version.id"), index=True)
    queue: Mapped[str] = mapped_column(String(20))
    in_force: Mapped[bool] = mapped_column(default=True, server_default=true())
    final: Mapped[bool] = mapped_column(default=False, server_default=false())
    regrade_id: Mapped[int | None] = mapped_column(ForeignKey("regrade.id"), index=True)
    priority: Mapped[int] = mapped_column(default=0, server_default="0")  # see Priority
    seed: Mapped[int | None] = mapped_column(BigInteger)  # of the run; None before its first release
    state: Mapped[str] = mapped_column(String(12), default=State.WAITING)
    created_at: Mapped[datetime]
    attempt: Mapped[int] = mapped_column(default=0)  # how often it was released
    losses: Mapped[int] = mapped_column(default=0)  # runs of its own that took their graders with them
    returns: Mapped[int] = mapped_column(default=0)  # how often graders gave it back, for no fault of its own
    not_before: Mapped[datetime | None]  # when it may go out again
    return_cause: Mapped[str | None] = mapped_column(String(12))  # of the last return, see ReturnCause
    return_text: Mapped[str | None] = mapped_column(String(500))  # what was seen, for staff
    attempt_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    lease_until: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    worker: Mapped[str | None] = mapped_column(String(120))
    worker_process: Mapped[str | None] = mapped_column(String(32))  # which start of that worker
    verdict: Mapped[str | None] = mapped_column(String(20))
    charged: Mapped[bool] = mapped_column(default=True, server_default=true())  # whether it costs a try
    points: Mapped[float | None]  # of the public share
    score: Mapped[float | None]  # of the public share
    private_points: Mapped[float | None]
    private_score: Mapped[float | None]
    report: Mapped[dict[str, Any] | None]  # what the student may see
    private_share: Mapped[dict[str, Any] | None]  # what he may not before the deadline, and notes for staff

    submission: Mapped[Submission] = relationship()
    version: Mapped[AssignmentVersion] = relationship()

    __table_args__ = (
        Index("ix_grading_state_lease_until", "state", "lease_until"),
        Index("ix_grading_finished_at", "finished_at"),
        Index("ix_grading_returned", "state", sqlite_where=_IS_RETURNED, postgresql_where=_IS_RETURNED),
        Index(
            "uq_grading_in_force",
            "submission_id",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
    )


@event.listens_for(Grading, "before_insert")
def _refuse_without_files(_mapper: object, connection: Connection, grading: Grading) -> None:
    """Nothing can be run of files that were removed. Waits for whoever is removing them at this moment."""
    submission = grading.__dict__.get("submission")
    if submission is not None and inspect(submission).pending:
        return  # it is new itself
    rows = select(Submission.files_removed_at).where(Submission.id == grading.submission_id)
    if connection.scalar(rows.with_for_update(read=True)) is not None:
        raise FilesRemoved


class RegradeState(StrEnum):
    """How far a regrade is."""

    OPEN = "open"  # its runs wait, run, or have all ended: the results in force are the old ones
    APPLIED = "applied"
    DROPPED = "dropped"


class Regrade(Table):
    """Some submissions for one assignment, graded again with one version."""

    __tablename__ = "regrade"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    slug: Mapped[str] = mapped_column(String(64))
    version_id: Mapped[int] = mapped_column(ForeignKey("assignment_version.id"))
    state: Mapped[str] = mapped_column(String(12), default=RegradeState.OPEN)
    reason: Mapped[str] = mapped_column(Text)
    started_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # None: by a command of the server
    started_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_regrade_course_id_slug", "course_id", "slug"),)


class HeldOutSecret(Table):
    """What all held-out data of a course are drawn from: one row, made once, shown to nobody."""

    __tablename__ = "held_out_secret"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True, autoincrement=False)
    secret: Mapped[str] = mapped_column(String(32))  # 128 bits in hexadecimal digits
    made_at: Mapped[datetime]


class FinalDraw(Table):
    """The number drawn after the deadline of an assignment, from which its final data follow."""

    __tablename__ = "final_draw"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(32))
    drawn_at: Mapped[datetime]
