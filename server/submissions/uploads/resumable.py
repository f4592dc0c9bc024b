"""Uploads in pieces: begun, continued at the byte where they stopped, and whole in the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assignments.files.hand_in_files import may_be_empty
from server.accounts.service import hold_person
from server.database import Database
from server.errors import EmptyFile, NotFound, Refusal, TooLarge
from server.person import Person
from server.submissions.admission.checks import admit, refuse_over_limits
from server.submissions.models import Upload
from server.submissions.refusals import DigestMismatch, OffsetMismatch, TooManyUploads
from server.submissions.uploads.file_checks import check_names, check_type
from server.submissions.uploads.rules import IDLE, LIFE, Announced, Resting, is_over, to_drop
from server.submissions.uploads.spool import Spool


@dataclass(frozen=True, slots=True)
class UploadStorage:
    """Where uploads under way lie: their rows, and their bytes."""

    database: Database
    spool: Spool


def begin(
    storage: UploadStorage, person: Person, slug: str, request: Announced, *, now: datetime, zone: ZoneInfo
) -> Upload:
    """Announce a file for an assignment. Raises a Refusal for whatever is clear before the first byte."""
    storage.spool.refuse_unless_room(request.size)
    with storage.database.write() as session:
        hold_person(session, person)  # each upload that is begun sees what those before it take
        spec = admit(session, person, slug, 0, now=now, zone=zone).spec
        _refuse_size(request, spec.limits.upload_mib)
        coming = request.size + _size_under_way(session, person, slug, now)
        refuse_over_limits(session, person, spec, coming, now=now, zone=zone)
        check_names([request.name], 1)
        check_type(spec.kind, request.name)
        dropped = _make_room(session, person, request.size, now)
        upload = Upload(
            id=str(uuid4()),
            course_id=person.course_id,
            user_id=person.id,
            slug=slug,
            name=request.name,
            size=request.size,
            announced_sha256=request.sha256,
            received=0,
            created_at=now,
            touched_at=now,
        )
        session.add(upload)
        if request.size == 0:  # no byte of it will come
            _add(storage.spool, upload, b"", now)
    for upload_id in dropped:
        storage.spool.discard(upload_id)
    return upload


def append(
    storage: UploadStorage, person: Person, upload_id: str, offset: int, content: bytes, *, now: datetime
) -> Upload:
    """Add bytes at the offset, which must be where the upload has come to. They are durable on return.

    The row is locked while the bytes are written, so of two that write at once the second is told the true
    offset. `now` is when the bytes were there. Raises OffsetMismatch, TooLarge, StoreFull and NotFound.
    """
    with storage.database.write() as session:
        upload = find(session, person, upload_id, lock=True)
        if upload.completed_at is None:
            upload.received = min(upload.received, storage.spool.has(upload.id))  # a spool that was lost
        expected = upload.received
        if offset == expected and content:
            _add(storage.spool, upload, content, now)
    if offset != expected:
        raise OffsetMismatch(offset=expected)
    return upload


def settle(storage: UploadStorage, person: Person, upload_id: str) -> Upload:
    """A whole upload with the sha256 of what arrived; one that is not whole is returned as it is.

    Raises DigestMismatch when another one was announced; the upload is gone then.
    """
    with storage.database.read() as session:
        upload = find(session, person, upload_id)
    if upload.completed_at is None or upload.sha256 is not None:
        return upload
    digest = _sealed(storage, person, upload)
    if upload.announced_sha256 not in {None, digest}:
        drop(storage, person, upload.id)
        raise damaged(upload)
    with storage.database.write() as session:
        upload = find(session, person, upload_id, lock=True)
        upload.sha256 = digest
    return upload


def damaged(upload: Upload) -> Refusal:
    """The refusal that names the file."""
    sentence = _(
        "What arrived of %(name)s is not what was sent, or the file changed meanwhile. "
        "Please upload it again.",
        name=upload.name,
    )
    return DigestMismatch(sentence, file=upload.name)


def drop(storage: UploadStorage, person: Person, upload_id: str) -> None:
    """Give an upload up. What was handed in stays."""
    with storage.database.write() as session:
        upload = find(session, person, upload_id, lock=True)
        session.delete(upload)
    storage.spool.discard(upload.id)


def find(session: Session, person: Person, upload_id: str, *, lock: bool = False) -> Upload:
    """Somebody's own upload. Raises NotFound for those of others as well, and for staff too."""
    rows = select(Upload).where(
        Upload.course_id == person.course_id, Upload.id == upload_id, Upload.user_id == person.id
    )
    upload = session.scalar(rows.with_for_update() if lock else rows)
    if upload is None:
        raise NotFound
    return upload


def under_way(session: Session, person: Person, slug: str | None = None) -> list[Upload]:
    """Somebody's uploads that are not handed in yet, the newest first."""
    rows = select(Upload).where(Upload.user_id == person.id, Upload.submission_id.is_(None))
    if slug is not None:
        rows = rows.where(Upload.course_id == person.course_id, Upload.slug == slug)
    return list(session.scalars(rows.order_by(Upload.created_at.desc(), Upload.id)))


def clear_away(storage: UploadStorage, now: datetime) -> int:
    """Forget uploads nobody cared for, and files without a row. How many there were."""
    with storage.database.read() as session:
        old = list(session.scalars(select(Upload.id).where(Upload.touched_at < now - LIFE)))
    strays = _without_row(storage, storage.spool.left_behind(now))
    gone = [upload_id for upload_id in old if _clear(storage, upload_id, now)]
    for upload_id in (*gone, *strays):
        storage.spool.discard(upload_id)
    return len(gone) + len(strays)


def _clear(storage: UploadStorage, upload_id: str, now: datetime) -> bool:
    """Whether it is still old once nobody else can touch it."""
    with storage.database.write() as session:
        upload = session.scalar(select(Upload).where(Upload.id == upload_id).with_for_update())
        if upload is None or not is_over(upload.touched_at, now):
            return False
        session.delete(upload)
    return True


def _sealed(storage: UploadStorage, person: Person, upload: Upload) -> str:
    try:
        return storage.spool.seal(upload.id, upload.size)
    except FileNotFoundError as error:  # the spool was lost: it has to be sent again
        drop(storage, person, upload.id)
        raise NotFound from error


def _without_row(storage: UploadStorage, found: Iterable[str]) -> list[str]:
    names = list(found)
    if not names:
        return []
    with storage.database.read() as session:
        known = set(session.scalars(select(Upload.id).where(Upload.id.in_(names))))
    return [name for name in names if name not in known]


def _refuse_size(request: Announced, most_mib: int) -> None:
    if request.size == 0 and not may_be_empty(request.name):
        raise EmptyFile(_("%(name)s is empty. Save it in your editor and try again.", name=request.name))
    if request.size > most_mib << 20:
        raise TooLarge(
            _("%(name)s is larger than the %(mib)s MiB that are taken here.", name=request.name, mib=most_mib)
        )


def _size_under_way(session: Session, person: Person, slug: str, now: datetime) -> int:
    """What is coming in already, as announced; not what was left an hour ago and gives way to others."""
    return sum(one.size for one in under_way(session, person, slug) if now - one.touched_at < IDLE)


def _make_room(session: Session, person: Person, size: int, now: datetime) -> list[str]:
    resting = [Resting(one.id, one.size, one.touched_at) for one in under_way(session, person)]
    dropped = to_drop(resting, size, now)
    if dropped is None:
        raise TooManyUploads
    if dropped:
        session.execute(delete(Upload).where(Upload.id.in_(dropped)))
    return dropped


def _add(spool: Spool, upload: Upload, content: bytes, now: datetime) -> None:
    if upload.received + len(content) > upload.size:
        raise TooLarge(_("%(name)s has more bytes than were announced.", name=upload.name))
    spool.write(upload.id, upload.received, content)
    upload.received += len(content)
    upload.touched_at = now
    if upload.received == upload.size:
        upload.completed_at = now
