"""Tables of standings: what counts, what staff decided, and what students chose."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Table


class Standing(Table):
    """One student's work for one assignment as it counts now: it follows from other rows alone.

    There is a row as soon as there is something to tell: a hand-in, a decision or an extension. `public_` is
    what the public share gives, the numbers that students see before the reveal; the rest is of the private
    share, which counts.
    """

    __tablename__ = "standing"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))  # see StandingState
    due: Mapped[datetime]  # the student's own
    extension_id: Mapped[int | None] = mapped_column(ForeignKey("extension.id"))  # why it is not that of all

    points: Mapped[Decimal | None]  # that count
    earned: Mapped[Decimal | None]  # before lateness
    score: Mapped[float | None]
    submission_id: Mapped[str | None] = mapped_column(ForeignKey("submission.id"))
    version_id: Mapped[int | None] = mapped_column(ForeignKey("assignment_version.id"))
    arrival: Mapped[datetime | None]
    late_by_s: Mapped[int] = mapped_column(default=0)
    tokens: Mapped[int] = mapped_column(default=0)
    makeup: Mapped[bool] = mapped_column(default=False)

    public_points: Mapped[Decimal | None]
    public_earned: Mapped[Decimal | None]
    public_score: Mapped[float | None]
    public_submission_id: Mapped[str | None] = mapped_column(ForeignKey("submission.id"))
    public_version_id: Mapped[int | None] = mapped_column(ForeignKey("assignment_version.id"))
    public_arrival: Mapped[datetime | None]
    public_late_by_s: Mapped[int] = mapped_column(default=0)
    public_tokens: Mapped[int] = mapped_column(default=0)
    public_makeup: Mapped[bool] = mapped_column(default=False)

    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))  # that set the points or state
    hand_ins: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    our_faults: Mapped[int] = mapped_column(default=0)
    under_way: Mapped[int] = mapped_column(default=0)
    latest_id: Mapped[str | None] = mapped_column(ForeignKey("submission.id"))
    latest_at: Mapped[datetime | None]
    latest_late_by_s: Mapped[int] = mapped_column(default=0)
    serial: Mapped[int] = mapped_column(default=0)  # grows with each change

    __table_args__ = (
        Index("ix_standing_user_id", "user_id"),
        Index("ix_standing_course_id_slug_public_score", "course_id", "slug", "public_score"),
        Index("ix_standing_course_id_slug_score", "course_id", "slug", "score"),
    )


class Decision(Table):
    """What somebody decided about a student's work, or about an assignment: written once, never changed."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    kind: Mapped[str] = mapped_column(String(20))  # see DecisionKind
    slug: Mapped[str | None] = mapped_column(String(64))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # whom it is about
    submission_id: Mapped[str | None] = mapped_column(ForeignKey("submission.id"))
    old: Mapped[dict[str, Any]]
    new: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # None: by a command of the server
    decided_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_decision_course_id_slug_user_id", "course_id", "slug", "user_id"),
        Index("ix_decision_course_id_decided_at", "course_id", "decided_at"),
    )


class Choice(Table):
    """Which submission a student wants to count, where the assignment leaves it to them."""

    __tablename__ = "choice"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id"))
    chosen_at: Mapped[datetime]
