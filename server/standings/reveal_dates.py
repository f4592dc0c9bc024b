"""When private shares are told to students, as dates, extensions and hand-ins are now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assignments.spec import Assignment
from server.courses.service import Course, course_of
from server.deadlines.rules import Reveal, is_revealed, last_makeup_moment, not_before_earlier, reveal_of
from server.deadlines.service import Extension, dates_in_force
from server.standings.facts import Terms, terms_of
from server.standings.models import Standing


def reveals(session: Session, course: Course, terms: Mapping[str, Terms]) -> dict[str, Reveal]:
    """When the private shares of each of these assignments are told to students.

    An assignment with time tokens waits for others: it needs the terms of all.
    """
    rows = select(Extension.slug, func.max(Extension.due)).where(Extension.course_id == course.id)
    rows = rows.where(Extension.ended_at.is_(None)).group_by(Extension.slug)
    latest = {slug: due for slug, due in session.execute(rows)}  # noqa: C416 - a result is no mapping
    found = {
        slug: reveal_of(
            one.dates, [latest[slug]] if slug in latest else [], _tokens(course, one), course.token_length
        )
        for slug, one in terms.items()
    }
    return found | not_before_earlier({slug: one for slug, one in found.items() if one.tokens})


def reveal_in_force(session: Session, course_id: int, spec: Assignment) -> Reveal:
    """When the private shares of one assignment are told."""
    course = course_of(session, course_id)
    dates = dates_in_force(session, course_id, [spec], course.time_zone)[spec.slug]
    terms = {spec.slug: Terms(spec, dates)}
    if _tokens(course, terms[spec.slug]):
        terms = terms_of(session, course_id, course.time_zone) | terms
    return reveals(session, course, terms)[spec.slug]


def board_is_revealed(session: Session, course_id: int, spec: Assignment, now: datetime) -> bool:
    """Whether students see the board of the private share."""
    return reveal_in_force(session, course_id, spec).board_is_revealed(now)


def private_revealed_at(session: Session, course_id: int, spec: Assignment, user_id: int) -> datetime:
    """The last second in which a student is not told the private share; see `is_revealed`."""
    reveal = reveal_in_force(session, course_id, spec)
    row = session.get(Standing, (course_id, spec.slug, user_id))
    return reveal.common if row is None else _of_row(row, reveal)


def private_is_revealed(session: Session, course_id: int, slug: str, user_id: int, now: datetime) -> bool:
    """Whether a student is told the private shares of what they handed in for an assignment."""
    course = course_of(session, course_id)
    terms = terms_of(session, course_id, course.time_zone)
    row = session.get(Standing, (course_id, slug, user_id))
    return row is not None and row_is_revealed(row, reveals(session, course, terms).get(slug), now)


def row_is_revealed(row: Standing, reveal: Reveal | None, now: datetime) -> bool:
    """Whether its student is told the private share; not of an assignment that cannot be read any more."""
    return reveal is not None and is_revealed(_of_row(row, reveal), now)


def closes_for_all(session: Session, course_id: int, spec: Assignment) -> datetime:
    """The last second in which anybody's hand-in can count: extensions, tokens and a make-up are in it."""
    course = course_of(session, course_id)
    dates = dates_in_force(session, course_id, [spec], course.time_zone)[spec.slug]
    regular = replace(dates, reveal=None)
    closes = reveals(session, course, {spec.slug: Terms(spec, regular)})[spec.slug].latest
    makeup = dates.rules.makeup
    return closes if makeup is None else max(closes, last_makeup_moment(dates.rules, makeup))


def _of_row(row: Standing, reveal: Reveal) -> datetime:
    return reveal.own(row.due, [row.latest_at] if row.latest_at else [])


def _tokens(course: Course, terms: Terms) -> int:
    """How many time tokens a student may use for an assignment at most."""
    return min(terms.dates.rules.late.tokens, course.tokens_per_term)
