"""Inquiries as they are shown: to staff all of them, to a student their own without names of staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import case, func, select, tuple_
from sqlalchemy.orm import Session

from server.accounts.service import people
from server.errors import Text
from server.inquiries.models import Inquiry, InquiryMessage
from server.inquiries.states import UNSETTLED, InquiryState
from server.person import Person
from server.standings.service import Subject, newest_decision

ROWS = 50  # of one page
LATEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class InquiryCard:
    """An inquiry in a list."""

    id: int
    slug: str
    person: Person
    state: InquiryState
    opened_at: datetime
    changed_at: datetime
    first: str  # what was asked, its beginning

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is written in it."""
        return self.state not in UNSETTLED


@dataclass(frozen=True, slots=True)
class MessageCard:
    """One message. To students staff have no names."""

    text: str
    by: Text
    by_student: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Thread:
    """An inquiry with all that was written. `newest` is for forms of staff to remember."""

    card: InquiryCard
    messages: tuple[MessageCard, ...]
    newest: int


@dataclass(frozen=True, slots=True)
class InquiryPage:
    """Some inquiries, those first that staff have to answer. `older` is the cursor of the next page."""

    cards: tuple[InquiryCard, ...]
    older: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which inquiries: "" is all."""

    state: str = ""
    slug: str = ""


def inquiries(
    session: Session, person: Person, wanted: Wanted, *, before: str | None = None, rows: int = ROWS
) -> InquiryPage:
    """A page of inquiries: of the course for staff, one's own for a student.

    Open ones come first, the others after them; of each the newest first. Raises ValueError for a cursor that
    this has not given.
    """
    rank = case((Inquiry.state == InquiryState.OPEN, 1), else_=0)
    found = select(Inquiry).where(Inquiry.course_id == person.course_id)
    if not person.is_staff:
        found = found.where(Inquiry.user_id == person.id)
    if wanted.state:
        found = found.where(Inquiry.state == wanted.state)
    if wanted.slug:
        found = found.where(Inquiry.slug == wanted.slug)
    if before is not None:
        found = found.where(tuple_(rank, Inquiry.id) < _read_cursor(before))
    ordered = found.order_by(rank.desc(), Inquiry.id.desc()).limit(rows + 1)
    those = session.scalars(ordered).all()
    shown = those[:rows]
    more = len(those) > rows
    return InquiryPage(_cards(session, shown), _cursor(shown[-1]) if more else None)


def inquiries_of(session: Session, person: Person, slug: str) -> tuple[InquiryCard, ...]:
    """All inquiries of a student about an assignment, the newest first."""
    rows = select(Inquiry).where(
        Inquiry.course_id == person.course_id, Inquiry.slug == slug, Inquiry.user_id == person.id
    )
    return _cards(session, session.scalars(rows.order_by(Inquiry.id.desc())).all())


def number_open(session: Session, course_id: int) -> int:
    """How many inquiries wait for an answer of the staff."""
    rows = select(func.count()).select_from(Inquiry)
    return session.scalar(rows.where(Inquiry.course_id == course_id, Inquiry.state == InquiryState.OPEN)) or 0


def thread(session: Session, inquiry: Inquiry, reader: Person) -> Thread:
    """An inquiry as the reader sees it."""
    rows = select(InquiryMessage).where(InquiryMessage.inquiry_id == inquiry.id).order_by(InquiryMessage.id)
    messages = session.scalars(rows).all()
    known = people(session, inquiry.course_id, {one.author_id for one in messages})
    subject = Subject(inquiry.course_id, inquiry.slug, inquiry.user_id)
    return Thread(
        _cards(session, [inquiry])[0],
        tuple(
            MessageCard(one.text, _by(one, inquiry, known, reader), one.author_id == inquiry.user_id, one.at)
            for one in messages
        ),
        newest_decision(session, subject) if reader.is_staff else 0,
    )


def _by(message: InquiryMessage, inquiry: Inquiry, known: dict[int, Person], reader: Person) -> Text:
    if message.author_id == reader.id:
        return _("you")
    if not reader.is_staff and message.author_id != inquiry.user_id:
        return _("staff")
    found = known.get(message.author_id)
    return found.name if found else _("staff")


def _cards(session: Session, those: Sequence[Inquiry]) -> tuple[InquiryCard, ...]:
    if not those:
        return ()
    known = people(session, those[0].course_id, {one.user_id for one in those})
    first = select(func.min(InquiryMessage.id)).where(
        InquiryMessage.inquiry_id.in_([one.id for one in those])
    )
    rows = select(InquiryMessage.inquiry_id, InquiryMessage.text).where(
        InquiryMessage.id.in_(first.group_by(InquiryMessage.inquiry_id))
    )
    asked = {inquiry_id: text for inquiry_id, text in session.execute(rows)}  # noqa: C416 - rows are no pairs
    return tuple(
        InquiryCard(
            id=one.id,
            slug=one.slug,
            person=known[one.user_id],
            state=InquiryState(one.state),
            opened_at=one.opened_at,
            changed_at=one.changed_at,
            first=asked.get(one.id, ""),
        )
        for one in those
    )


def _cursor(inquiry: Inquiry) -> str:
    return f"{int(inquiry.state == InquiryState.OPEN)}-{inquiry.id}"


def _read_cursor(text: str) -> tuple[int, int]:
    rank, _dash, number = text.partition("-")
    if rank not in {"0", "1"} or not (number.isascii() and number.isdigit() and len(number) < 12):
        raise ValueError("no cursor of ours")
    return int(rank), min(int(number), LATEST_ID)
