"""All decisions of a course, newest first: by whom, about what, when and why. They are never changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.accounts.rules import normalised
from server.accounts.service import people
from server.person import Person
from server.spreadsheets import Cell
from server.standings.decisions.records import DecisionCard, staff_card
from server.standings.models import Decision

ROWS = 50  # of one page
AT_ONCE = 500  # of a file
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2900, 1, 1)
LATEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Filter:
    """Which decisions: "" and None is all. Days are of the course's zone, both included."""

    kind: str = ""
    slug: str = ""
    neptun: str = ""  # whom it is about
    by: str = ""  # the Neptun code of who decided
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A decision, and whom it is about; None where it is about an assignment."""

    card: DecisionCard
    person: Person | None
    decided_by: Person | None  # None: a command of the server


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some decisions, newest first. `older` is the cursor of the next page; None where nothing is."""

    rows: tuple[AuditRow, ...]
    older: int | None


def audit(
    session: Session,
    course_id: int,
    request: Filter,
    zone: ZoneInfo,
    *,
    before: int | None = None,
    rows: int = ROWS,
) -> AuditPage:
    """A page of what was decided, of all that is older than the decision `before`."""
    found = _select(session, course_id, request, zone)
    if before is not None:
        found = found.where(Decision.id < min(before, LATEST_ID))
    decisions = session.scalars(found.order_by(Decision.id.desc()).limit(rows + 1)).all()
    shown = decisions[:rows]
    return AuditPage(_rows(session, course_id, shown), shown[-1].id if len(decisions) > rows else None)


def as_rows(
    session: Session, course_id: int, request: Filter, zone: ZoneInfo, columns: Sequence[str]
) -> Iterator[Sequence[Cell]]:
    """The decisions for a spreadsheet, newest first. `columns` is what the ten columns are called."""
    yield columns
    before: int | None = None
    while True:
        page = audit(session, course_id, request, zone, before=before, rows=AT_ONCE)
        yield from (_cells(row, zone) for row in page.rows)
        before = page.older
        if before is None:
            return


def _cells(row: AuditRow, zone: ZoneInfo) -> Sequence[Cell]:
    card, person = row.card, row.person
    return (
        card.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
        str(card.name),
        card.slug or "",
        person.neptun if person else "",
        person.name if person else "",
        str(card.words),
        card.reason,
        str(card.by),
        card.submission_id or "",
        card.id,
    )


def _select(session: Session, course_id: int, request: Filter, zone: ZoneInfo) -> Select[Decision]:
    rows = select(Decision).where(Decision.course_id == course_id)
    if request.kind:
        rows = rows.where(Decision.kind == request.kind)
    if request.slug:
        rows = rows.where(Decision.slug == request.slug)
    if request.neptun:
        rows = rows.where(Decision.user_id == _id_of(session, course_id, request.neptun))
    if request.by:
        rows = rows.where(Decision.decided_by == _id_of(session, course_id, request.by))
    if request.since:
        rows = rows.where(Decision.decided_at >= _midnight(request.since, zone))
    if request.until:
        rows = rows.where(Decision.decided_at < _midnight(request.until, zone, days=1))
    return rows


def _midnight(day: date, zone: ZoneInfo, days: int = 0) -> datetime:
    """The beginning of a day, or of one after it; of a day far from all courses that of one less far."""
    bounded = min(max(day, FIRST_DAY), LAST_DAY)
    return datetime.combine(bounded + timedelta(days=days), time(), zone)


def _id_of(session: Session, course_id: int, neptun: str) -> int:
    """Of somebody of the course, be they active or not; 0, which nobody has, where there is nobody."""
    code = normalised(neptun)
    return next((one.id for one in people(session, course_id).values() if one.neptun == code), 0)


def _rows(session: Session, course_id: int, decisions: Sequence[Decision]) -> tuple[AuditRow, ...]:
    ids = {id_ for one in decisions for id_ in (one.user_id, one.decided_by) if id_ is not None}
    known = people(session, course_id, ids)
    return tuple(
        AuditRow(
            staff_card(one, known),
            known.get(one.user_id) if one.user_id is not None else None,
            known.get(one.decided_by) if one.decided_by is not None else None,
        )
        for one in decisions
    )
