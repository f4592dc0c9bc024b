"""Who has handed in nothing a day before it is due: looked for by the dispatcher, and told once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.courses.service import Course, the_course
from server.database import Database
from server.grading.service import published_now
from server.notices.date_changes import students
from server.notices.fact import Fact
from server.notices.kinds import NoticeKind
from server.notices.models import Notice
from server.notices.records import keep
from server.standings.rules import StandingState
from server.standings.service import Standing, own_dues

log = structlog.get_logger()

AHEAD = timedelta(hours=24)
EVERY = timedelta(minutes=1)


class Reminder:
    """Looks whether it is time, whenever it is asked."""

    def __init__(self, database: Database, clock: Callable[[], datetime], *, mails: bool) -> None:
        self._database = database
        self._clock = clock
        self._mails = mails
        self._next: datetime | None = None

    def look(self) -> int:
        """How many were reminded."""
        now = self._clock()
        if self._next is not None and now < self._next:
            return 0
        self._next = now + EVERY
        with self._database.read() as session:
            if session.scalar(select(Course.id).limit(1)) is None:
                return 0  # nothing was published yet
            fresh = _untold(session, list(due_soon(session, the_course(session), now)))
        if fresh:
            with self._database.write() as session:
                keep(session, fresh, now, mails=self._mails)
            log.info("reminded", count=len(fresh))
        return len(fresh)


def due_soon(session: Session, course: Course, now: datetime) -> Iterator[Fact]:
    """Who has to hand in within a day and has not. A moment that moves is another fact."""
    specs = [one.spec for one in published_now(session, course.id, course.time_zone)]
    done = _done(session, course.id)
    windows = own_dues(session, course.id, specs, students(session, course.id))
    for (slug, user_id), window in windows.items():
        if window.rules.opens <= now < window.due <= now + AHEAD and (slug, user_id) not in done:
            due = window.due.isoformat()
            yield Fact(course.id, user_id, NoticeKind.DUE_SOON, slug, f"due:{slug}:{due}", {"due": due})


def _done(session: Session, course_id: int) -> set[tuple[str, int | None]]:
    """Who have handed in what counts or may come to, and who need not, because staff have decided."""
    rows = select(Standing.slug, Standing.user_id).where(Standing.course_id == course_id)
    rows = rows.where(Standing.state != StandingState.MISSING)
    return {(slug, user_id) for slug, user_id in session.execute(rows)}


def _untold(session: Session, facts: list[Fact]) -> list[Fact]:
    rows = select(Notice.user_id, Notice.key).where(Notice.key.in_({fact.key for fact in facts}))
    known = {(user_id, key) for user_id, key in session.execute(rows)}
    return [fact for fact in facts if (fact.user_id, fact.key) not in known]
