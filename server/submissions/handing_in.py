"""Handing in: from files that lie in the store to a submission that waits for its run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import uuid4
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from assignments.spec import Assignment
from grader.contract import UNCHARGED, BundleFile
from server.accounts.service import Person
from server.db import Table
from server.errors import BadInput, Closed, KeyReused, NotOpen, TriesUsedUp
from server.submissions.counting import current_grading_id
from server.submissions.lateness import Phase, standing
from server.submissions.models import Grading, Outbox, State, Submission, SubmissionFile
from server.submissions.published import InForce, in_force
from server.submissions.tries import day_of, tries_left

KEY_LENGTH = 80


@dataclass(frozen=True, slots=True)
class HandIn:
    """What somebody wants to hand in. The blobs of `files` lie in the store already."""

    slug: str
    files: tuple[BundleFile, ...]
    key: str | None = None  # the same key twice is the same hand-in

    @property
    def sha256(self) -> str:
        """The digest on the receipt: of the file, or of what `sha256sum` prints for several."""
        if len(self.files) == 1:
            return self.files[0].sha256
        lines = (f"{file.sha256}  {file.name}\n" for file in sorted(self.files, key=lambda file: file.name))
        return sha256("".join(lines).encode()).hexdigest()


def hand_in(session: Session, person: Person, wish: HandIn, *, now: datetime, zone: ZoneInfo) -> Submission:
    """A new submission of this person, or the one that the same key made before. Raises a Refusal.

    `now` is the moment of the last byte. When the block of the session ends, the hand-in is real.
    """
    check_key(wish.key)
    _take_turn(session, person)
    if earlier := _with_key(session, person, wish.key):
        return _same(earlier, wish)
    published = in_force(session, wish.slug, zone)
    refuse_unless_taken(session, person, published.spec, now=now, zone=zone)
    return _add(session, person, published, wish, now=now, zone=zone)


def refuse_before_reading(
    session: Session, person: Person, slug: str, key: str | None, *, now: datetime, zone: ZoneInfo
) -> Assignment:
    """The assignment, unless it is clear before the upload is read that it will not be taken."""
    spec = in_force(session, slug, zone).spec
    check_key(key)
    if _with_key(session, person, key) is None:
        refuse_unless_taken(session, person, spec, now=now, zone=zone)
    return spec


def check_key(key: str | None) -> None:
    """Raise BadInput for a key that cannot be kept."""
    if key is not None and not (0 < len(key) <= KEY_LENGTH and key.isascii() and key.isprintable()):
        raise BadInput(_("An Idempotency-Key is 1 to %(n)s printable ASCII characters.", n=KEY_LENGTH))


def refuse_unless_taken(
    session: Session, person: Person, spec: Assignment, *, now: datetime, zone: ZoneInfo
) -> None:
    """Raise NotOpen, Closed or TriesUsedUp. Staff may try an assignment at any time."""
    if person.is_staff:
        return
    phase = standing(spec.window, spec.late, zone, now).phase
    if phase is Phase.NOT_OPEN:
        raise NotOpen
    if phase is Phase.CLOSED:
        raise Closed
    if tries_left_today(session, person, spec, now=now, zone=zone) < 1:
        ends = day_of(now, zone).ends
        raise TriesUsedUp(
            _(
                "All %(n)s tries of today are used. The count starts again at midnight.",
                n=spec.limits.per_day,
            ),
            retry_after_s=max(1, int((ends - now).total_seconds())),
        )


def tries_left_today(
    session: Session, person: Person, spec: Assignment, *, now: datetime, zone: ZoneInfo
) -> int:
    """How many hand-ins of this day are left to somebody."""
    verdicts = verdicts_of_today(session, person, now=now, zone=zone).get(spec.slug, [])
    return tries_left(spec.limits.per_day, verdicts, UNCHARGED)


def verdicts_of_today(
    session: Session, person: Person, *, now: datetime, zone: ZoneInfo
) -> dict[str, list[str | None]]:
    """How each hand-in of this day stands, by slug: its verdict, or None while it has none."""
    day = day_of(now, zone)
    rows = (
        select(Submission.slug, Grading.verdict)
        .join(Grading, Grading.id == current_grading_id())
        .where(Submission.user_id == person.id)
        .where(Submission.received_at >= day.begins, Submission.received_at < day.ends)
    )
    found: dict[str, list[str | None]] = {}
    for slug, verdict in session.execute(rows):
        found.setdefault(slug, []).append(verdict)
    return found


def add_baseline(
    session: Session, published: InForce, name: str, files: Sequence[BundleFile], now: datetime
) -> Submission:
    """Hand in an assignment's own starter or reference: graded like all others, and nobody's."""
    wish = HandIn(published.spec.slug, tuple(files))
    return _insert(session, published, wish, now, baseline=name)


def _take_turn(session: Session, person: Person) -> None:
    """Hand-ins of one person queue up: each sees the tries and the keys of those before it."""
    users = Table.metadata.tables["user"]
    session.execute(select(users.c.id).where(users.c.id == person.id).with_for_update())


def _with_key(session: Session, person: Person, key: str | None) -> Submission | None:
    if key is None:
        return None
    rows = select(Submission).where(Submission.user_id == person.id, Submission.idempotency_key == key)
    return session.scalar(rows)


def _same(earlier: Submission, wish: HandIn) -> Submission:
    if earlier.slug != wish.slug or earlier.sha256 != wish.sha256:
        raise KeyReused
    return earlier


def _add(
    session: Session, person: Person, published: InForce, wish: HandIn, *, now: datetime, zone: ZoneInfo
) -> Submission:
    spec = published.spec
    late_by = standing(spec.window, spec.late, zone, now).late_by
    late_by_s = max(1, int(late_by.total_seconds())) if late_by else 0
    return _insert(session, published, wish, now, user_id=person.id, late_by_s=late_by_s)


def _insert(
    session: Session,
    published: InForce,
    wish: HandIn,
    now: datetime,
    *,
    user_id: int | None = None,
    baseline: str | None = None,
    late_by_s: int = 0,
) -> Submission:
    """The rows that make a hand-in real, all in the transaction of the session."""
    grading = Grading(
        version_id=published.version_id, queue=published.queue, state=State.WAITING, created_at=now
    )
    submission = Submission(
        id=str(uuid4()),
        user_id=user_id,
        baseline=baseline,
        slug=wish.slug,
        version_id=published.version_id,
        received_at=now,
        late_by_s=late_by_s,
        sha256=wish.sha256,
        idempotency_key=wish.key,
        files=[
            SubmissionFile(position=position, name=file.name, sha256=file.sha256, size=file.size)
            for position, file in enumerate(wish.files)
        ],
        gradings=[grading],
    )
    session.add(submission)
    session.add(Outbox(grading=grading, created_at=now))
    session.flush()
    return submission
