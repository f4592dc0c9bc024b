"""Handing in: from files that lie in the store to a submission that waits for its run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import uuid4
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from assignments.spec import Assignment
from grader.contract import UNCHARGED, BundleFile
from server.accounts.service import Person
from server.changes import touch
from server.db import Table
from server.deadlines.service import Phase
from server.errors import BadInput, Closed, KeyReused, NotOpen, Text, TriesUsedUp
from server.receipts.signer import Signer
from server.standings.service import MakeupBar, makeup_bar, own_window, returned_tries
from server.submissions.counting import is_current
from server.submissions.makeup_errors import MakeupNotNeeded, MakeupsUsedUp
from server.submissions.models import Grading, Outbox, State, Submission, SubmissionFile
from server.submissions.published import InForce, in_force
from server.submissions.receipts import Terms, issue
from server.submissions.tries import (
    Excess,
    Used,
    day_of,
    excess,
    most_bytes,
    most_bytes_of_all,
    most_hand_ins,
    tries_left,
)
from server.submissions.upload_errors import DayUsedUp

KEY_LENGTH = 80
NOT_CHARGED = "not charged"  # instead of a verdict: cancelled, or given back by staff
FREE = UNCHARGED | {NOT_CHARGED}  # what costs no try


@dataclass(frozen=True, slots=True)
class HandIn:
    """What somebody wants to hand in. The blobs of `files` lie in the store already."""

    slug: str
    files: tuple[BundleFile, ...]
    key: str | None = field(default=None, repr=False)  # the same key twice is the same hand-in

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def sha256(self) -> str:
        """The digest on the receipt: of the file, or of what `sha256sum` prints for several."""
        if len(self.files) == 1:
            return self.files[0].sha256
        lines = (f"{file.sha256}  {file.name}\n" for file in sorted(self.files, key=lambda file: file.name))
        return sha256("".join(lines).encode()).hexdigest()


def hand_in(
    session: Session,
    person: Person,
    wish: HandIn,
    *,
    now: datetime,
    zone: ZoneInfo,
    signer: Signer | None = None,
) -> Submission:
    """A new submission of this person, or the one that the same key made before. Raises a Refusal.

    `now` is the moment of the last byte. When the block of the session ends, the hand-in is real. With a
    `signer` that has a key it gets a receipt.
    """
    check_key(wish.key)
    _take_turn(session, person)
    if earlier := _with_key(session, person, wish.key):
        return _same(earlier, wish)
    published = in_force(session, person.course_id, wish.slug, zone)
    refuse_unless_taken(session, person, published.spec, wish.size, now=now, zone=zone)
    submission = _add(session, person, published, wish, now=now)
    if signer is not None:
        issue(session, submission, Terms(published.spec, published.digest), person, signer)
    return submission


def keep_for(
    session: Session, person: Person, published: InForce, wish: HandIn, arrived: datetime
) -> Submission:
    """A submission of this person by staff, as of this moment, or the one that the same key made before.

    Neither the clock nor the tries of the student refuse it: whoever calls this has decided.
    """
    check_key(wish.key)
    _take_turn(session, person)
    if earlier := _with_key(session, person, wish.key):
        return _same(earlier, wish)
    return _add(session, person, published, wish, now=arrived)


def refuse_before_reading(
    session: Session,
    person: Person,
    slug: str,
    key: str | None,
    *,
    now: datetime,
    zone: ZoneInfo,
    size: int = 0,
) -> Assignment:
    """The assignment, unless it is clear before the upload is read that it will not be taken.

    `size` is how many bytes it says that it has; more than an upload may have is refused elsewhere.
    """
    spec = in_force(session, person.course_id, slug, zone).spec
    check_key(key)
    if _with_key(session, person, key) is None:
        size = min(size, spec.limits.upload_mib << 20)
        refuse_unless_taken(session, person, spec, size, now=now, zone=zone)
    return spec


def handed_in_before(session: Session, person: Person, wish: HandIn) -> Submission | None:
    """The submission that the same key made before. Raises KeyReused when that was of other files.

    To be asked before anything is stored: a key that is known would else be a way to store without end.
    """
    check_key(wish.key)
    earlier = _with_key(session, person, wish.key)
    return _same(earlier, wish) if earlier else None


def key_is_known(session: Session, person: Person, key: str) -> bool:
    """Whether a submission of this person was made with this key."""
    return _with_key(session, person, key) is not None


def check_key(key: str | None) -> None:
    """Raise BadInput for a key that cannot be kept."""
    if key is not None and not (0 < len(key) <= KEY_LENGTH and key.isascii() and key.isprintable()):
        raise BadInput(_("An Idempotency-Key is 1 to %(n)s printable ASCII characters.", n=KEY_LENGTH))


def refuse_unless_taken(
    session: Session, person: Person, spec: Assignment, size: int, *, now: datetime, zone: ZoneInfo
) -> None:
    """Raise NotOpen, Closed, TriesUsedUp or DayUsedUp, or why not as a make-up. Staff may at any time."""
    if person.is_staff:
        return
    where = own_window(session, person.course_id, person.id, spec).at(now)
    if where.phase is Phase.NOT_OPEN:
        raise NotOpen
    if where.phase is Phase.MAKEUP:
        _refuse_makeup(makeup_bar(session, person.course_id, person.id, spec, now))
    elif not where.takes:
        raise Closed
    wait_s = max(1, int((day_of(now, zone).ends - now).total_seconds()))
    limits = spec.limits
    used = used_today(session, person, spec.slug, now=now, zone=zone)
    if found := excess(limits.per_day, limits.upload_mib << 20, used, size):
        raise DayUsedUp(_enough(found, spec), retry_after_s=wait_s)
    if tries_left_today(session, person, spec, now=now, zone=zone) < 1:
        raise TriesUsedUp(
            _("All %(n)s tries of today are used. The count starts again at midnight.", n=limits.per_day),
            retry_after_s=wait_s,
        )


def _refuse_makeup(bar: MakeupBar | None) -> None:
    if bar is MakeupBar.NONE_THERE:
        raise Closed
    if bar is MakeupBar.NOT_FAILED:
        raise MakeupNotNeeded
    if bar is MakeupBar.TOO_MANY:
        raise MakeupsUsedUp


def _enough(found: Excess, spec: Assignment) -> Text:
    """Why not, and what to do."""
    limits = spec.limits
    if found is Excess.HAND_INS:
        return _(
            "You have handed in %(n)s times today, and more is not taken on one day, whatever became of it. "
            "Try your files at home with `hazi check`, and hand in again after midnight.",
            n=most_hand_ins(limits.per_day),
        )
    most = most_bytes if found is Excess.SIZE else most_bytes_of_all
    return _(
        "With this you would have handed in more than %(mib)s MiB today, and no more is kept of one day. "
        "Hand in smaller files, or again after midnight.",
        mib=most(limits.per_day, limits.upload_mib << 20) >> 20,
    )


def used_today(session: Session, person: Person, slug: str, *, now: datetime, zone: ZoneInfo) -> Used:
    """What somebody has handed in on this day, whatever became of it."""
    day = day_of(now, zone)
    rows = (
        select(Submission.slug, func.count(Submission.id.distinct()), func.sum(SubmissionFile.size))
        .join(SubmissionFile, SubmissionFile.submission_id == Submission.id)
        .where(*_of(person))
        .where(Submission.received_at >= day.begins, Submission.received_at < day.ends)
        .group_by(Submission.slug)
    )
    found = {name: (count, int(size or 0)) for name, count, size in session.execute(rows)}
    hand_ins, size = found.get(slug, (0, 0))
    return Used(hand_ins, size, sum(size for _count, size in found.values()))


def tries_left_today(
    session: Session, person: Person, spec: Assignment, *, now: datetime, zone: ZoneInfo
) -> int:
    """How many hand-ins of this day are left to somebody."""
    verdicts = verdicts_of_today(session, person, now=now, zone=zone).get(spec.slug, [])
    return tries_left(spec.limits.per_day, verdicts, FREE)


def verdicts_of_today(
    session: Session, person: Person, *, now: datetime, zone: ZoneInfo
) -> dict[str, list[str | None]]:
    """How each hand-in of this day stands, by slug: its verdict, NOT_CHARGED, or None while it has none."""
    day = day_of(now, zone)
    returned = returned_tries(session, person.course_id, person.id)
    rows = (
        select(Submission.slug, Submission.id, Grading.state, Grading.verdict)
        .join(Grading, is_current())
        .where(*_of(person))
        .where(Submission.received_at >= day.begins, Submission.received_at < day.ends)
    )
    found: dict[str, list[str | None]] = {}
    for slug, submission_id, state, verdict in session.execute(rows):
        is_free = state == State.CANCELLED or submission_id in returned
        found.setdefault(slug, []).append(NOT_CHARGED if is_free else verdict)
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
    # Rows that refer to the person may be written meanwhile: who decides about them waits for nobody here,
    # nor do two wait for each other.
    session.execute(select(users.c.id).where(users.c.id == person.id).with_for_update(key_share=True))


def _with_key(session: Session, person: Person, key: str | None) -> Submission | None:
    if key is None:
        return None
    return session.scalar(select(Submission).where(*_of(person), Submission.idempotency_key == key))


def _of(person: Person) -> tuple[ColumnElement[bool], ...]:
    """Conditions on a submission: it is this person's, of this course."""
    return Submission.course_id == person.course_id, Submission.user_id == person.id


def _same(earlier: Submission, wish: HandIn) -> Submission:
    if earlier.slug != wish.slug or earlier.sha256 != wish.sha256:
        raise KeyReused
    return earlier


def _add(session: Session, person: Person, published: InForce, wish: HandIn, *, now: datetime) -> Submission:
    touch(session, person.course_id, wish.slug, person.id)
    return _insert(session, published, wish, now, user_id=person.id)


def _insert(
    session: Session,
    published: InForce,
    wish: HandIn,
    now: datetime,
    *,
    user_id: int | None = None,
    baseline: str | None = None,
) -> Submission:
    """The rows that make a hand-in real, all in the transaction of the session."""
    submission_id = str(uuid4())
    submission = Submission(
        id=submission_id,
        run_of=submission_id,
        course_id=published.course_id,
        user_id=user_id,
        baseline=baseline,
        slug=wish.slug,
        version_id=published.version_id,
        received_at=now,
        sha256=wish.sha256,
        idempotency_key=wish.key,
        files=[
            SubmissionFile(position=position, name=file.name, sha256=file.sha256, size=file.size)
            for position, file in enumerate(wish.files)
        ],
    )
    session.add(submission)
    session.flush()
    grading = Grading(
        submission=submission,
        version_id=published.version_id,
        queue=published.queue,
        state=State.WAITING,
        created_at=now,
    )
    session.add(grading)
    session.add(Outbox(grading=grading, created_at=now))
    session.flush()
    return submission
