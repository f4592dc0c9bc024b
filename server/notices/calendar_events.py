"""Somebody's own dates for their calendar: what is due when, last moments, make-ups, quizzes to replay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import gettext as _
from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session

from assignments.quiz_reading import read_quiz
from assignments.spec import SpecError
from server.accounts.service import fingerprint, new_key, people
from server.courses.service import Course, Enrolment
from server.deadlines.service import DateEdit, Extension
from server.grading.service import AssignmentVersion, published_now
from server.notices.icalendar import Entry
from server.notices.models import CalendarKey
from server.person import Person
from server.quizzes.service import Room, RoomCounts, RoomEvent
from server.standings.service import OwnWindow, own_windows


@dataclass(frozen=True, slots=True)
class Revision:
    """How often what dates follow from was changed, and when last."""

    count: int
    at: datetime


def new_calendar_key(session: Session, user_id: int, now: datetime) -> str:
    """A new secret for the address of somebody's calendar; the one before leads nowhere from now on."""
    key = new_key()
    session.merge(CalendarKey(user_id=user_id, key_hash=fingerprint(key), made_at=now))
    return key


def calendar_made_at(session: Session, user_id: int) -> datetime | None:
    """When the address in use was made; None where there is none."""
    row = session.get(CalendarKey, user_id)
    return row.made_at if row else None


def drop_calendar_key(session: Session, user_id: int) -> None:
    """The address leads nowhere from now on."""
    row = session.get(CalendarKey, user_id)
    if row is not None:
        session.delete(row)


def person_of_calendar(session: Session, key: str) -> Person | None:
    """Whose calendar it is; nobody's where they are let in no more."""
    rows = select(CalendarKey.user_id, Enrolment.course_id).join(
        Enrolment, (Enrolment.user_id == CalendarKey.user_id) & Enrolment.active
    )
    rows = rows.where(CalendarKey.key_hash == fingerprint(key)).order_by(Enrolment.course_id).limit(1)
    found = session.execute(rows).one_or_none()
    if found is None:
        return None
    user_id, course_id = found
    return people(session, course_id, [user_id]).get(user_id)


def own_entries(session: Session, person: Person, public_url: str, language: str) -> list[Entry]:
    """All dates of somebody, in the language asked for; of what is kept secret nothing."""
    course = session.get_one(Course, person.course_id)
    found = published_now(session, course.id, course.time_zone)
    windows = own_windows(session, course.id, person.id, [one.spec for one in found])
    revisions = _revisions(session, course.id, person.id)
    place = _Place(public_url, language)
    entries: list[Entry] = []
    for one in found:
        slug = one.spec.slug
        about = _About(f"{course.id}-{slug}-{person.id}@{place.host}", f"{public_url}/assignments/{slug}")
        title = one.spec.title.in_language(language)
        entries += _of_assignment(about, title, windows[slug], revisions[slug])
    return entries + list(_replays(session, person, course, place))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the links of a calendar lead, and in which language it is."""

    public_url: str
    language: str

    @property
    def host(self) -> str:
        return urlsplit(self.public_url).hostname or "localhost"


@dataclass(frozen=True, slots=True)
class _About:
    """What all entries of an assignment share."""

    uid: str
    url: str

    def entry(
        self, word: str, summary: str, begins: datetime, revision: Revision, ends: datetime | None = None
    ) -> Entry:
        return Entry(
            f"{word}-{self.uid}", summary, begins, revision.at, revision.count, ends=ends, url=self.url
        )


def _of_assignment(about: _About, title: str, window: OwnWindow, revision: Revision) -> Iterator[Entry]:
    yield about.entry("due", _("Due: %(title)s", title=title), window.due, revision)
    closes = window.announced_closes
    if closes > window.due:
        said = _("Last moment, late: %(title)s", title=title)
        yield about.entry("closes", said, closes, revision)
    makeup = window.rules.makeup
    if makeup is not None:
        yield about.entry(
            "makeup", _("Make-up: %(title)s", title=title), makeup.opens, revision, ends=makeup.due
        )


def _replays(session: Session, person: Person, course: Course, place: _Place) -> Iterator[Entry]:
    """Until when quizzes may be played again."""
    set_last = select(RoomEvent.room_id, func.count().label("count"), func.max(RoomEvent.at).label("at"))
    sets = set_last.where(RoomEvent.verb == "replay").group_by(RoomEvent.room_id).subquery()
    rows = select(Room, sets.c.count, sets.c.at).outerjoin(sets, sets.c.room_id == Room.id)
    rows = rows.where(Room.course_id == course.id, Room.ended_at.is_not(None), Room.replay_until.is_not(None))
    rows = rows.where(Room.counts != RoomCounts.DISCARDED)
    for room, count, at in session.execute(rows.order_by(Room.id)):
        about = _About(f"{room.id}-{person.id}@{place.host}", f"{place.public_url}/live/{room.pin}/replay")
        title = _quiz_title(room, course, place.language)
        summary = _("Quiz, last moment to play it again: %(title)s", title=title)
        yield about.entry("replay", summary, room.replay_until, Revision(count or 0, at or room.ended_at))


def _quiz_title(room: Room, course: Course, language: str) -> str:
    try:
        title = read_quiz(room.quiz.toml, course.time_zone, file=room.quiz.slug).title
    except SpecError:  # of an older release
        return room.quiz.slug
    return title.in_language(language)


def _revisions(session: Session, course_id: int, user_id: int) -> Mapping[str, Revision]:
    """How often the dates of each assignment can have moved for somebody.

    It only grows, by which programs see what is newer; and by nothing that is about others.
    """
    counts: dict[str, int] = {}
    last: dict[str, datetime] = {}
    for slug, count, at in _changes(session, course_id, user_id):
        counts[slug] = counts.get(slug, 0) + count
        last[slug] = max(last.get(slug, at), at)
    return {slug: Revision(counts[slug] - 1, last[slug]) for slug in counts}


def _changes(session: Session, course_id: int, user_id: int) -> Iterator[tuple[str, int, datetime]]:
    """Of each table that dates follow from: how many of its moments there are, and the latest."""
    # Of labels all: whoever loses one has a later revision, too.
    theirs = or_(Extension.user_id == user_id, Extension.label.is_not(None))
    for table, at, condition in (
        (AssignmentVersion, AssignmentVersion.published_at, true()),
        (DateEdit, DateEdit.edited_at, true()),
        (Extension, Extension.granted_at, theirs),
        (Extension, Extension.ended_at, theirs),
    ):
        rows = select(table.slug, func.count(at), func.max(at)).where(table.course_id == course_id)
        rows = rows.where(at.is_not(None), condition).group_by(table.slug)
        for of, count, latest in session.execute(rows):
            if latest is not None:
                yield of, count, latest
