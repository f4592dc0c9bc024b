"""Standings as rows: written with whatever changes them, and the same when computed anew from nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.courses.service import Enrolment, course_of
from server.database import hold
from server.deadlines.rules import timing_at
from server.standings.computation import Computed, Share, Work, compute
from server.standings.facts import Key, Terms, Wanted, terms_of, works
from server.standings.models import Standing
from server.touched_standings import Touched, take_steps, take_touched


@dataclass(frozen=True, slots=True)
class Change:
    """A standing that has changed; None where there was or is no row."""

    course_id: int
    slug: str
    user_id: int
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None


def settle(session: Session) -> list[Change]:
    """Bring all standings up to date that this transaction has touched: the last thing before its commit."""
    for step in take_steps(session):
        step(session)
    touched: dict[int, list[Touched]] = {}
    for one in take_touched(session):
        touched.setdefault(one.course_id, []).append(one)
    return [
        change for course_id in sorted(touched) for change in refresh(session, _wanted(touched[course_id]))
    ]


def recompute(session: Session, course_id: int) -> list[Change]:
    """Compute all standings of a course from nothing. What it returns was wrong before: mostly nothing."""
    return refresh(session, Wanted(course_id))


def refresh(session: Session, wanted: Wanted) -> list[Change]:
    """Compute these standings from what they follow from, and write down what has changed.

    The enrolments are held until the block ends: of two who change the same standing the second one sees what
    the first one did.
    """
    session.flush()
    _take_turn(session, wanted)
    course = course_of(session, wanted.course_id)
    if course.tokens_per_term:  # what one assignment takes of them, another one does not have
        wanted = Wanted(wanted.course_id, None, wanted.users)
    terms = terms_of(session, wanted.course_id, course.time_zone, wanted.slugs)
    new: dict[Key, dict[str, Any]] = {}
    for user_id, theirs in works(session, wanted, terms).items():
        for slug, computed in compute(theirs, course.tokens_per_term, course.token_length).items():
            new[slug, user_id] = values_of(computed)
    return _write(session, wanted, terms, new)


def _wanted(touched: Iterable[Touched]) -> Wanted:
    those = list(touched)
    slugs = [one.slug for one in those if one.slug is not None]
    users = [one.user_id for one in those if one.user_id is not None]
    return Wanted(
        those[0].course_id,
        frozenset(slugs) if len(slugs) == len(those) else None,
        frozenset(users) if len(users) == len(those) else None,
    )


def _take_turn(session: Session, wanted: Wanted) -> None:
    rows = select(Enrolment.id).where(Enrolment.course_id == wanted.course_id).order_by(Enrolment.id)
    if wanted.users is not None:
        rows = rows.where(Enrolment.user_id.in_(wanted.users))
    hold(session, rows)


def _write(
    session: Session, wanted: Wanted, terms: Mapping[str, Terms], new: Mapping[Key, dict[str, Any]]
) -> list[Change]:
    before = _rows(session, wanted)
    changes = []
    for key, values in new.items():
        row = before.get(key)
        old = _of_row(row) if row is not None else None
        if old == values:
            continue
        if row is None:
            session.add(Standing(course_id=wanted.course_id, slug=key[0], user_id=key[1], serial=1, **values))
        else:
            for name, value in values.items():
                setattr(row, name, value)
            row.serial += 1
        changes.append(Change(wanted.course_id, *key, old, values))
    for key, row in before.items():
        if key not in new and key[0] in terms:  # of one that cannot be read everything stays as it was
            session.delete(row)
            changes.append(Change(wanted.course_id, *key, _of_row(row), None))
    session.flush()
    return changes


def _rows(session: Session, wanted: Wanted) -> dict[Key, Standing]:
    rows = select(Standing).where(Standing.course_id == wanted.course_id)
    if wanted.slugs is not None:
        rows = rows.where(Standing.slug.in_(wanted.slugs))
    if wanted.users is not None:
        rows = rows.where(Standing.user_id.in_(wanted.users))
    found = session.scalars(rows.execution_options(populate_existing=True))
    return {(row.slug, row.user_id): row for row in found}


def _of_row(row: Standing) -> dict[str, Any]:
    return {name: getattr(row, name) for name in VALUES}


def values_of(computed: Computed) -> dict[str, Any]:
    """The columns of a standing's row."""
    work = computed.work
    return {
        "state": str(computed.state),
        "due": work.own.due,
        "extension_id": work.own.because,
        "decision_id": work.ruling.id if work.ruling else None,
        **_side(computed, Share.PRIVATE, ""),
        **_side(computed, Share.PUBLIC, "public_"),
        **_tallies(work),
    }


def _side(computed: Computed, share: Share, prefix: str) -> dict[str, Any]:
    side = computed.sides[share]
    run = side.run
    values = {
        "points": computed.points(share),
        "earned": side.earned,
        "score": side.score,
        "submission_id": run.id if run else None,
        "version_id": run.version_id if run else None,
        "arrival": run.arrival if run else None,
        "late_by_s": seconds_of(side.late_by),
        "tokens": side.tokens,
        "makeup": side.outcome.makeup,
    }
    return {f"{prefix}{name}": value for name, value in values.items()}


def _tallies(work: Work) -> dict[str, Any]:
    latest = work.runs[-1] if work.runs else None
    return {
        "hand_ins": len(work.runs),
        "failures": sum(run.failed for run in work.runs),
        "our_faults": sum(run.our_fault for run in work.runs),
        "under_way": sum(run.is_under_way for run in work.runs),
        "latest_id": latest.id if latest else None,
        "latest_at": latest.arrival if latest else None,
        "latest_late_by_s": seconds_of(timing_at(work.rules, work.own.due, latest.arrival).late_by)
        if latest
        else 0,
    }


def seconds_of(late_by: timedelta) -> int:
    """Whole seconds late; what is late at all is so by one at least."""
    return max(1, int(late_by.total_seconds())) if late_by else 0


_OWN = {"course_id", "slug", "user_id", "serial"}
VALUES = tuple(column.name for column in Standing.__table__.columns if column.name not in _OWN)
