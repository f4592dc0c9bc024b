"""Notices as rows: written in the transaction of what they tell of, each fact once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.accounts.service import User
from server.courses.service import Enrolment
from server.notices.change_listener import Seen, take_seen
from server.notices.fact import Fact
from server.notices.facts import facts_of, withdrawn_by
from server.notices.kinds import MailState, Mute, NoticeKind, usual
from server.notices.models import Notice, NoticeMute
from server.standings.service import Change, settle

GATHERED = timedelta(minutes=2)  # what happens to a person meanwhile goes into the same mail
WITHDRAWN = {"withdrawn": True}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where somebody wants to hear of things."""

    has_address: bool
    mutes: Mapping[str, Mute]

    def of(self, kind: NoticeKind) -> Mute:
        """What they do not want of a kind."""
        return self.mutes.get(kind, usual(kind))


def noticing(clock: Callable[[], datetime], *, mails: bool = False) -> Callable[[Session], list[Change]]:
    """What a write block ends with: standings are settled, and whoever has to hear of it is told.

    `mails` says whether this server has a mail server.
    """

    def settle_and_tell(session: Session) -> list[Change]:
        changes = settle(session)
        seen = take_seen(session)
        if seen is not None or changes:  # labels that change are seen by what follows from them alone
            seen, now = seen or Seen(), clock()
            keep(session, facts_of(session, seen, changes, now), now, mails=mails)
            _forget(session, withdrawn_by(seen.decisions))
        return changes

    return settle_and_tell


def keep(session: Session, facts: Sequence[Fact], now: datetime, *, mails: bool) -> None:
    """Write down what is to be told to those who want to hear it; what was told before is not told again."""
    known = recipients(session, facts)
    rows = [
        _row(fact, known[fact.course_id, fact.user_id], now, mails=mails)
        for fact in facts
        if (fact.course_id, fact.user_id) in known
        and known[fact.course_id, fact.user_id].of(fact.kind) is not Mute.ALL
    ]
    if rows:
        flavour = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        session.execute(flavour.insert(Notice).on_conflict_do_nothing(), rows)


def recipients(session: Session, facts: Iterable[Fact]) -> dict[tuple[int, int], Recipient]:
    """Of those whom facts are about everybody who is let in, by course and user."""
    users = {fact.user_id for fact in facts}
    if not users:
        return {}
    found: dict[tuple[int, int], Recipient] = {}
    for course_id, user_id, email, kind, how in session.connection().execute(
        _RECIPIENTS, {"users": list(users)}
    ):
        mutes = dict(found[course_id, user_id].mutes) if (course_id, user_id) in found else {}
        if kind is not None:
            mutes[kind] = Mute(how)
        found[course_id, user_id] = Recipient(bool(email), mutes)
    return found


# Built once: this is asked with every hand-in, and building costs more than asking.
_RECIPIENTS = (
    select(Enrolment.course_id, User.id, User.email, NoticeMute.kind, NoticeMute.how)
    .join(User, User.id == Enrolment.user_id)
    .outerjoin(NoticeMute, NoticeMute.user_id == User.id)
    .where(Enrolment.active, User.id.in_(bindparam("users", expanding=True)))
)


def mutes_of(session: Session, users: Collection[int]) -> dict[int, dict[str, Mute]]:
    """What these people have chosen, by kind."""
    found: dict[int, dict[str, Mute]] = {}
    for row in session.scalars(select(NoticeMute).where(NoticeMute.user_id.in_(users))):
        found.setdefault(row.user_id, {})[row.kind] = Mute(row.how)
    return found


def _row(fact: Fact, recipient: Recipient, now: datetime, *, mails: bool) -> dict[str, Any]:
    by_mail = mails and recipient.has_address and recipient.of(fact.kind) is Mute.NONE
    return {
        "course_id": fact.course_id,
        "user_id": fact.user_id,
        "kind": str(fact.kind),
        "slug": fact.slug,
        "key": fact.key,
        "params": dict(fact.params),
        "created_at": now,
        # Whoever has just handed in knows it and needs no notice.
        "read_at": now if fact.kind is NoticeKind.HANDED_IN else None,
        "mail_state": str(MailState.WAITING if by_mail else MailState.NONE),
        "tries": 0,
        "next_try_at": now + GATHERED if by_mail else None,
    }


def _forget(session: Session, keys: Collection[str]) -> None:
    """What was said and taken back is read no more; what waits to be mailed is not mailed."""
    if keys:
        waits = case((Notice.mail_state == MailState.WAITING, MailState.NONE), else_=Notice.mail_state)
        rows = update(Notice).where(Notice.key.in_(keys))
        session.execute(
            rows.values(params=WITHDRAWN, mail_state=waits), execution_options={"synchronize_session": False}
        )
