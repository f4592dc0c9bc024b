"""Handing in: from files that lie in the store to a submission that waits for its run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from uuid import uuid4
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from sqlalchemy import bindparam, insert, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from grader.contract import UNCHARGED, BundleFile
from server.accounts.service import hold_person
from server.database import Table
from server.errors import BadInput, EmptyFile, KeyReused
from server.grading.service import (
    ALIKE,
    Grading,
    InForce,
    Priority,
    State,
    Submission,
    SubmissionFile,
    is_current,
)
from server.person import Person
from server.receipts.service import Signer
from server.standings.rules import Run, RunState
from server.standings.service import DecisionAuthor, Subject, add_waiting
from server.submissions.admission.checks import (
    Admission,
    admission_of,
    admit_by_the_clock,
    refuse_over_limits,
    refuse_over_limits_now,
)
from server.submissions.admission.replacement import REPLACED, replace_waiting
from server.submissions.receipts import Issuing, issue
from server.touched_standings import touch

KEY_LENGTH = 80


@dataclass(frozen=True, slots=True)
class HandIn:
    """What somebody wants to hand in. The blobs of `files` lie in the store already."""

    slug: str
    files: tuple[BundleFile, ...]
    key: str | None = field(default=None, repr=False)  # the same key twice is the same hand-in
    content: str | None = (
        None  # digest of what is in the files, see uploads/content_digest.py; None: not known
    )
    trial: bool = False  # run on public data alone, and never counted
    keep: bool = False  # what waits already is run too, and not replaced

    def known_by_bytes(self) -> HandIn:
        """The same, known by the bytes of its files where what is in them is not known."""
        return self if self.content else replace(self, content=self.sha256)

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
    request: HandIn,
    *,
    now: datetime,
    zone: ZoneInfo,
    signer: Signer | None = None,
) -> Submission:
    """A new submission of this person, or the one that the same key made before. Raises a Refusal.

    `now` is the moment of the last byte. When the block of the session ends, the hand-in is real. With a
    `signer` that has a key it gets a receipt.
    """
    if earlier := taken_before(session, person, request):
        return earlier
    admission = admit_by_the_clock(session, person, request.slug, now=now, zone=zone, trial=request.trial)
    return hand_in_admitted(session, person, request, admission, now=now, zone=zone, signer=signer)


def taken_before(session: Session, person: Person, request: HandIn) -> Submission | None:
    """The submission that the same key made; of one person's hand-ins one at a time goes on from here.

    Raises KeyReused when that was of other files.
    """
    check_key(request.key)
    # Each hand-in sees the tries and the keys of those before it; nobody who decides about them waits here.
    hold_person(session, person)
    earlier = _with_key(session, person, request.key)
    return _same(earlier, request) if earlier else None


def hand_in_admitted(
    session: Session,
    person: Person,
    request: HandIn,
    admission: Admission,
    *,
    now: datetime,
    zone: ZoneInfo,
    signer: Signer | None = None,
    issued_at: datetime | None = None,
) -> Submission:
    """A new submission that the clock has let in. Raises TriesUsedUp or DayUsedUp.

    To be called after `taken_before`: only then nobody else uses up the same tries. `issued_at` is when the
    receipt is signed, where that is later than the last byte.
    """
    refuse_over_limits_now(session, person, admission, request.size, now=now, zone=zone, trial=request.trial)
    issuing = Issuing.by(signer, admission, person, issued_at or now)
    is_alone = request.trial or not _has_before(session, person, request)
    published = admission.published
    submission = _add(session, person, published, request, now=now, issuing=issuing, is_alone=is_alone)
    is_plain = submission.run_of == submission.id and not request.trial  # it waits for a run of its own
    author, window = DecisionAuthor(person, now, REPLACED), admission.window
    if is_plain and (is_alone or request.keep or not replace_waiting(session, submission, window, author)):
        run = Run(submission.id, submission.id, now, RunState.UNDER_WAY, submission.version_id, {})
        subject = Subject(person.course_id, request.slug, person.id)
        add_waiting(session, subject, admission.spec, admission.window, run)
    elif not request.trial:
        touch(session, person.course_id, request.slug, person.id)
    return submission


def keep_for(
    session: Session,
    person: Person,
    request: HandIn,
    admission: Admission,
    *,
    arrived: datetime,
    issuing: Issuing | None = None,
) -> Submission:
    """A submission of this person by staff, as of this moment, or the one that the same key made before.

    Neither the clock nor the tries of the student refuse it: whoever calls this has decided. What waits
    already is run too.
    """
    if earlier := taken_before(session, person, request):
        return earlier
    touch(session, person.course_id, request.slug, person.id)
    return _add(session, person, admission.published, request, now=arrived, issuing=issuing)


def admit_unless_known(
    session: Session,
    person: Person,
    slug: str,
    key: str | None,
    *,
    now: datetime,
    zone: ZoneInfo,
    size: int = 0,
    trial: bool = False,
) -> Admission:
    """As `admit`, but whoever sends a hand-in again that was taken, by its key, is not refused now.

    `size` is how many bytes it says that it has; more than an upload may have is refused elsewhere.
    """
    check_key(key)
    if _with_key(session, person, key) is not None:
        return admission_of(session, person, slug, zone=zone)
    found = admit_by_the_clock(session, person, slug, now=now, zone=zone, trial=trial)
    size = min(size, found.spec.limits.upload_mib << 20)
    judged = refuse_over_limits(session, person, found.spec, size, now=now, zone=zone, trial=trial)
    return replace(found, judged=judged)


def handed_in_before(session: Session, person: Person, request: HandIn) -> Submission | None:
    """The submission that the same key made before. Raises KeyReused when that was of other files.

    To be asked before anything is stored: a key that is known would else be a way to store without end.
    """
    check_key(request.key)
    earlier = _with_key(session, person, request.key)
    return _same(earlier, request) if earlier else None


def key_is_known(session: Session, person: Person, key: str) -> bool:
    """Whether a submission of this person was made with this key."""
    return _with_key(session, person, key) is not None


def check_key(key: str | None) -> None:
    """Raise BadInput for a key that cannot be kept."""
    if key is not None and not (0 < len(key) <= KEY_LENGTH and key.isascii() and key.isprintable()):
        raise BadInput(_("An Idempotency-Key is 1 to %(n)s printable ASCII characters.", n=KEY_LENGTH))


def add_baseline(
    session: Session, published: InForce, name: str, files: Sequence[BundleFile], now: datetime
) -> Submission:
    """Hand in an assignment's own starter or reference: graded like all others, and nobody's."""
    request = HandIn(published.spec.slug, tuple(files))
    return _insert(session, published, request, now, baseline=name)


def _with_key(session: Session, person: Person, key: str | None) -> Submission | None:
    return None if key is None else session.scalar(_WITH_KEY, _owned(person) | {"key": key})


def _owned(person: Person) -> dict[str, object]:
    """What `_MINE` asks for."""
    return {"course": person.course_id, "user": person.id}


# Built once: these are asked with every hand-in, and building costs more than asking.
_MINE = (Submission.course_id == bindparam("course"), Submission.user_id == bindparam("user"))
_WITH_KEY = select(Submission).where(*_MINE, Submission.idempotency_key == bindparam("key"))
_BEFORE = (
    select(Submission.id)
    .join(Grading, is_current())
    .where(*_MINE, Submission.slug == bindparam("slug"), Submission.trial.is_(False))
    .where(or_(Submission.content_sha256 == bindparam("content"), Grading.state == State.WAITING))
    .limit(1)
)
_TWINS = (
    select(Submission.run_of)
    .join(Grading, is_current())
    .where(*_MINE, Submission.slug == bindparam("slug"), Submission.content_sha256 == bindparam("content"))
    .where(Submission.trial.is_(False), Grading.state != State.CANCELLED)
    .where(or_(Grading.verdict.is_(None), Grading.verdict.not_in(UNCHARGED)))  # refused for how it was packed
    .where(Grading.version_id.in_(ALIKE))
    .order_by(Submission.received_at.desc(), Submission.id)
    .limit(1)
    .with_for_update(key_share=True, of=Grading)  # who cancels it now waits, or is waited for
)


def _same(earlier: Submission, request: HandIn) -> Submission:
    if (earlier.slug, earlier.sha256, earlier.trial) != (request.slug, request.sha256, request.trial):
        raise KeyReused
    return earlier


def _add(
    session: Session,
    person: Person,
    published: InForce,
    request: HandIn,
    *,
    now: datetime,
    issuing: Issuing | None = None,
    is_alone: bool = False,
) -> Submission:
    """`is_alone` says that there is nothing which it may be a twin of."""
    may_be = not (is_alone or request.trial or request.content is None)
    twin = _twin(session, person, published, request.content or "") if may_be else None
    return _insert(session, published, request, now, user_id=person.id, run_of=twin, issuing=issuing)


def _has_before(session: Session, person: Person, request: HandIn) -> bool:
    """Whether this person has handed in the same content, or has something waiting; mostly not."""
    known = _owned(person) | {"slug": request.slug, "content": request.content}
    return session.connection().scalar(_BEFORE, known) is not None


def _twin(session: Session, person: Person, published: InForce, content: str) -> str | None:
    """A hand-in of this person with the same content whose run is as good as a new one."""
    known = {"slug": published.spec.slug, "content": content, "like": published.version_id}
    return session.scalar(_TWINS, _owned(person) | known)


def _insert(
    session: Session,
    published: InForce,
    request: HandIn,
    now: datetime,
    *,
    user_id: int | None = None,
    baseline: str | None = None,
    run_of: str | None = None,
    issuing: Issuing | None = None,
) -> Submission:
    """The rows that make a hand-in real, all in the transaction of the session. Raises EmptyFile."""
    if request.size == 0 and baseline is None:  # of several files some may be empty, as in a package
        raise EmptyFile
    submission_id = str(uuid4())
    submission = Submission(
        id=submission_id,
        run_of=run_of or submission_id,
        content_sha256=request.content,
        trial=request.trial,
        course_id=published.course_id,
        user_id=user_id,
        baseline=baseline,
        slug=request.slug,
        version_id=published.version_id,
        received_at=now,
        sha256=request.sha256,
        idempotency_key=request.key,
        files_removed_at=None,
    )
    submission.receipt = issue(session, submission, request.files, issuing) if issuing is not None else None
    session.add(submission)
    session.flush()
    _add_files(session, submission, request.files)
    if run_of is None:
        _add_run(session, published, submission)
    return submission


def _add_files(session: Session, submission: Submission, files: Iterable[BundleFile]) -> None:
    rows = [
        {"submission_id": submission.id, "position": position, "name": file.name}
        | {"sha256": file.sha256, "size": file.size}
        for position, file in enumerate(files)
    ]
    if rows:
        session.connection().execute(_NEW_FILE, rows)
    set_committed_value(submission, "files", [SubmissionFile(**row) for row in rows])


def _add_run(session: Session, published: InForce, submission: Submission) -> None:
    """Its first run, which waits to be released."""
    run = {
        "submission_id": submission.id,
        "version_id": published.version_id,
        "queue": published.queue,
        "priority": _priority_of(submission),
        "state": str(State.WAITING),
        "created_at": submission.received_at,
    }
    connection = session.connection()
    grading_id = connection.scalar(_NEW_RUN, run)
    connection.execute(_NEW_OUT, {"grading_id": grading_id, "created_at": submission.received_at})


def _priority_of(submission: Submission) -> Priority:
    if submission.baseline is not None:
        return Priority.BASELINE
    return Priority.TRIAL if submission.trial else Priority.FRESH


# Rows that are new in any case: a unit of work would have nothing to find out.
_NEW_FILE = insert(Table.metadata.tables["submission_file"])
_GRADING = Table.metadata.tables["grading"]
_NEW_RUN = insert(_GRADING).returning(_GRADING.c.id)
_NEW_OUT = insert(Table.metadata.tables["outbox"])
