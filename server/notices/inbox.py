"""Notices as their reader sees them: newest first, how many are unread, and what is muted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session

from server.courses.service import Course
from server.errors import Text
from server.grading.service import all_in_force
from server.notices.kinds import Mute, NoticeKind, usual
from server.notices.models import Notice, NoticeMute
from server.notices.records import mutes_of
from server.notices.wording import path, reason, sentence
from server.person import Person

ROWS = 25  # of one page in a browser
MOST_COUNTED = 100  # unread ones; more are "99+"
LATEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class NoticeCard:
    """One notice, ready to print."""

    id: int
    kind: NoticeKind
    slug: str
    text: Text
    reason: str
    path: str
    at: datetime
    read: bool


@dataclass(frozen=True, slots=True)
class NoticePage:
    """Some notices, newest first. `older` is the cursor of the next page; None where nothing is."""

    cards: tuple[NoticeCard, ...] = ()
    older: int | None = None
    unread: int = 0

    @property
    def newest(self) -> int:
        """The id up to which everything was shown."""
        return self.cards[0].id if self.cards else 0


def notices_of(
    session: Session, person: Person, language: str, *, before: int | None = None, rows: int = ROWS
) -> NoticePage:
    """A page of somebody's notices, of all that is older than the notice `before`."""
    found = select(Notice).where(Notice.user_id == person.id, Notice.course_id == person.course_id)
    if before is not None:
        found = found.where(Notice.id < min(before, LATEST_ID))
    notices = session.scalars(found.order_by(Notice.id.desc()).limit(rows + 1)).all()
    titles = _titles(session, person, language) if notices else {}
    shown = notices[:rows]
    return NoticePage(
        tuple(_card(one, titles) for one in shown),
        shown[-1].id if len(notices) > rows else None,
        unread(session, person),
    )


def unread(session: Session, person: Person) -> int:
    """How many notices somebody has not read, counted up to MOST_COUNTED; asked for on every page."""
    rows = select(literal(1)).where(Notice.user_id == person.id, Notice.read_at.is_(None))
    rows = rows.where(Notice.course_id == person.course_id).limit(MOST_COUNTED)
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def mark_read(session: Session, person: Person, up_to: int, now: datetime) -> None:
    """All that somebody was shown is read: up to this notice, for newer ones may have come meanwhile."""
    mine = (Notice.user_id == person.id, Notice.course_id == person.course_id)
    rows = update(Notice).where(*mine, Notice.read_at.is_(None), Notice.id <= min(up_to, LATEST_ID))
    session.execute(rows.values(read_at=now), execution_options={"synchronize_session": False})


def mutes(session: Session, user_id: int) -> Mapping[NoticeKind, Mute]:
    """What holds for each kind."""
    chosen = mutes_of(session, [user_id]).get(user_id, {})
    return {kind: chosen.get(kind, usual(kind)) for kind in NoticeKind}


def choose_mutes(session: Session, user_id: int, wanted: Mapping[NoticeKind, Mute]) -> None:
    """From now on these kinds are told like this."""
    for kind, how in wanted.items():
        session.merge(NoticeMute(user_id=user_id, kind=str(kind), how=str(how)))


def _titles(session: Session, person: Person, language: str) -> dict[str, str]:
    zone = session.get_one(Course, person.course_id).time_zone
    found = all_in_force(session, person.course_id, zone)
    return {one.spec.slug: one.spec.title.in_language(language) for one in found}


def _card(one: Notice, titles: Mapping[str, str]) -> NoticeCard:
    return NoticeCard(
        id=one.id,
        kind=NoticeKind(one.kind),
        slug=one.slug,
        text=sentence(one.kind, titles.get(one.slug, one.slug), one.params),
        reason=reason(one.kind, one.params),
        path=path(one.kind, one.slug, one.params),
        at=one.created_at,
        read=one.read_at is not None,
    )
