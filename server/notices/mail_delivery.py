"""Mails of notices: claimed, sent and marked one after the other, by any number of dispatchers at once.

A mail is claimed in one transaction, which fixes what is in it and its id, and marked in another one. Who
dies between the two has sent it or not: after the lease it is sent again under the same Message-ID, so that
whoever got it twice sees it once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from flask import Flask
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from server.accounts.service import User
from server.courses.service import Course, Enrolment
from server.grading.service import Submission, all_in_force
from server.mail import send
from server.notices.kinds import MailState, NoticeKind
from server.notices.models import Notice
from server.notices.notice_mail import Addressee, Letter, Sender, as_mail
from server.receipts.service import Receipt, file_of
from server.web import services

log = structlog.get_logger()

LEASE = timedelta(minutes=10)  # longer than any mail server is waited for
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))
GIVEN_UP_AFTER = timedelta(days=3)
AT_ONCE = 50  # mails of one round
MOST = 100  # notices in one mail


@dataclass(frozen=True, slots=True)
class MailCount:
    """How many notices there are in a state, and since when."""

    count: int
    oldest: datetime


class Postman:
    """Sends what waits, whenever it is asked."""

    def __init__(self, app: Flask, clock: Callable[[], datetime]) -> None:
        self._app = app
        self._database = services(app).database
        self._config = services(app).config
        self._clock = clock

    def look(self) -> int:
        """How many mails were sent. The first one that is not taken ends the round: the next is soon."""
        sent = 0
        while sent < AT_ONCE and self._send_one():
            sent += 1
        return sent

    def _send_one(self) -> bool:
        """Whether there was one to send, and it was taken."""
        if self._config.mail is None or not self._is_due():
            return False
        with self._database.write() as session:
            letter = claim(session, self._clock())
        if letter is None:
            return False
        sender = Sender(self._config.mail.sender, self._config.public_url)
        with self._app.app_context():
            mail = as_mail(letter, sender, self._clock())
        taken = bool(send(self._config.mail, [mail]))
        with self._database.write() as session:
            mark(session, letter.id, self._clock(), taken=taken)
        return taken

    def _is_due(self) -> bool:
        """Looked at first, so that nobody else has to wait while nothing is to be written."""
        with self._database.read() as session:
            return session.scalar(select(Notice.id).where(*_due(self._clock())).limit(1)) is not None


def claim(session: Session, now: datetime) -> Letter | None:
    """The next mail to send, which nobody else sends for the time of the lease; None where none waits."""
    user = _next_user(session, now)
    if user is None:
        return None
    notices = _batch(session, user.id, now)
    if not notices:
        return None  # somebody else was a moment faster
    number = notices[0].mail_id or uuid4().hex
    if not _is_reachable(session, user, notices[0].course_id):
        for notice in notices:
            notice.mail_state, notice.next_try_at = MailState.NONE, None
        return None
    for notice in notices:
        notice.mail_id, notice.next_try_at = number, now + LEASE
        notice.tries += 1
    return _letter(session, number, user, notices)


def mark(session: Session, mail_id: str, now: datetime, *, taken: bool) -> None:
    """Write down the state of a mail: sent, to be tried again later, or given up."""
    rows = select(Notice).where(Notice.mail_id == mail_id, Notice.mail_state == MailState.WAITING)
    notices = session.scalars(rows.order_by(Notice.id)).all()
    for notice in notices:
        if taken:
            notice.mail_state, notice.sent_at, notice.next_try_at = MailState.SENT, now, None
        else:
            notice.next_try_at = now + PAUSES[min(notice.tries, len(PAUSES)) - 1]
    if not taken and notices and now >= notices[0].created_at + GIVEN_UP_AFTER:
        log.error("mail given up", user=notices[0].user_id, notices=len(notices), tries=notices[0].tries)
        for notice in notices:
            notice.mail_state, notice.next_try_at = MailState.FAILED, None


def mail_counts(session: Session) -> dict[str, MailCount]:
    """What waits and what was given up, by state; a state without any is left out."""
    rows = select(Notice.mail_state, func.count(), func.min(Notice.created_at))
    rows = rows.where(Notice.mail_state.in_((MailState.WAITING, MailState.FAILED)))
    found = session.execute(rows.group_by(Notice.mail_state))
    return {state: MailCount(count, oldest) for state, count, oldest in found}


def _next_user(session: Session, now: datetime) -> User | None:
    """Somebody for whom a mail is due, held until the block ends. Others pass by: they take the next one."""
    rows = select(User).join(Notice, Notice.user_id == User.id).where(*_due(now))
    rows = rows.order_by(Notice.next_try_at, Notice.id).limit(1)
    return session.scalar(rows.with_for_update(of=User, skip_locked=True, key_share=True))


def _batch(session: Session, user_id: int, now: datetime) -> Sequence[Notice]:
    """What goes into one mail: as it was sent before, or all that waits and was in no mail yet."""
    mine = select(Notice).where(Notice.user_id == user_id).order_by(Notice.id)
    first = session.scalar(mine.where(*_due(now)).limit(1))
    if first is None:
        return []
    alike = Notice.mail_id == first.mail_id if first.mail_id else Notice.mail_id.is_(None)
    waiting = mine.where(Notice.mail_state == MailState.WAITING, Notice.course_id == first.course_id, alike)
    return session.scalars(waiting.limit(MOST)).all()


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Notice.mail_state == MailState.WAITING, Notice.next_try_at <= now)


def _is_reachable(session: Session, user: User, course_id: int) -> bool:
    """Whether somebody still has an address and takes part in the course."""
    rows = select(Enrolment.active).where(Enrolment.course_id == course_id, Enrolment.user_id == user.id)
    return bool(user.email) and bool(session.scalar(rows))


def _letter(session: Session, number: str, user: User, notices: Sequence[Notice]) -> Letter:
    course = session.get_one(Course, notices[0].course_id)
    specs = [one.spec for one in all_in_force(session, course.id, course.time_zone)]
    return Letter(
        id=number,
        addressee=Addressee(user.name, user.email, user.language),
        notices=tuple(notices),
        titles={spec.slug: spec.title for spec in specs},
        receipts=_receipts(session, notices),
    )


def _receipts(session: Session, notices: Sequence[Notice]) -> dict[str, bytes]:
    """The files of the receipts, as they are downloaded."""
    handed_in = {one.params.get("submission") for one in notices if one.kind == NoticeKind.HANDED_IN}
    rows = session.scalars(select(Submission).where(Submission.id.in_(handed_in)))
    return {one.id: file_of(Receipt(**one.receipt)) for one in rows if one.receipt is not None}
