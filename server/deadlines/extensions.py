"""Extensions as rows: which are in force for whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from server.courses.service import Enrolment
from server.deadlines.models import Extension
from server.deadlines.own_due import Exemption


def exemptions(
    session: Session, course_id: int, slugs: Collection[str], users: Collection[int] | None = None
) -> dict[tuple[str, int], list[Exemption]]:
    """The extensions in force of each student, by assignment and student; of labels too.

    `users` None is everybody of the course.
    """
    known = {"course": course_id, "slugs": list(slugs)}
    if users is None:
        granted = session.scalars(_GRANTED, known).all()
    else:
        granted = session.scalars(_GRANTED_TO, known | {"users": list(users)}).all()
    having = _having(session, course_id, {one.label for one in granted if one.label}, users)
    found: dict[tuple[str, int], list[Exemption]] = {}
    for one in granted:
        value = Exemption(one.id, one.due, one.granted_at, one.replaces)
        for user_id in _students(one, having):
            found.setdefault((one.slug, user_id), []).append(value)
    return found


# Built once: this is asked in most requests, and building costs more than asking.
_GRANTED = (
    select(Extension)
    .where(Extension.course_id == bindparam("course"), Extension.ended_at.is_(None))
    .where(Extension.slug.in_(bindparam("slugs", expanding=True)))
    .order_by(Extension.id)
)
_GRANTED_TO = _GRANTED.where(
    or_(Extension.user_id.in_(bindparam("users", expanding=True)), Extension.label.is_not(None))
)


def _students(one: Extension, having: Mapping[str, Iterable[int]]) -> Iterable[int]:
    if one.user_id is not None:
        return (one.user_id,)
    return having.get(one.label or "", ())


def _having(
    session: Session, course_id: int, labels: Collection[str], users: Collection[int] | None
) -> dict[str, list[int]]:
    """Who has each of these labels."""
    if not labels:
        return {}
    rows = select(Enrolment.user_id, Enrolment.labels).where(Enrolment.course_id == course_id)
    if users is not None:
        rows = rows.where(Enrolment.user_id.in_(users))
    found: dict[str, list[int]] = {label: [] for label in labels}
    for user_id, theirs in session.execute(rows):
        for label in set(theirs) & set(labels):
            found[label].append(user_id)
    return found
