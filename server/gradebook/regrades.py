"""Regrades as staff see them: what there is to grade again, how far it is, and who would move by how much."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.rules import read_neptun
from server.accounts.service import find_person, people
from server.errors import BadInput
from server.person import Person
from server.standings.rules import DecisionKind
from server.standings.service import (
    DecisionAuthor,
    Move,
    Subject,
    histogram,
    moves_of_regrade,
    points_by_student,
    record,
)
from server.submissions import service as submissions
from server.submissions.service import Progress, Reader, Regrade, RegradeState

BINS = 20


@dataclass(frozen=True, slots=True)
class RegradeCard:
    """One regrade, with what it has come to so far."""

    id: int
    slug: str
    title: str  # of the assignment
    state: RegradeState
    reason: str
    version: str  # digest of the assignment's version that it grades with
    started_at: datetime
    started_by: Person | None  # None: a command of the server
    ended_at: datetime | None
    progress: Progress
    no_grader: bool  # it waits, and no grader takes jobs of its queue


@dataclass(frozen=True, slots=True)
class MoveRow:
    """What would change for one student, or has changed."""

    person: Person
    move: Move


@dataclass(frozen=True, slots=True)
class Preview:
    """Who moves by how much, the greatest loss first; and how all points are spread, before and after."""

    rows: tuple[MoveRow, ...]
    up: int
    down: int
    most: float
    before: tuple[int, ...]  # students by points, in BINS equal stretches from nothing to all
    after: tuple[int, ...]

    @property
    def tallest(self) -> int:
        """The most students in one stretch."""
        return max((*self.before, *self.after, 1))


@dataclass(frozen=True, slots=True)
class Regrades:
    """All regrades of an assignment, the newest first, and how many results wait for one."""

    cards: tuple[RegradeCard, ...]
    outdated: int


def regrades(session: Session, slug: str, reader: Reader) -> Regrades:
    """What was graded again, and what should be. Raises UnknownAssignment."""
    published = submissions.in_force(session, reader.person.course_id, slug, reader.zone)
    rows = select(Regrade).where(
        Regrade.course_id == published.course_id, Regrade.slug == published.spec.slug
    )
    found = session.scalars(rows.order_by(Regrade.id.desc())).all()
    cards = tuple(_card(session, one, reader) for one in found)
    return Regrades(cards, submissions.outdated(session, published))


def regrade_card(session: Session, regrade_id: int, reader: Reader) -> RegradeCard:
    """One regrade. Raises NotFound."""
    return _card(session, submissions.regrade_of(session, reader.person.course_id, regrade_id), reader)


def preview(session: Session, card: RegradeCard, reader: Reader) -> Preview:
    """Who would move if it were applied as far as it is; of one that has ended nobody."""
    course_id = reader.person.course_id
    published = submissions.in_force(session, course_id, card.slug, reader.zone)
    most = Decimal(str(published.spec.score.points))
    moves = moves_of_regrade(session, course_id, card.id) if card.state is RegradeState.OPEN else []
    known = people(session, course_id, [move.user_id for move in moves])
    before = points_by_student(session, course_id, card.slug)
    after = before | {move.user_id: move.new for move in moves if move.slug == card.slug}
    return Preview(
        rows=tuple(MoveRow(known[move.user_id], move) for move in moves if move.user_id in known),
        up=sum(move.by > 0 for move in moves),
        down=sum(move.by < 0 for move in moves),
        most=published.spec.score.points,
        before=histogram([one for one in before.values() if one is not None], most, BINS),
        after=histogram([one for one in after.values() if one is not None], most, BINS),
    )


@dataclass(frozen=True, slots=True)
class Start:
    """What is to be graded again: what these students handed in, or everybody."""

    slug: str
    only: tuple[str, ...] = ()  # Neptun codes


def start(
    session: Session, request: Start, author: DecisionAuthor, course_id: int, zone: ZoneInfo
) -> Regrade:
    """Let it run again beside the results in force. Raises UnknownAssignment, or BadInput."""
    published = submissions.in_force(session, course_id, request.slug, zone)
    users = _users(session, course_id, request.only)
    regrade = submissions.start_regrade(session, published, users, _regrader(author))
    new = {"regrade": regrade.id, "version": published.digest[:16], "only": list(request.only)}
    record(session, DecisionKind.REGRADE, Subject(course_id, regrade.slug, None), author, new)
    return regrade


def apply(session: Session, regrade: Regrade, author: DecisionAuthor) -> int:
    """From now on the new results count; whoever moves can read why. How many students move."""
    because = replace(author, reason=regrade.reason)
    moves = moves_of_regrade(session, regrade.course_id, regrade.id)
    submissions.apply_regrade(session, regrade, _regrader(because))
    kind, new = DecisionKind.APPLY_REGRADE, {"regrade": regrade.id, "moved": len(moves)}
    record(session, kind, Subject(regrade.course_id, regrade.slug, None), because, new)
    for move in moves:
        subject = Subject(regrade.course_id, move.slug, move.user_id)
        old = _points(move.old, move.old_public)
        record(session, kind, subject, because, {**_points(move.new, move.new_public), **new}, old=old)
    return len(moves)


def drop(session: Session, regrade: Regrade, author: DecisionAuthor) -> None:
    """The old results stay."""
    because = replace(author, reason=author.reason or regrade.reason)
    submissions.drop_regrade(session, regrade, _regrader(because))
    subject = Subject(regrade.course_id, regrade.slug, None)
    record(session, DecisionKind.DROP_REGRADE, subject, because, {"regrade": regrade.id})


def _points(private: Decimal | None, public: Decimal | None) -> dict[str, str | None]:
    """Both numbers, in the words of a decision."""
    return {
        "points": None if private is None else str(private),
        "public_points": None if public is None else str(public),
    }


def _regrader(author: DecisionAuthor) -> submissions.Regrader:
    return submissions.Regrader(author.person, author.now, author.reason)


def _users(session: Session, course_id: int, codes: Collection[str]) -> list[int] | None:
    """Raises BadInput that names the codes which nobody of the course has."""
    if not codes:
        return None
    found = {code: find_person(session, course_id, read_neptun(code)) for code in codes}
    unknown = [code for code, person in found.items() if person is None]
    if unknown:
        raise BadInput(_("Nobody of this course has these codes: %(codes)s.", codes=", ".join(unknown)))
    return [person.id for person in found.values() if person is not None]


def _card(session: Session, regrade: Regrade, reader: Reader) -> RegradeCard:
    published = submissions.in_force(session, reader.person.course_id, regrade.slug, reader.zone)
    starter = people(session, regrade.course_id, [regrade.started_by] if regrade.started_by else [])
    progress = submissions.progress(session, regrade)
    slots = submissions.live_slots(session, reader.now)
    return RegradeCard(
        id=regrade.id,
        slug=regrade.slug,
        title=published.spec.title.in_language(reader.language),
        state=RegradeState(regrade.state),
        reason=regrade.reason,
        version=submissions.version_digest(session, regrade.version_id),
        started_at=regrade.started_at,
        started_by=starter.get(regrade.started_by or 0),
        ended_at=regrade.ended_at,
        progress=progress,
        no_grader=progress.waiting > 0 and not slots.get(published.queue),
    )
