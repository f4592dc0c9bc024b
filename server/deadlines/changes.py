"""Extensions granted and taken back, dates edited, tokens limited: what people do to deadlines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.deadlines.models import REASON_LENGTH, DateEdit, Extension, TokenLimit
from server.deadlines.own_due import bounded
from server.deadlines.schedule import Rules
from server.errors import BadInput
from server.person import Person
from server.touched_standings import touch

LONGEST_EXTENSION = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class DateAuthor:
    """Who does it, and when."""

    person: Person | None  # None: by a command of the server
    now: datetime

    @property
    def id(self) -> int | None:
        """Of the account."""
        return self.person.id if self.person else None


@dataclass(frozen=True, slots=True)
class Grant:
    """A later due moment for one student, or for all who have a label."""

    slug: str
    due: datetime
    reason: str
    user_id: int | None = None
    label: str | None = None
    replaces: bool = False


def grant(session: Session, course_id: int, rules: Rules, request: Grant, author: DateAuthor) -> Extension:
    """Grant an extension. Raises BadInput where it would pass the wall, shorten, or has no reason."""
    check_grant(rules, request)
    extension = Extension(
        course_id=course_id,
        slug=request.slug,
        user_id=request.user_id,
        label=request.label,
        due=request.due,
        replaces=request.replaces,
        reason=request.reason.strip(),
        granted_by=author.id,
        granted_at=author.now,
    )
    session.add(extension)
    touch(session, course_id, request.slug, request.user_id)
    session.flush()
    return extension


def check_grant(rules: Rules, request: Grant) -> None:
    """Raise BadInput for an extension that cannot be granted."""
    check_reason(request.reason)
    if (request.user_id is None) == (request.label is None):
        raise BadInput(_("An extension is for one student or for one label."))
    if request.due != bounded(rules, request.due):
        raise BadInput(
            _(
                "Hand-ins close for everybody at %(closes)s, and no extension passes that. "
                "Choose an earlier moment.",
                closes=_local(rules, rules.late.closes or request.due),
            )
        )
    if request.due <= rules.due and not request.replaces:
        raise BadInput(
            _(
                "It is due at %(due)s for everybody: an extension has to be later.",
                due=_local(rules, rules.due),
            )
        )
    if request.due <= rules.opens or request.due > rules.due + LONGEST_EXTENSION:
        raise BadInput(_("This moment lies too far away from the deadline. Check the year and the month."))


def end(session: Session, extension: Extension, reason: str, author: DateAuthor) -> None:
    """Take an extension back; it stays to be read. Raises BadInput for one that is not in force."""
    check_reason(reason)
    if extension.ended_at is not None:
        raise BadInput(_("This extension has been taken back already."))
    extension.ended_at, extension.ended_because = author.now, reason.strip()
    extension.ended_by = author.id
    touch(session, extension.course_id, extension.slug, extension.user_id)
    session.flush()


@dataclass(frozen=True, slots=True)
class NewDates:
    """Dates to be in force instead of those of the file; None leaves one as the file has it."""

    reason: str
    opens: datetime | None = None
    due: datetime | None = None
    closes: datetime | None = None
    reveal: datetime | None = None


def edit_dates(
    session: Session, course_id: int, slug: str, request: NewDates, author: DateAuthor
) -> DateEdit:
    """Set dates over those of the file, which were looked at with `check_dates`. Raises BadInput."""
    check_reason(request.reason)
    edit = DateEdit(
        course_id=course_id,
        slug=slug,
        opens=request.opens,
        due=request.due,
        closes=request.closes,
        reveal=request.reveal,
        reason=request.reason.strip(),
        edited_by=author.id,
        edited_at=author.now,
    )
    session.add(edit)
    touch(session, course_id, slug, None)
    session.flush()
    return edit


def check_dates(of_file: Rules, request: NewDates) -> Rules:
    """The rules as they would be. Raises BadInput for dates in an impossible order."""
    late = replace(of_file.late, closes=request.closes) if request.closes else of_file.late
    rules = replace(of_file, opens=request.opens or of_file.opens, due=request.due or of_file.due, late=late)
    if rules.due <= rules.opens:
        raise BadInput(_("It has to be due after it opens."))
    if rules.late.closes is not None and rules.late.closes < rules.due:
        raise BadInput(_("Hand-ins cannot close before they are due."))
    if rules.makeup is not None and rules.makeup.opens <= rules.due:
        raise BadInput(_("It has to be due before its make-up opens."))
    return rules


def limit_tokens(session: Session, course_id: int, request: Limit, now: datetime) -> None:
    """Let an assignment use at most so many of a student's time tokens."""
    if request.most is None:
        if row := session.get(TokenLimit, (course_id, request.slug, request.user_id)):
            session.delete(row)
    else:
        session.merge(
            TokenLimit(
                course_id=course_id, slug=request.slug, user_id=request.user_id, most=request.most, set_at=now
            )
        )
    touch(session, course_id, request.slug, request.user_id)
    session.flush()


@dataclass(frozen=True, slots=True)
class Limit:
    """Of time tokens: at most so many; None is as many as help."""

    slug: str
    user_id: int
    most: int | None


def extension_in(session: Session, course_id: int, extension_id: int) -> Extension | None:
    """An extension of this course, held until the block ends."""
    rows = select(Extension).where(Extension.course_id == course_id, Extension.id == extension_id)
    return session.scalar(rows.with_for_update())


def check_reason(reason: str) -> None:
    """Raise BadInput for a reason that is missing or too long."""
    if not reason.strip():
        raise BadInput(_("Write a reason: the student reads it, and whoever looks at this later."))
    if len(reason.strip()) > REASON_LENGTH:
        raise BadInput(_("A reason has at most %(n)s characters.", n=REASON_LENGTH))


def _local(rules: Rules, moment: datetime) -> str:
    return moment.astimezone(rules.zone).strftime("%Y-%m-%d %H:%M:%S")
