"""Extensions granted and taken back: to one student, to several at once, or to all who have a label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from assignments.late_policy import Offset
from assignments.spec import Assignment
from server.accounts.rules import is_neptun, normalised
from server.accounts.service import people
from server.courses.service import Enrolment, course_of
from server.database import hold
from server.deadline_pages.typed_moments import Due, local_text
from server.deadlines.rules import Rules
from server.deadlines.service import (
    DateAuthor,
    Extension,
    Grant,
    check_grant,
    check_reason,
    dates_in_force,
    end,
    extension_in,
    grant,
)
from server.errors import BadInput, NotFound
from server.grading.service import FinalDraw
from server.person import Person, Role
from server.standings.rules import DecisionKind, Overtaken
from server.standings.service import DecisionAuthor as Decider
from server.standings.service import OwnWindow, Subject, own_dues, record

MOST_PEOPLE = 1000  # in one request
MOST_ID = 2**31  # of a row, as PostgreSQL counts them


@dataclass(frozen=True, slots=True)
class ExtensionRequest:
    """An extension of one assignment, as it is asked for."""

    due: Due
    reason: str
    neptuns: tuple[str, ...] = ()
    label: str = ""  # all who have it, instead of single students
    replaces: bool = False
    seen: int | None = None  # the newest extension that the asker knew of; None: they did not look


@dataclass(frozen=True, slots=True)
class Which:
    """An extension by its number, and the assignment that it is said to be of."""

    slug: str
    id: int


@dataclass(frozen=True, slots=True)
class Granted:
    """An extension that is granted or would be."""

    request: Grant
    person: Person | None  # None: for a label
    old: datetime  # due before
    extension_id: int | None = None  # None: nothing was written


def extend(
    session: Session,
    course_id: int,
    spec: Assignment,
    request: ExtensionRequest,
    author: DateAuthor,
    *,
    dry_run: bool = False,
) -> list[Granted]:
    """Grant it to everybody named, or to nobody. With `dry_run` nothing is written.

    Raises BadInput with a sentence for whatever is wrong with it, and Overtaken when somebody else, or the
    same form sent twice, has extended one of them since `seen`.
    """
    check_reason(request.reason)
    refuse_after_draw(session, course_id, spec.slug)
    chosen = students_by_code(session, course_id, request.neptuns)
    label = request.label.strip()
    if bool(chosen) == bool(label):
        raise BadInput(_("Choose students, or one label: an extension is for the one or for the other."))
    take_turn(session, course_id, None if label else [one.id for one in chosen])
    _refuse_overtaken(session, course_id, spec.slug, chosen, request.seen)
    rules = rules_in_force(session, course_id, spec)
    if label:
        todo = [_for_label(session, course_id, rules, spec.slug, request)]
    else:
        windows = own_dues(session, course_id, [spec], [one.id for one in chosen])
        todo = [_for_student(one, windows[spec.slug, one.id], spec.slug, request) for one in chosen]
    return todo if dry_run else [write(session, course_id, rules, one, author) for one in todo]


def take_back(session: Session, course_id: int, which: Which, reason: str, author: DateAuthor) -> Extension:
    """End an extension; it stays to be read. Raises BadInput, and NotFound for one of something else."""
    found = session.get(Extension, which.id) if which.id < MOST_ID else None
    if found is None or (found.course_id, found.slug) != (course_id, which.slug):
        raise NotFound
    check_reason(reason)
    take_turn(session, course_id, None if found.user_id is None else [found.user_id])
    extension = extension_in(session, course_id, which.id)
    if extension is None:
        raise NotFound
    session.refresh(extension)
    end(session, extension, reason, author)
    new = {"extension": extension.id} | ({"label": extension.label} if extension.label else {})
    subject = Subject(course_id, extension.slug, extension.user_id)
    decider = Decider(author.person, author.now, reason)
    old = {"due": extension.due.isoformat()}
    record(session, DecisionKind.END_EXTENSION, subject, decider, new, old=old)
    return extension


def write(session: Session, course_id: int, rules: Rules, one: Granted, author: DateAuthor) -> Granted:
    """Write an extension down that was looked at, with the decision that it is. Raises BadInput."""
    extension = grant(session, course_id, rules, one.request, author)
    new = {"due": extension.due.isoformat(), "extension": extension.id, "replaces": extension.replaces}
    if extension.label:
        new["label"] = extension.label
    subject = Subject(course_id, extension.slug, extension.user_id)
    decider = Decider(author.person, author.now, one.request.reason)
    record(session, DecisionKind.EXTEND, subject, decider, new, old={"due": one.old.isoformat()})
    return Granted(one.request, one.person, one.old, extension.id)


def check_student(one: Person, window: OwnWindow, slug: str, due: Due, reason: str) -> Granted:
    """What one student would be granted. Raises BadInput."""
    return _for_student(one, window, slug, ExtensionRequest(due, reason))


def refuse_after_draw(session: Session, course_id: int, slug: str) -> None:
    """Raise BadInput where the final data are drawn: whoever got more time could win nothing by it."""
    if session.get(FinalDraw, (course_id, slug)) is not None:
        raise BadInput(
            _(
                "The final data of this assignment are drawn, and what is handed in now would not be scored "
                "on them. Set points by a decision instead."
            )
        )


def students_by_code(session: Session, course_id: int, codes: Iterable[str]) -> list[Person]:
    """The students with these codes, each once. Raises BadInput that names those whom nobody has."""
    wanted = dict.fromkeys(normalised(code) for code in codes if code.strip())
    if len(wanted) > MOST_PEOPLE:
        raise BadInput(_("At most %(n)s students at once.", n=MOST_PEOPLE))
    known = active_students(session, course_id) if wanted else {}
    unknown = [code if is_neptun(code) else code[:10] for code in wanted if code not in known]
    if unknown:
        raise BadInput(
            _("No student of this course has this code: %(codes)s.", codes=", ".join(unknown[:20]))
        )
    return [known[code] for code in wanted]


def active_students(session: Session, course_id: int) -> dict[str, Person]:
    """The students who are let in to a course, by code."""
    active = set(
        session.scalars(
            select(Enrolment.user_id).where(
                Enrolment.course_id == course_id, Enrolment.active, Enrolment.role == Role.STUDENT
            )
        )
    )
    return {one.neptun: one for one in people(session, course_id).values() if one.id in active}


def take_turn(session: Session, course_id: int, users: Sequence[int] | None) -> None:
    """Of two who change the same deadlines at once the second one waits, and sees what the first one did."""
    rows = select(Enrolment.id).where(Enrolment.course_id == course_id).order_by(Enrolment.id)
    if users is not None:
        rows = rows.where(Enrolment.user_id.in_(users))
    hold(session, rows)


def newest_extension(session: Session, course_id: int) -> int:
    """The id of the newest one of a course, for a form to remember; 0 where there is none."""
    rows = select(func.max(Extension.id)).where(Extension.course_id == course_id)
    return session.scalar(rows) or 0


def labels_of(session: Session, course_id: int) -> Mapping[str, int]:
    """The labels that students have, with how many have each."""
    found: dict[str, int] = {}
    for one in active_students(session, course_id).values():
        for label in one.labels:
            found[label] = found.get(label, 0) + 1
    return dict(sorted(found.items()))


def _refuse_overtaken(
    session: Session, course_id: int, slug: str, chosen: Sequence[Person], seen: int | None
) -> None:
    if seen is None:
        return
    rows = select(Extension.id).where(Extension.course_id == course_id, Extension.slug == slug)
    rows = rows.where(Extension.id > seen)
    if chosen:
        theirs = Extension.user_id.in_([one.id for one in chosen])
        rows = rows.where(or_(theirs, Extension.label.is_not(None)))
    if session.scalar(rows.limit(1)) is not None:
        raise Overtaken


def rules_in_force(session: Session, course_id: int, spec: Assignment) -> Rules:
    """The clock of an assignment for everybody, as it is now."""
    zone = course_of(session, course_id).time_zone
    return dates_in_force(session, course_id, [spec], zone)[spec.slug].rules


def _for_student(one: Person, window: OwnWindow, slug: str, request: ExtensionRequest) -> Granted:
    rules, old = window.rules, window.own.due
    due = _due(request, rules.due if request.replaces else old, rules)
    asked = Grant(slug, due, request.reason, user_id=one.id, replaces=request.replaces)
    _check(rules, asked)
    if due <= old and not request.replaces:
        raise BadInput(
            _(
                "%(code)s has until %(due)s already, and an extension never shortens: choose a later "
                "moment, or have it replace the earlier ones.",
                code=one.neptun,
                due=local_text(old, rules.zone),
            )
        )
    return Granted(asked, one, old)


def _for_label(
    session: Session, course_id: int, rules: Rules, slug: str, request: ExtensionRequest
) -> Granted:
    label = request.label.strip()
    if label not in labels_of(session, course_id):
        raise BadInput(_("No student of this course has the label “%(label)s”.", label=label[:40]))
    due = _due(request, rules.due, rules)
    asked = Grant(slug, due, request.reason, label=label, replaces=request.replaces)
    _check(rules, asked)
    return Granted(asked, None, rules.due)


def _check(rules: Rules, asked: Grant) -> None:
    check_grant(rules, asked)
    if asked.due < rules.due:
        raise BadInput(
            _(
                "It is due at %(due)s for everybody, and nobody can be given less.",
                due=local_text(rules.due, rules.zone),
            )
        )


def _due(request: ExtensionRequest, base: datetime, rules: Rules) -> datetime:
    return request.due.after(base, rules.zone) if isinstance(request.due, Offset) else request.due
