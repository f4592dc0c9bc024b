"""What people do with inquiries: ask, write on, answer, accept, decline. Each change is a decision, too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assignments.spec import Assignment
from server.errors import BadInput, Forbidden, NotFound
from server.inquiries.models import Inquiry, InquiryMessage
from server.inquiries.refusals import InquiryClosed, InquiryOpen, InquirySettled, NoText
from server.inquiries.states import UNSETTLED, InquiryState, Window, window_of
from server.person import Person
from server.standings.rules import DecisionKind
from server.standings.service import DecisionAuthor, Subject, private_revealed_at, record, take_turn

TEXT_LENGTH = 2000  # as of a reason: what settles an inquiry is one
MESSAGES = 100  # in one inquiry
LATEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody writes, and when. `seen` is as in `DecisionAuthor`."""

    person: Person
    text: str
    now: datetime
    seen: int | None = None


def ask(session: Session, spec: Assignment, message: Message, zone: ZoneInfo) -> Inquiry:
    """Ask to look at one's own result again. Raises BadInput, InquiryClosed, InquiryOpen and NoText."""
    person, text = message.person, read_text(message.text)
    if person.is_staff:
        raise BadInput(_("Only students ask about their results."))
    subject = Subject(person.course_id, spec.slug, person.id)
    take_turn(session, subject, DecisionAuthor(person, message.now, ""))
    window = inquiry_window(session, spec, person, zone)
    if window is None or not window.holds(message.now):
        raise InquiryClosed
    if unsettled(session, subject) is not None:
        raise InquiryOpen
    inquiry = Inquiry(
        course_id=subject.course_id,
        slug=subject.slug,
        user_id=person.id,
        state=InquiryState.OPEN,
        opened_at=message.now,
        changed_at=message.now,
    )
    session.add(inquiry)
    session.flush()
    _say(session, inquiry, message, text)
    _decide(session, inquiry, message, text, None)
    return inquiry


def write_on(session: Session, inquiry_id: int, message: Message) -> Inquiry:
    """Write in an inquiry: its student asks on, staff answer. Raises NotFound, InquirySettled and NoText."""
    state = InquiryState.ANSWERED if message.person.is_staff else InquiryState.OPEN
    return _move(session, inquiry_id, message, state)


def accept(session: Session, inquiry_id: int, message: Message) -> Inquiry:
    """Something was changed, or will be. Raises NotFound, Forbidden, InquirySettled, NoText, Overtaken."""
    return _settle(session, inquiry_id, message, InquiryState.ACCEPTED)


def decline(session: Session, inquiry_id: int, message: Message) -> Inquiry:
    """It stays as it is. Raises as `accept` does."""
    return _settle(session, inquiry_id, message, InquiryState.DECLINED)


def inquiry_of(session: Session, person: Person, inquiry_id: int) -> Inquiry:
    """An inquiry that is one's own, or anybody's for staff. Others must not learn that it exists."""
    if inquiry_id > LATEST_ID:  # more than the database can be asked for
        raise NotFound
    rows = select(Inquiry).where(Inquiry.id == inquiry_id, Inquiry.course_id == person.course_id)
    found = session.scalar(rows)
    if found is None or not (person.is_staff or found.user_id == person.id):
        raise NotFound
    return found


def unsettled(session: Session, subject: Subject) -> Inquiry | None:
    """The one inquiry that is neither accepted nor declined."""
    rows = select(Inquiry).where(
        Inquiry.course_id == subject.course_id,
        Inquiry.slug == subject.slug,
        Inquiry.user_id == subject.user_id,
        Inquiry.state.in_(UNSETTLED),
    )
    return session.scalar(rows)


def inquiry_window(session: Session, spec: Assignment, person: Person, zone: ZoneInfo) -> Window | None:
    """When this student may ask about this result; None where nobody may."""
    revealed_at = private_revealed_at(session, person.course_id, spec, person.id)
    return window_of(revealed_at, spec.inquiry_days, zone)


def read_text(text: str) -> str:
    """What was written, with one kind of line ends. Raises NoText, and BadInput for what is too long."""
    read = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not read:
        raise NoText
    if len(read) > TEXT_LENGTH:
        raise BadInput(_("A message has at most %(n)s characters.", n=TEXT_LENGTH))
    return read


def _settle(session: Session, inquiry_id: int, message: Message, state: InquiryState) -> Inquiry:
    if not message.person.is_staff:
        inquiry_of(session, message.person, inquiry_id)
        raise Forbidden
    return _move(session, inquiry_id, message, state)


def _move(session: Session, inquiry_id: int, message: Message, state: InquiryState) -> Inquiry:
    """Add a message, and let the inquiry be in this state from now on."""
    text = read_text(message.text)
    known = inquiry_of(session, message.person, inquiry_id)
    subject = Subject(known.course_id, known.slug, known.user_id)
    # The same turn as for all decisions about this student's work, and before any row of inquiries is held.
    take_turn(session, subject, DecisionAuthor(message.person, message.now, text, message.seen))
    rows = select(Inquiry).where(Inquiry.id == known.id).with_for_update()
    inquiry = session.scalars(rows, execution_options={"populate_existing": True}).one()
    if inquiry.state not in UNSETTLED:
        raise InquirySettled
    _say(session, inquiry, message, text)
    before, inquiry.state, inquiry.changed_at = inquiry.state, state, message.now
    if before != state:
        _decide(session, inquiry, message, text, before)
    return inquiry


def _say(session: Session, inquiry: Inquiry, message: Message, text: str) -> None:
    rows = select(func.count()).select_from(InquiryMessage).where(InquiryMessage.inquiry_id == inquiry.id)
    if (session.scalar(rows) or 0) >= MESSAGES and not message.person.is_staff:
        raise BadInput(_("An inquiry has at most %(n)s messages: speak to the staff.", n=MESSAGES))
    session.add(InquiryMessage(inquiry_id=inquiry.id, author_id=message.person.id, text=text, at=message.now))
    session.flush()


def _decide(session: Session, inquiry: Inquiry, message: Message, text: str, before: str | None) -> None:
    """Each change of state stands among the decisions."""
    subject = Subject(inquiry.course_id, inquiry.slug, inquiry.user_id)
    new, old = {"inquiry": inquiry.id, "state": inquiry.state}, {"state": before} if before else {}
    author = DecisionAuthor(message.person, message.now, text)
    record(session, DecisionKind.INQUIRY, subject, author, new, old=old)
