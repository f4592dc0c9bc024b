"""Handing in what arrived in pieces: the same rules and the same transaction as for files sent at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from assignments.spec import Assignment
from grader.contract import BundleFile
from server.errors import BadInput, NotFound, TooLarge
from server.grading.service import Submission
from server.outages import StoreAway
from server.person import Person
from server.receipts.service import Signer
from server.store import Store
from server.submissions.hand_in import (
    HandIn,
    admit_unless_known,
    hand_in_admitted,
    handed_in_before,
    taken_before,
)
from server.submissions.models import Upload
from server.submissions.refusals import UploadIncomplete, UploadUsed
from server.submissions.uploads.api_schema import UploadRef
from server.submissions.uploads.file_checks import check_content, check_names
from server.submissions.uploads.resumable import UploadStorage, damaged, drop, find, settle
from server.submissions.uploads.rules import Arrived, moment_that_counts


@dataclass(frozen=True, slots=True)
class Finished:
    """Which uploads are to become a submission."""

    slug: str
    uploads: tuple[UploadRef, ...]
    key: str | None = field(repr=False)
    trial: bool = False
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    """An upload all of whose bytes are there and are those that were meant."""

    id: str
    file: BundleFile
    arrived: Arrived


def hand_in_uploads(
    storage: UploadStorage,
    store: Store,
    person: Person,
    request: Finished,
    *,
    now: datetime,
    zone: ZoneInfo,
    signer: Signer | None = None,
) -> Submission:
    """A new submission of these uploads, or the one that the same key made before. Raises a Refusal.

    It is received with the last byte of the last upload: see `moment_that_counts`.
    """
    wholes = [_whole(storage, person, request.slug, ref) for ref in request.uploads]
    files = _files(request, wholes)
    moment = moment_that_counts((whole.arrived for whole in wholes), now)
    with storage.database.read() as session:
        admission = admit_unless_known(
            session,
            person,
            request.slug,
            request.key,
            now=moment,
            zone=zone,
            size=files.size,
            trial=request.trial,
        )
        known = handed_in_before(session, person, files)
    if known is None:
        _check(storage, store, admission.spec, wholes)
        for whole in wholes:
            store.adopt(storage.spool.path(whole.id), whole.file.sha256)
    with storage.database.write() as session:
        submission = taken_before(session, person, files) or hand_in_admitted(
            session, person, files, admission, now=moment, zone=zone, signer=signer, issued_at=now
        )
        _claim(session, person, wholes, submission)
    for whole in wholes:
        storage.spool.discard(whole.id)
    return submission


def _files(request: Finished, wholes: Sequence[Whole]) -> HandIn:
    files = tuple(whole.file for whole in wholes)
    return HandIn(request.slug, files, request.key, trial=request.trial, keep=request.keep).known_by_bytes()


def _whole(storage: UploadStorage, person: Person, slug: str, ref: UploadRef) -> Whole:
    upload = settle(storage, person, str(ref.id))
    if upload.slug != slug:
        raise NotFound
    if upload.completed_at is None or upload.sha256 is None:
        raise UploadIncomplete(
            _("Of %(name)s not all bytes are there yet. Send the rest, then hand in.", name=upload.name),
            file=upload.name,
            offset=upload.received,
        )
    if ref.sha256 is None and upload.announced_sha256 is None:
        raise BadInput(_("The sha256 of %(name)s is missing.", name=upload.name), file=upload.name)
    if ref.sha256 not in {None, upload.sha256}:
        if upload.submission_id is None:
            drop(storage, person, upload.id)
        raise damaged(upload)
    arrived = Arrived(upload.completed_at, announced=upload.announced_sha256 is not None)
    return Whole(upload.id, BundleFile(upload.name, upload.sha256, upload.size), arrived)


def _check(storage: UploadStorage, store: Store, spec: Assignment, wholes: Sequence[Whole]) -> None:
    check_names([whole.file.name for whole in wholes], spec.limits.files)
    if sum(whole.file.size for whole in wholes) > spec.limits.upload_mib << 20:
        mib = spec.limits.upload_mib
        raise TooLarge(_("Together these files are larger than %(mib)s MiB.", mib=mib))
    for whole in wholes:
        with _opened(storage, store, whole) as stream:
            check_content(spec.kind, whole.file.name, stream)


def _opened(storage: UploadStorage, store: Store, whole: Whole) -> BinaryIO:
    """The bytes, which a hand-in that was interrupted may have moved to the store already."""
    try:
        return storage.spool.open(whole.id)
    except FileNotFoundError:
        return _kept(store, whole)


def _kept(store: Store, whole: Whole) -> BinaryIO:
    try:
        return store.open(whole.file.sha256)
    except FileNotFoundError as missing:
        raise StoreAway(why="an upload is neither in the spool nor in the store") from missing


def _claim(session: Session, person: Person, wholes: Sequence[Whole], submission: Submission) -> None:
    """Mark the uploads as used up; each becomes part of one submission only."""
    for whole in wholes:
        upload: Upload = find(session, person, whole.id, lock=True)
        if upload.submission_id not in {None, submission.id}:
            raise UploadUsed(file=upload.name, submission=upload.submission_id)
        upload.submission_id = submission.id
