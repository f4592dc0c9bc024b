"""What standings follow from, read from the database: hand-ins with their runs, decisions, choices, dates.

Of submissions this room knows the tables and the published assignments alone: submissions ask standings, and
not the other way round.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from assignments.late_policy import Counts
from assignments.spec import Assignment
from grader.contract import UNCHARGED, Verdict
from server.deadlines.rules import Dates, own_due
from server.deadlines.service import TokenLimit, dates_in_force, exemptions
from server.grading.service import (
    UNDER_WAY,
    Grading,
    State,
    Submission,
    is_applied_by,
    is_current,
    specs_in_force,
)
from server.standings.computation import Graded, Ruling, Run, Share, Work
from server.standings.models import Choice, Decision
from server.standings.states import DecisionKind, RunState, StandingState
from server.standings.voids import voided

Key = tuple[str, int]  # slug and user
RULINGS = (DecisionKind.OVERRIDE, DecisionKind.EXCUSE, DecisionKind.ZERO)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose standings: None is everybody, or every assignment."""

    course_id: int
    slugs: frozenset[str] | None = None
    users: frozenset[int] | None = None
    regrade_id: int | None = None  # as if this regrade were applied


@dataclass(frozen=True, slots=True)
class Terms:
    """An assignment as standings need it."""

    spec: Assignment
    dates: Dates


def terms_of(
    session: Session, course_id: int, zone: ZoneInfo, slugs: Collection[str] | None = None
) -> dict[str, Terms]:
    """These assignments in force by slug, or all. One that can no longer be read is left out."""
    specs = specs_in_force(session, course_id, zone, slugs)
    dates = dates_in_force(session, course_id, specs, zone)
    return {spec.slug: Terms(spec, dates[spec.slug]) for spec in specs}


def works(session: Session, wanted: Wanted, terms: dict[str, Terms]) -> dict[int, list[Work]]:
    """All that there is to the wanted standings, by user. Who has nothing to tell is left out."""
    slugs = frozenset(terms) if wanted.slugs is None else wanted.slugs & frozenset(terms)
    runs, rulings, voiding = _runs(session, wanted), *_decided(session, wanted)
    extended = exemptions(session, wanted.course_id, slugs, wanted.users)
    those = [terms[slug] for slug in slugs]
    chosen = _chosen(session, wanted) if any(one.spec.counts is Counts.CHOSEN for one in those) else {}
    reserved = reservations(session, wanted) if any(one.dates.rules.late.tokens for one in those) else {}
    found: dict[int, list[Work]] = {}
    for slug, user_id in sorted({*runs, *rulings, *extended}):
        if slug not in slugs:
            continue
        key, one = (slug, user_id), terms[slug]
        work = Work(
            slug=slug,
            rules=one.dates.rules,
            own=own_due(one.dates.rules, extended.get(key, ())),
            most=exact(one.spec.score.points),
            counts=one.spec.counts,
            chosen=chosen.get(key),
            reserved=reserved.get(key),
            runs=tuple(runs.get(key, ())),
            voided=voided(voiding.get(key, ())),
            ruling=rulings.get(key),
        )
        found.setdefault(user_id, []).append(work)
    return found


def exact(points: float) -> Decimal:
    """A number of a report or of a file as it is printed."""
    return Decimal(repr(float(points)))


_COLUMNS = (
    *(Submission.slug, Submission.user_id, Submission.id, Submission.run_of, Submission.received_at),
    *(Grading.state, Grading.verdict, Grading.final, Grading.version_id),
    *(Grading.points, Grading.score, Grading.private_points, Grading.private_score),
    Submission.content_sha256,
)


def _runs(session: Session, wanted: Wanted) -> dict[Key, list[Run]]:
    rows = select(*_COLUMNS).join(Grading, is_current())
    rows = rows.where(*_of(wanted, Submission), Submission.user_id.is_not(None), Submission.trial.is_(False))
    again = _runs_again(session, wanted.regrade_id) if wanted.regrade_id is not None else {}
    found: dict[Key, list[Run]] = {}
    for row in session.execute(rows.order_by(Submission.received_at, Submission.id)):
        run = _run(row)
        if run.run_of in again:
            run = replace(again[run.run_of], id=run.id, arrival=run.arrival, content=run.content)
        found.setdefault((row.slug, row.user_id), []).append(run)
    return found


def _runs_again(session: Session, regrade_id: int) -> dict[str, Run]:
    """What the runs of a regrade have come to, by the hand-in; of those that have a result."""
    rows = select(*_COLUMNS).join(Grading, Grading.submission_id == Submission.id)
    rows = rows.where(is_applied_by(regrade_id))
    return {row.id: _run(row) for row in session.execute(rows)}


def _run(row: Any) -> Run:  # noqa: ANN401 - a row of `_runs`
    state = _state(row.state, row.verdict)
    return Run(
        id=row.id,
        run_of=row.run_of,
        arrival=row.received_at,
        state=state,
        version_id=row.version_id,
        graded=_graded(row) if state is RunState.EARNED else {},
        final=row.final,
        failed=row.state == State.DONE and row.verdict != Verdict.SCORED,
        our_fault=row.verdict == Verdict.GRADER_ERROR,
        content=row.content_sha256,
    )


def _state(state: str, verdict: str | None) -> RunState:
    if state in UNDER_WAY:
        return RunState.UNDER_WAY
    return RunState.EARNED if state == State.DONE and verdict not in UNCHARGED else RunState.FREE


def _graded(row: Any) -> dict[Share, Graded]:  # noqa: ANN401 - a row of `_runs`
    """A kind of homework without a private share is worth what its public one is."""
    public = Graded(_earned(row.points), row.score)
    if row.private_points is None:
        return {Share.PUBLIC: public, Share.PRIVATE: public}
    return {Share.PUBLIC: public, Share.PRIVATE: Graded(_earned(row.private_points), row.private_score)}


def _earned(points: float | None) -> Decimal:
    """Graders round to hundredths; what one says that does not is rounded here."""
    return exact(points or 0.0).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _decided(session: Session, wanted: Wanted) -> tuple[dict[Key, Ruling], dict[Key, list[Decision]]]:
    """The newest decision on each standing that is not taken back, and those that make hand-ins void."""
    kinds = (*RULINGS, DecisionKind.VOID)
    rows = select(Decision).where(*_of(wanted, Decision), Decision.kind.in_(kinds))
    rulings: dict[Key, Ruling] = {}
    voiding: dict[Key, list[Decision]] = {}
    for one in session.scalars(rows.order_by(Decision.id)):
        if one.slug is None or one.user_id is None:
            continue
        key = (one.slug, one.user_id)
        if one.kind == DecisionKind.VOID:
            voiding.setdefault(key, []).append(one)
        elif (ruling := _ruling(one)) is not None:
            rulings[key] = ruling
        else:
            rulings.pop(key, None)
    return rulings, voiding


def _ruling(one: Decision) -> Ruling | None:
    """What a decision sets; None for one that takes back whatever was set before."""
    if one.kind == DecisionKind.OVERRIDE:
        points = one.new.get("points")
        return None if points is None else Ruling(one.id, StandingState.SCORED, Decimal(points))
    state = one.new.get("state")
    if state is None:
        return None
    return Ruling(one.id, StandingState(state), Decimal(0) if state == StandingState.ZERO else None)


def _chosen(session: Session, wanted: Wanted) -> dict[Key, str]:
    rows = session.scalars(select(Choice).where(*_of(wanted, Choice)))
    return {(one.slug, one.user_id): one.submission_id for one in rows}


def reservations(session: Session, wanted: Wanted) -> dict[Key, int]:
    """How many tokens students let assignments use, also those of whom there is nothing else to tell."""
    rows = session.scalars(select(TokenLimit).where(*_of(wanted, TokenLimit)))
    return {(one.slug, one.user_id): one.most for one in rows}


def _of(wanted: Wanted, table: Any) -> tuple[ColumnElement[bool], ...]:  # noqa: ANN401 - has these columns
    """Conditions on rows of a course, an assignment and a student."""
    conditions = [table.course_id == wanted.course_id]
    if wanted.slugs is not None:
        conditions.append(table.slug.in_(wanted.slugs))
    if wanted.users is not None:
        conditions.append(table.user_id.in_(wanted.users))
    return tuple(conditions)
