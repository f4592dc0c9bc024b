"""The history of a submission: each of its gradings, with what it was made with and what it came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.contract import Verdict
from server.grading.service import AssignmentVersion, Grading, Regrade, RegradeState, State, Submission
from server.standings.service import private_is_revealed
from server.submissions.reader import Reader


@dataclass(frozen=True, slots=True)
class GradingCard:
    """One grading. What is not known, or not told to the reader, is None."""

    created_at: datetime
    finished_at: datetime | None
    version: str  # digest of the assignment's version
    grader: str | None  # its release
    seed: int | None
    device: str | None
    state: State
    verdict: Verdict | None
    points: float | None  # of the public share
    private_points: float | None = field(repr=False)
    in_force: bool
    final: bool
    reason: str | None  # of the regrade that it belongs to


def gradings_of(session: Session, submission: Submission, reader: Reader) -> tuple[GradingCard, ...]:
    """All gradings of a submission, the oldest first; those of regrades not applied are for staff alone."""
    rows = (
        select(Grading, AssignmentVersion.digest, Regrade)
        .join(AssignmentVersion, AssignmentVersion.id == Grading.version_id)
        .outerjoin(Regrade, Regrade.id == Grading.regrade_id)
        .where(Grading.submission_id == submission.run_of)
        .order_by(Grading.id)
    )
    is_revealed = reader.person.is_staff or (
        submission.user_id is not None
        and private_is_revealed(
            session, submission.course_id, submission.slug, submission.user_id, reader.now
        )
    )
    return tuple(
        _card(grading, digest, regrade, is_revealed=is_revealed)
        for grading, digest, regrade in session.execute(rows)
        if reader.person.is_staff or regrade is None or regrade.state == RegradeState.APPLIED
    )


def _card(grading: Grading, digest: str, regrade: Regrade | None, *, is_revealed: bool) -> GradingCard:
    report: dict[str, Any] = grading.report or {}
    versions = report.get("versions")
    seed = report.get("seed", grading.seed)
    return GradingCard(
        created_at=grading.created_at,
        finished_at=grading.finished_at,
        version=digest,
        grader=str(versions["hazi"]) if isinstance(versions, dict) and "hazi" in versions else None,
        seed=seed if isinstance(seed, int) else None,
        device=str(report["device"]) if report.get("device") else None,
        state=State(grading.state),
        verdict=Verdict(grading.verdict) if grading.verdict else None,
        points=grading.points,
        private_points=grading.private_points if is_revealed else None,
        in_force=grading.in_force,
        final=grading.final,
        reason=regrade.reason if regrade else None,
    )
