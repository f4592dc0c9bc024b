"""The dates in force: those of an assignment's file, and what staff have set over them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, exists, func, select
from sqlalchemy.orm import Session

from assignments.spec import Assignment
from server.deadlines.models import DateEdit, Extension
from server.deadlines.reveal import Dates
from server.deadlines.schedule import rules_of


def dates_in_force(
    session: Session, course_id: int, specs: Iterable[Assignment], zone: ZoneInfo
) -> dict[str, Dates]:
    """The dates of these assignments by slug."""
    edits = edits_in_force(session, course_id)
    return {spec.slug: dates_of(spec, edits.get(spec.slug), zone) for spec in specs}


def edits_in_force(session: Session, course_id: int) -> dict[str, DateEdit]:
    """What staff have set last, by slug."""
    return {edit.slug: edit for edit in session.scalars(_NEWEST, {"course": course_id})}


# Built once: this is asked in most requests, and building costs more than asking.
_NEWEST = select(DateEdit).where(
    DateEdit.id.in_(
        select(func.max(DateEdit.id)).where(DateEdit.course_id == bindparam("course")).group_by(DateEdit.slug)
    )
)


def are_of_file(course_id: Any, slug: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a column or a parameter
    """In a query: whether an assignment has the dates of its file for everybody, but for time tokens."""
    edited = exists().where(DateEdit.course_id == course_id, DateEdit.slug == slug)
    extended = exists().where(
        Extension.course_id == course_id, Extension.slug == slug, Extension.ended_at.is_(None)
    )
    return ~edited & ~extended


def dates_of(spec: Assignment, edit: DateEdit | None, zone: ZoneInfo) -> Dates:
    """The dates of one assignment."""
    rules = rules_of(spec, zone)
    if edit is None:
        return Dates(rules, spec.reveal)
    late = replace(rules.late, closes=edit.closes) if edit.closes else rules.late
    edited = replace(rules, opens=edit.opens or rules.opens, due=edit.due or rules.due, late=late)
    is_edited = any(one is not None for one in (edit.opens, edit.due, edit.closes, edit.reveal))
    return Dates(edited, edit.reveal or spec.reveal, is_edited, edit.id or 0)
