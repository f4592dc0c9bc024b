"""Giving labels to people and taking them away: the labels themselves are free words of the staff."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from server.accounts.enrolments import enrolled
from server.accounts.models import User
from server.courses.rules import limited
from server.courses.service import Enrolment
from server.errors import BadInput, Forbidden
from server.person import STUDENTS, Role
from server.touched_standings import touch


class LabelChange(StrEnum):
    """What is done with labels."""

    ADD = "add"
    REMOVE = "remove"


def change_labels(
    session: Session,
    course_id: int,
    neptuns: Iterable[str],
    labels: Collection[str],
    change: LabelChange,
    *,
    reach: Collection[Role] = STUDENTS,
) -> int:
    """Give these people the labels, or take them away; of all of them or of none. How many were changed.

    Raises BadInput where somebody would have too many or nobody is chosen, and Forbidden for somebody of
    another role than those within reach.
    """
    rows = enrolled(course_id).where(User.neptun.in_(set(neptuns)), Enrolment.active)
    rows = rows.order_by(Enrolment.id).with_for_update(
        of=Enrolment
    )  # in one order, or two would wait for ever
    chosen = [enrolment for _user, enrolment in session.execute(rows)]
    if not chosen or not labels:
        raise BadInput(_("Choose people and write at least one label."))
    if any(enrolment.role not in reach for enrolment in chosen):
        raise Forbidden(_("Only a lecturer may change the labels of the staff."))
    changed = 0
    for enrolment in chosen:
        before = set(enrolment.labels)
        after = before | set(labels) if change is LabelChange.ADD else before - set(labels)
        if after != before:
            enrolment.labels = list(limited(after))
            touch(session, course_id, None, enrolment.user_id)  # an extension may be for a label
            changed += 1
    return changed
