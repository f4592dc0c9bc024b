"""What a transaction writes that somebody has to hear of, seen on its way into the database.

No verb says what it did: whoever writes such a row through a session is seen here, and none can forget it.
Rows that are written past the session (bulk updates) are not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from server.database import Table
from server.deadlines.service import DateEdit, Extension
from server.grading.service import Grading, PublishedAssignment, Regrade, RegradeState, State, Submission
from server.inquiries.service import InquiryMessage
from server.standings.service import Decision

KEY = "noticed"


@dataclass(frozen=True, slots=True)
class Republished:
    """Another version of an assignment is in force."""

    course_id: int
    slug: str
    old: int
    new: int


@dataclass(slots=True)
class Seen:
    """The rows of one transaction, in the order in which they were written."""

    decisions: list[Decision] = field(default_factory=list)
    granted: list[Extension] = field(default_factory=list)
    ended: list[Extension] = field(default_factory=list)
    edits: list[DateEdit] = field(default_factory=list)
    published: list[Republished] = field(default_factory=list)
    runs: list[Grading] = field(default_factory=list)  # that have ended
    regrades: list[Regrade] = field(default_factory=list)  # that were applied
    handed_in: list[Submission] = field(default_factory=list)
    messages: list[InquiryMessage] = field(default_factory=list)


def take_seen(session: Session) -> Seen | None:
    """All that was seen since it was asked for last; None for nothing."""
    session.flush()
    seen: Seen | None = session.info.pop(KEY, None)
    return seen


@event.listens_for(Session, "after_flush")
def _watch(session: Session, _context: object) -> None:
    """What is new or changed, while it can still be told from what was there before."""
    rows = [row for row in (*session.new, *session.dirty) if type(row) in _NOTED]
    if rows:
        seen = session.info.setdefault(KEY, Seen())
        for row in rows:
            _NOTED[type(row)](seen, row, row in session.new)


def _changed(row: Table, name: str) -> bool:
    return bool(inspect(row).attrs[name].history.has_changes())


def _decision(seen: Seen, row: Decision, is_new: bool) -> None:
    if is_new:
        seen.decisions.append(row)


def _extension(seen: Seen, row: Extension, is_new: bool) -> None:
    if is_new:
        seen.granted.append(row)
    elif row.ended_at is not None and _changed(row, "ended_at"):
        seen.ended.append(row)


def _edit(seen: Seen, row: DateEdit, is_new: bool) -> None:
    if is_new:
        seen.edits.append(row)


def _publishing(seen: Seen, row: PublishedAssignment, is_new: bool) -> None:
    before = inspect(row).attrs["version_id"].history.deleted
    if not is_new and before and before[0] != row.version_id:
        seen.published.append(Republished(row.course_id, row.slug, before[0], row.version_id))


def _run(seen: Seen, row: Grading, is_new: bool) -> None:
    if row.state == State.DONE and (is_new or _changed(row, "state") or _changed(row, "verdict")):
        seen.runs.append(row)


def _regrade(seen: Seen, row: Regrade, _is_new: bool) -> None:
    if row.state == RegradeState.APPLIED and _changed(row, "state"):
        seen.regrades.append(row)


def _submission(seen: Seen, row: Submission, is_new: bool) -> None:
    if is_new:
        seen.handed_in.append(row)


def _message(seen: Seen, row: InquiryMessage, is_new: bool) -> None:
    if is_new:
        seen.messages.append(row)


_NOTED: Mapping[type, Callable[..., None]] = {
    Decision: _decision,
    Extension: _extension,
    DateEdit: _edit,
    PublishedAssignment: _publishing,
    Grading: _run,
    Regrade: _regrade,
    Submission: _submission,
    InquiryMessage: _message,
}
