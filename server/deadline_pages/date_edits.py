"""Dates over those of an assignment's file: what they would change, setting them, and going back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from assignments.spec import Assignment
from server.accounts.service import people
from server.courses.service import Course, course_of
from server.deadline_pages.extensions import active_students, refuse_after_draw, take_turn
from server.deadlines.rules import Dates, last_moment, own_due, rules_of
from server.deadlines.service import (
    DateAuthor,
    DateEdit,
    NewDates,
    check_dates,
    check_reason,
    dates_of,
    edit_dates,
    edits_in_force,
    exemptions,
)
from server.errors import BadInput
from server.person import Person
from server.standings.rules import Computed, DecisionKind, Overtaken, Share
from server.standings.service import DecisionAuthor as Decider
from server.standings.service import Standings, Subject, Wanted, computed, record, terms_of

FIELDS = ("opens", "due", "closes", "reveal")


@dataclass(frozen=True, slots=True)
class DateSet:
    """The dates of an assignment for everybody."""

    opens: datetime
    due: datetime
    closes: datetime | None
    reveal: datetime | None


@dataclass(frozen=True, slots=True)
class DateRequest:
    """Dates to be in force. What is not named stays as it is in force; None goes back to the file."""

    values: Mapping[str, datetime | None]  # by FIELDS
    reason: str
    seen: int | None = None  # the newest edit that the asker knew of; None: they did not look


@dataclass(frozen=True, slots=True)
class Edited:
    """Who has set the dates in force, when and why."""

    id: int
    by: Person | None  # None: a command of the server
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class DateCard:
    """The dates of an assignment: in force, and of its file."""

    in_force: DateSet
    of_file: DateSet
    edit: Edited | None  # None: they are those of the file
    newest: int  # edit, also one that went back to the file; 0: there is none


@dataclass(frozen=True, slots=True)
class Moved:
    """A student whose points or lateness would change, before and after."""

    person: Person
    slug: str
    old: Decimal | None
    new: Decimal | None
    old_late: timedelta
    new_late: timedelta


@dataclass(frozen=True, slots=True)
class DatePreview:
    """What other dates would change."""

    old: DateSet
    new: DateSet
    moved: tuple[Moved, ...]  # the greatest loss first
    to_be_told: tuple[Person, ...]  # students whose own dates change

    @property
    def points_change(self) -> int:
        """How many students' points change."""
        return len({one.person.id for one in self.moved if one.old != one.new})

    @property
    def lateness_changes(self) -> int:
        """How many students' lateness changes."""
        return len({one.person.id for one in self.moved if one.old_late != one.new_late})


def date_card(session: Session, course_id: int, spec: Assignment) -> DateCard:
    """The dates of an assignment, and who has set them."""
    course = course_of(session, course_id)
    edit = edits_in_force(session, course_id).get(spec.slug)
    in_force = dates_of(spec, edit, course.time_zone)
    edited = None
    if edit is not None and in_force.edited:
        by = people(session, course_id, [edit.edited_by]).get(edit.edited_by) if edit.edited_by else None
        edited = Edited(edit.id, by, edit.edited_at, edit.reason)
    of_file = _set(dates_of(spec, None, course.time_zone))
    return DateCard(_set(in_force), of_file, edited, edit.id if edit else 0)


def preview(session: Session, course_id: int, spec: Assignment, request: DateRequest) -> DatePreview:
    """What these dates would change. Nothing is written. Raises BadInput for dates that cannot be."""
    check_reason(request.reason)
    new = _new_dates(session, course_id, spec, request)
    course = course_of(session, course_id)
    before = edits_in_force(session, course_id).get(spec.slug)
    old_dates = dates_of(spec, before, course.time_zone)
    new_dates = dates_of(spec, _row(course_id, spec.slug, new), course.time_zone)
    if _end(new_dates) > _end(old_dates):
        refuse_after_draw(session, course_id, spec.slug)
    return DatePreview(
        _set(old_dates),
        _set(new_dates),
        _moved(session, course, spec, new_dates),
        _affected_people(session, course_id, spec.slug, old_dates, new_dates),
    )


def change_dates(
    session: Session, course_id: int, spec: Assignment, request: DateRequest, author: DateAuthor
) -> DatePreview:
    """Set the dates, with all that follows from them. What was changed. Raises BadInput and Overtaken."""
    take_turn(session, course_id, None)
    edit = edits_in_force(session, course_id).get(spec.slug)
    if request.seen is not None and edit is not None and edit.id > request.seen:
        raise Overtaken
    done = preview(session, course_id, spec, request)
    written = edit_dates(session, course_id, spec.slug, _new_dates(session, course_id, spec, request), author)
    subject = Subject(course_id, spec.slug, None)
    decider = Decider(author.person, author.now, request.reason)
    record(
        session,
        DecisionKind.EDIT_DATES,
        subject,
        decider,
        _values_of(done.new if dates_are_set(written) else None) | {"edit": written.id},
        old=_values_of(done.old),
    )
    return done


def edited_lines(session: Session, course_id: int, specs: Mapping[str, Assignment]) -> list[str]:
    """For whoever publishes files: which dates in force are not those of the file, in English."""
    course = course_of(session, course_id)
    found = []
    for slug, spec in sorted(specs.items()):
        card = date_card(session, course_id, spec)
        if card.edit is None:
            continue
        of_file, in_force = _values_of(card.of_file, course), _values_of(card.in_force, course)
        differences = [
            f"{name}: file says {of_file[name] or 'nothing'}, in force {in_force[name]}"
            for name in FIELDS
            if of_file[name] != in_force[name]
        ]
        found.append(f"{slug}: {_who(card.edit, course)}: {'; '.join(differences)}")
    return found


def _who(edit: Edited, course: Course) -> str:
    at = f"{edit.at.astimezone(course.time_zone):%Y-%m-%d %H:%M}"
    return f"dates edited in the browser on {at} by {edit.by.name if edit.by else 'the server'}"


def _end(dates: Dates) -> datetime:
    return last_moment(dates.rules, dates.rules.due)


def _new_dates(session: Session, course_id: int, spec: Assignment, request: DateRequest) -> NewDates:
    """The edit that comes to this. A date that is that of the file is left to the file."""
    zone = course_of(session, course_id).time_zone
    edit = edits_in_force(session, course_id).get(spec.slug)
    of_file = _set(dates_of(spec, None, zone))
    values = {name: getattr(edit, name) if edit else None for name in FIELDS} | dict(request.values)
    kept = {name: None if one == getattr(of_file, name) else one for name, one in values.items()}
    new = NewDates(request.reason, **kept)
    rules = check_dates(rules_of(spec, zone), new)
    reveal = new.reveal or spec.reveal
    if reveal is not None and reveal <= rules.due:
        raise BadInput(
            _(
                "Private results cannot be told before it is due: whoever may still hand in would know them. "
                "Choose a later moment."
            )
        )
    if _set(dates_of(spec, _row(course_id, spec.slug, new), zone)) == _set(dates_of(spec, edit, zone)):
        raise BadInput(_("These dates are in force already: nothing would change."))
    return new


def dates_are_set(edit: DateEdit) -> bool:
    """Whether an edit sets any date: one that does not goes back to the file."""
    return any(getattr(edit, name) is not None for name in FIELDS)


def _row(course_id: int, slug: str, new: NewDates) -> DateEdit:
    """An edit that belongs to no session: it is never written."""
    dates = {name: getattr(new, name) for name in FIELDS}
    return DateEdit(course_id=course_id, slug=slug, reason=new.reason, **dates)


def _moved(session: Session, course: Course, spec: Assignment, new: Dates) -> tuple[Moved, ...]:
    terms = terms_of(session, course.id, course.time_zone)
    then = {**terms, spec.slug: replace(terms[spec.slug], dates=new)}
    before = computed(session, Wanted(course.id), terms)
    after = computed(session, Wanted(course.id), then)
    keys = [key for key in sorted({*before, *after}) if _differs(key, before, after)]
    known = people(session, course.id, {user_id for _slug, user_id in keys}) if keys else {}
    found = [
        Moved(
            known[user_id],
            slug,
            _points(before.get((slug, user_id))),
            _points(after.get((slug, user_id))),
            _late_by(before.get((slug, user_id))),
            _late_by(after.get((slug, user_id))),
        )
        for slug, user_id in keys
        if user_id in known
    ]
    return tuple(sorted(found, key=lambda one: ((one.new or 0) - (one.old or 0), one.person.name, one.slug)))


def _differs(key: tuple[str, int], before: Standings, after: Standings) -> bool:
    old, new = before.get(key), after.get(key)
    return (_points(old), _late_by(old)) != (_points(new), _late_by(new))


def _points(one: Computed | None) -> Decimal | None:
    return one.points(Share.PRIVATE) if one else None


def _late_by(one: Computed | None) -> timedelta:
    return one.sides[Share.PRIVATE].late_by if one else timedelta()


def _affected_people(
    session: Session, course_id: int, slug: str, old: Dates, new: Dates
) -> tuple[Person, ...]:
    """The students for whom it opens, is due or ends at another moment, or is revealed at another one."""
    granted = exemptions(session, course_id, [slug])
    everybody = sorted(active_students(session, course_id).values(), key=lambda one: (one.name, one.neptun))

    def own(dates: Dates, user_id: int) -> tuple[object, ...]:
        due = own_due(dates.rules, granted.get((slug, user_id), ())).due
        return dates.rules.opens, due, last_moment(dates.rules, due), dates.reveal

    return tuple(one for one in everybody if own(old, one.id) != own(new, one.id))


def _set(dates: Dates) -> DateSet:
    rules = dates.rules
    return DateSet(rules.opens, rules.due, rules.late.closes, dates.reveal)


def _values_of(dates: DateSet | None, course: Course | None = None) -> dict[str, str | None]:
    """As they are written down, or as the wall clock of a course has them; without dates nothing but None."""
    found: dict[str, str | None] = {}
    for name in FIELDS:
        moment: datetime | None = getattr(dates, name) if dates else None
        if moment is None or course is None:
            found[name] = moment.isoformat() if moment else None
        else:
            found[name] = f"{moment.astimezone(course.time_zone):%Y-%m-%d %H:%M:%S}"
    return found
