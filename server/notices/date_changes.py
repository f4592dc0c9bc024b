"""What is told of dates: extensions granted and taken back, and dates that moved, to those whom they move."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignments.spec import Assignment
from server.courses.service import Course, Enrolment
from server.deadlines.rules import Rules, own_due
from server.deadlines.service import DateEdit, Extension, dates_of, edits_in_force, exemptions
from server.grading.service import AssignmentVersion, all_in_force, readable_spec
from server.notices.change_listener import Republished
from server.notices.fact import Fact
from server.notices.kinds import NoticeKind
from server.person import Role
from server.standings.service import Change, own_dues


@dataclass(frozen=True, slots=True)
class _Move:
    """The dates of an assignment before and after."""

    slug: str
    before: Rules
    after: Rules
    key: str
    reason: str = ""


def of_extensions(
    session: Session, granted: Sequence[Extension], ended: Sequence[Extension]
) -> Iterator[Fact]:
    """Each of those whom an extension is for hears until when they have time now."""
    for word, those in (("granted", granted), ("ended", ended)):
        for one in those:
            users = [one.user_id] if one.user_id is not None else _having(session, one)
            spec = _specs(session, one.course_id).get(one.slug)
            dues = own_dues(session, one.course_id, [spec], users) if spec else {}
            for user_id in users:
                window = dues.get((one.slug, user_id))
                params = {
                    "ended": word == "ended",
                    "due": (window.due if window else one.due).isoformat(),
                    "reason": one.ended_because if word == "ended" else one.reason,
                }
                about = (one.course_id, user_id, NoticeKind.EXTENDED, one.slug)
                yield Fact(*about, f"{word}:{one.id}", params)


def of_edits(
    session: Session, edits: Iterable[DateEdit], published: Iterable[Republished], now: datetime
) -> Iterator[Fact]:
    """Dates moved by staff, or by a new version of the file: told to each student whom that moves."""
    for edit in edits:
        course = session.get_one(Course, edit.course_id)
        spec = _specs(session, course.id).get(edit.slug)
        if spec is not None:
            before = dates_of(spec, _before(session, edit), course.time_zone).rules
            after = dates_of(spec, edit, course.time_zone).rules
            move = _Move(edit.slug, before, after, f"moved:{edit.id}", edit.reason)
            yield from _moved(session, course.id, move)
    for one in published:
        rules = _republished(session, one)
        if rules is not None:
            key = f"published:{one.slug}:{one.old}:{one.new}:{now.isoformat()}"
            yield from _moved(session, one.course_id, _Move(one.slug, *rules, key))


def of_own_dues(session: Session, changes: Iterable[Change], now: datetime) -> Iterator[Fact]:
    """Whose due moment has moved otherwise: with a label, and the extension of those who have it."""
    for one in changes:
        if not _may_move(one):
            continue  # mostly
        spec = _specs(session, one.course_id).get(one.slug)
        if spec is None:
            continue
        window = own_dues(session, one.course_id, [spec], [one.user_id])[one.slug, one.user_id]
        old, new = one.old["due"] if one.old else window.rules.due, window.due
        if old != new:
            dates = {"opens": window.rules.opens.isoformat(), "closes": None}
            params = dates | {"due": new.isoformat(), "old": old.isoformat(), "reason": ""}
            key = f"own:{one.slug}:{now.isoformat()}"
            yield Fact(one.course_id, one.user_id, NoticeKind.MOVED, one.slug, key, params)


def _may_move(change: Change) -> bool:
    """Whether somebody has another due moment, or a standing for the first time by an extension."""
    if change.old is None:
        return change.new is not None and change.new["extension_id"] is not None
    return change.new is None or change.new["due"] != change.old["due"]


def students(session: Session, course_id: int) -> list[int]:
    """Everybody who takes the course now."""
    rows = select(Enrolment.user_id).where(Enrolment.course_id == course_id, Enrolment.active)
    return list(session.scalars(rows.where(Enrolment.role == Role.STUDENT).order_by(Enrolment.user_id)))


def _moved(session: Session, course_id: int, move: _Move) -> Iterator[Fact]:
    before, after = move.before, move.after
    same = (before.opens, before.late.closes) == (after.opens, after.late.closes)
    if same and before.due == after.due:
        return
    granted = exemptions(session, course_id, [move.slug])
    for user_id in students(session, course_id):
        theirs = granted.get((move.slug, user_id), ())
        old, new = own_due(before, theirs).due, own_due(after, theirs).due
        if same and old == new:
            continue  # their extension holds as it is
        closes = after.late.closes
        params = {
            "opens": after.opens.isoformat(),
            "due": new.isoformat(),
            "closes": closes.isoformat() if closes else None,
            "old": old.isoformat(),
            "reason": move.reason,
        }
        yield Fact(course_id, user_id, NoticeKind.MOVED, move.slug, move.key, params)


def _republished(session: Session, one: Republished) -> tuple[Rules, Rules] | None:
    """The dates with each of the two files, under what staff have set; None where one cannot be read."""
    zone = session.get_one(Course, one.course_id).time_zone
    edit = edits_in_force(session, one.course_id).get(one.slug)
    specs = [readable_spec(session.get_one(AssignmentVersion, number), zone) for number in (one.old, one.new)]
    old, new = (None if spec is None else dates_of(spec, edit, zone).rules for spec in specs)
    return None if old is None or new is None else (old, new)


def _before(session: Session, edit: DateEdit) -> DateEdit | None:
    rows = select(DateEdit).where(DateEdit.course_id == edit.course_id, DateEdit.slug == edit.slug)
    return session.scalar(rows.where(DateEdit.id < edit.id).order_by(DateEdit.id.desc()).limit(1))


def _having(session: Session, extension: Extension) -> list[int]:
    """Who has the label of an extension now."""
    rows = select(Enrolment.user_id, Enrolment.labels).where(Enrolment.course_id == extension.course_id)
    return [user_id for user_id, labels in session.execute(rows) if extension.label in labels]


def _specs(session: Session, course_id: int) -> dict[str, Assignment]:
    zone = session.get_one(Course, course_id).time_zone
    return {one.spec.slug: one.spec for one in all_in_force(session, course_id, zone)}
