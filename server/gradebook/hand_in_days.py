"""How many hand-ins came on which day: days that are over are counted once, for nothing comes to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from server.submissions.service import InForce, Submission

KEPT = timedelta(minutes=10)  # staff may hand in for a student as of a day that is over


@dataclass(frozen=True, slots=True)
class _Count:
    hand_ins: int
    seen_at: datetime
    is_over: bool


class DaysSeen:
    """The days as this process counted them last. Safe between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[tuple[int, str, date], _Count] = {}

    def of(
        self, session: Session, published: InForce, days: Sequence[date], zone: ZoneInfo, now: datetime
    ) -> list[int]:
        """The hand-ins of students on these days of the course's calendar; of trials none."""
        slot = (published.course_id, published.spec.slug)
        with self._lock:
            known = {day: self._known.get((*slot, day)) for day in days}
        asked = [day for day, one in known.items() if not _is_good(one, now)]
        if asked:
            counts = session.execute(select(*(_hand_ins_of(day, published, zone) for day in asked))).one()
            for day, count in zip(asked, counts, strict=True):
                known[day] = _Count(count, now, is_over=_span(day, zone)[1] < now)
            with self._lock:
                self._known.update({(*slot, day): one for day, one in known.items() if one is not None})
        return [one.hand_ins if one else 0 for one in known.values()]


def _is_good(one: _Count | None, now: datetime) -> bool:
    return one is not None and one.is_over and abs(now - one.seen_at) < KEPT


def _span(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    begins, ends = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    return begins, ends


def _hand_ins_of(day: date, published: InForce, zone: ZoneInfo) -> ColumnElement[int]:
    """An index has them in order of time: they are counted there."""
    begins, ends = _span(day, zone)
    rows = select(func.count()).where(
        Submission.course_id == published.course_id,
        Submission.slug == published.spec.slug,
        Submission.user_id.is_not(None),
        Submission.trial.is_(False),
        Submission.received_at >= begins,
        Submission.received_at < ends,
    )
    return rows.scalar_subquery()
