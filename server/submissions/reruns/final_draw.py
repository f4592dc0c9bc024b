"""Final scores on data that nobody can have seen: drawn once, after the last hand-in was taken."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from assignments.moments import end_of
from grader.contract import Verdict
from server.errors import BadInput
from server.grading.service import (
    SECRET_BYTES,
    UNDER_WAY,
    FinalDraw,
    Grading,
    InForce,
    PublishedAssignment,
    State,
    Submission,
    in_force,
    is_current,
)
from server.standings.service import Standing, closes_for_all
from server.submissions.models import Outbox
from server.submissions.reruns.regrades import open_regrade


@dataclass(frozen=True, slots=True)
class Final:
    """How far the final runs of an assignment are."""

    drawn_at: datetime
    added: int  # runs, by this call
    under_way: int  # runs without an end, the added ones included
    without_score: tuple[str, ...]  # submissions whose final run ended without a score


def draw_final(session: Session, course_id: int, slug: str, zone: ZoneInfo, now: datetime) -> Final:
    """Draw the final data of an assignment, and let the best submission of each student be scored on them.

    A second call draws nothing: it adds the runs that are missing or that failed by our fault. Raises
    UnknownAssignment, and BadInput where no final data are asked for or hand-ins may still change the best.
    """
    published = in_force(session, course_id, slug, zone)
    place = (course_id, slug)
    session.get_one(PublishedAssignment, place, with_for_update=True)  # of two calls one waits for the other
    if open_regrade(session, course_id, slug) is not None:  # it would put what ran before in force again
        raise BadInput(_("A regrade of this assignment is open: apply or drop it first."))
    draw = session.get(FinalDraw, place)
    if draw is None:
        _refuse_unless_over(session, published, now)
        draw = FinalDraw(course_id=course_id, slug=slug, nonce=secrets.token_hex(SECRET_BYTES), drawn_at=now)
        session.add(draw)
        session.flush()
    chosen = [*_best(session, published), *_baselines(session, published)]
    for submission_id in chosen:
        _add_run(session, published, submission_id, now)
    session.flush()
    return Final(
        draw.drawn_at, len(chosen), _under_way(session, published), _without_score(session, published)
    )


def _refuse_unless_over(session: Session, published: InForce, now: datetime) -> None:
    spec = published.spec
    if not spec.data.fresh:
        raise BadInput(_('No final data are asked for: [data] of the assignment has no final = "fresh".'))
    closes = closes_for_all(session, published.course_id, spec)
    if now < end_of(closes):
        raise BadInput(_("Hand-ins are taken until %(moment)s: draw afterwards.", moment=closes.isoformat()))
    if running := _under_way(session, published):
        raise BadInput(_("%(n)s runs have not ended yet: draw when they have.", n=running))


def _best(session: Session, published: InForce) -> list[str]:
    """Of each student without a final run the submission that counts, or whose runs are its."""
    rows = (
        select(Standing.user_id, Submission.run_of)
        .join(Submission, Submission.id == Standing.submission_id)
        .join(Grading, is_current())
        .where(Standing.course_id == published.course_id, Standing.slug == published.spec.slug)
        .where(Grading.verdict == Verdict.SCORED)
        .order_by(Submission.received_at, Submission.id)
    )
    settled = _settled(session, published)
    return [run_of for user_id, run_of in session.execute(rows) if user_id not in settled]


def _settled(session: Session, published: InForce) -> set[int]:
    """The students who have a final run that is not lost by our fault."""
    rows = select(Submission.user_id).join(Grading, Grading.submission_id == Submission.id)
    return {
        user_id for user_id in session.scalars(rows.where(*_is_final_run(published))) if user_id is not None
    }


def _baselines(session: Session, published: InForce) -> Iterable[str]:
    """What the course itself handed in for this version, where it has no final run yet."""
    final = select(Grading.id).where(Grading.submission_id == Submission.id, *_is_final_run(published))
    rows = (
        select(Submission.id)
        .where(Submission.baseline.is_not(None), Submission.version_id == published.version_id)
        .where(~exists(final))
    )
    return session.scalars(rows)


def _handed_in_for(published: InForce) -> tuple[ColumnElement[bool], ...]:
    """Conditions on a submission."""
    return Submission.course_id == published.course_id, Submission.slug == published.spec.slug


def _is_final_run(published: InForce) -> tuple[ColumnElement[bool], ...]:
    """Conditions on a grading and its submission."""
    ours = Grading.verdict == Verdict.GRADER_ERROR
    return (
        *_handed_in_for(published),
        Grading.final.is_(True),
        or_(and_(Grading.verdict.is_(None), Grading.state != State.CANCELLED), ~ours),
    )


def _add_run(session: Session, published: InForce, submission_id: str, now: datetime) -> None:
    grading = Grading(
        submission_id=submission_id,
        version_id=published.version_id,
        queue=published.queue,
        final=True,
        in_force=False,
        state=State.WAITING,
        created_at=now,
    )
    session.add(grading)
    session.add(Outbox(grading=grading, created_at=now))


def _under_way(session: Session, published: InForce) -> int:
    rows = select(func.count()).select_from(Grading).join(Submission)
    return session.scalar(rows.where(*_handed_in_for(published), Grading.state.in_(UNDER_WAY))) or 0


def _without_score(session: Session, published: InForce) -> tuple[str, ...]:
    rows = select(Submission.id).join(Grading, is_current())
    ended = (Grading.final.is_(True), Grading.verdict != Verdict.SCORED)
    failed = rows.where(*_handed_in_for(published), *ended)
    return tuple(session.scalars(failed.order_by(Submission.id)))
