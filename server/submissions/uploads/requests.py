"""An upload on its way in: how much of it is read, what is taken of it, and when its last byte came."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from flask import Request, current_app, request
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser

from assignments.spec import Assignment
from grader.contract import BundleFile
from server.disk_space import DiskReserve
from server.errors import CutOff
from server.grading.service import Submission, in_force
from server.http.json_bodies import json_body, query
from server.notifications import QUEUE_TOPIC
from server.person import Person
from server.receipts.service import signer
from server.store import CHUNK, refuse_when_full
from server.submissions.admission.checks import Admission
from server.submissions.api_schema import HandInQuery
from server.submissions.hand_in import (
    HandIn,
    admit_unless_known,
    check_key,
    hand_in_admitted,
    handed_in_before,
    key_is_known,
    taken_before,
)
from server.submissions.refusals import TooManyUploads
from server.submissions.uploads.api_schema import FromUploads
from server.submissions.uploads.completion import Finished, hand_in_uploads
from server.submissions.uploads.concurrency import SEATS, Seats, Turns
from server.submissions.uploads.content_digest import MOST_PACKED, content_digest
from server.submissions.uploads.file_checks import check_content, check_names
from server.submissions.uploads.resumable import UploadStorage
from server.submissions.uploads.rules import MOST_BYTES, PIECE_TYPE
from server.submissions.uploads.spool import Spool
from server.web import (
    bearer_token,
    form_text,
    now,
    person,
    read,
    services,
    signed_in_person,
    when_answered,
    write,
)

UPLOADS = frozenset({"submissions.create", "submissions_api.create"})
UPLOADS_BY_STAFF = frozenset({"gradebook.hand_in_for", "submissions_api.create_for"})
PIECES = "submissions_api.append_upload"
JSON = "application/json"
FIELD = "file"
KEY_HEADER = "Idempotency-Key"
WAIT_S = 5
FORM_SLACK = 256 << 10  # for what a form says around its files
SMALL_BYTES = (1 << 20) + FORM_SLACK  # of a whole upload: no assignment takes less
MEMORY_BYTES = SMALL_BYTES  # of one file of a form; what is larger goes to a disk

Parsed = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]


class _WholeForm(FormDataParser):
    """A form that ends before its end was cut off; by default it would be taken for an empty one."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - whatever Werkzeug gives
        super().__init__(*args, **options)
        self.silent = False

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Parsed:
        """The form and its files. Raises CutOff, and StoreFull when there is no room for temporary files."""
        try:
            with refuse_when_full():
                return super().parse(stream, mimetype, content_length, options)
        except ValueError as error:
            raise CutOff from error


class _TemporaryFile(SpooledTemporaryFile[bytes]):
    """A file of a form: small in memory, large on a disk that keeps its reserve."""

    def write(self, content: bytes) -> int:  # type: ignore[override]  # who parses forms writes bytes
        """Raises StoreFull."""
        if self.tell() + len(content) > MEMORY_BYTES:
            DiskReserve(Path(tempfile.gettempdir())).refuse_unless(len(content))
        return super().write(content)


class UploadRequest(Request):
    """The request class of the application: its temporary files go when it goes."""

    form_data_parser_class = _WholeForm

    def _get_file_stream(self, *_args: Any, **_options: Any) -> IO[bytes]:  # noqa: ANN401 - as above
        stream = _TemporaryFile(MEMORY_BYTES)
        self.at_the_end(stream.close)
        return stream

    def at_the_end(self, step: Callable[[], None]) -> None:
        """Do this when the request is over, however it ends."""
        self.__dict__.setdefault("last_steps", []).append(step)

    def close(self) -> None:
        """Called by Flask at the end of the request."""
        super().close()
        for step in self.__dict__.pop("last_steps", ()):
            step()


def allow_upload(endpoint: str | None, values: Mapping[str, Any] | None) -> None:
    """Before anything of the body is read: somebody signed in may send as much as the assignment takes."""
    if endpoint == PIECES and request.mimetype == PIECE_TYPE and person() is not None:
        request.max_content_length = MOST_BYTES  # the view knows how many bytes are still to come
    who = person() if endpoint in UPLOADS | UPLOADS_BY_STAFF and request.method == "POST" else None
    if who is None or values is None or (endpoint in UPLOADS_BY_STAFF and not who.is_staff):
        return
    if request.mimetype == JSON:  # names uploads, and is read into memory
        return
    _take_seat()
    if _is_small():
        request.max_content_length = SMALL_BYTES  # every assignment takes as much, or says so with its name
        return
    with read() as session:
        spec = in_force(session, who.course_id, values["slug"], services().course.zone).spec
    request.max_content_length = _upload_bytes(spec) + FORM_SLACK


def _take_seat() -> None:
    """Raise TooManyUploads when too much of this person's is read already."""
    leave = seats().take(signed_in_person().id)
    if leave is None:
        raise TooManyUploads(
            _("%(n)s hand-ins of yours are coming in already. Wait until one has ended.", n=SEATS),
            retry_after_s=WAIT_S,
        )
    cast("UploadRequest", request).at_the_end(leave)


def seats() -> Seats:
    """Those of this process."""
    return cast("Seats", current_app.extensions.setdefault("hazi-seats", Seats()))


def turns() -> Turns:
    """Those of this process."""
    return cast("Turns", current_app.extensions.setdefault("hazi-turns", Turns()))


@dataclass(frozen=True, slots=True)
class Taken:
    """What was handed in. `admission` is there where it is new: else it was taken before."""

    submission: Submission
    admission: Admission | None = None


def receive(slug: str) -> Taken:
    """Take the upload of this request and hand it in. Raises a Refusal, and then nothing is handed in."""
    if request.mimetype == JSON:
        return Taken(_receive_uploads(slug))
    who, zone = signed_in_person(), services().course.zone
    # The form of a page was read already, for its token; what a program sends is not read before it may.
    form_key = None if bearer_token() else form_text("key") or None
    key = request.headers.get(KEY_HEADER, form_key)  # an empty header is a mistake, not a missing one
    check_key(key)
    ways = query(HandInQuery)
    if not _is_small():
        announced = max(0, (request.content_length or 0) - FORM_SLACK)
        with read() as session:
            admit_unless_known(
                session, who, slug, key, now=now(), zone=zone, size=announced, trial=ways.trial
            )
    parts = [part for part in request.files.getlist(FIELD) if part.filename]
    last_byte = now()
    key = form_text("key") or None if key is None else key
    if form_key is not None and ways.trial:
        key = f"{form_key}-trial"  # the same form may be sent for both
    keep = ways.keep or (form_key is not None and form_text("keep") == "1")
    with turns().of(who.id):
        taken = _store_and_hand_in(who, slug, parts, Ways(key, ways.trial, keep), last_byte)
    when_answered(partial(services().notifier.notify, QUEUE_TOPIC))
    return taken


def _is_small() -> bool:
    """Whether reading the whole upload costs less than asking first whether it may come in."""
    return request.content_length is not None and request.content_length <= SMALL_BYTES


def _store_and_hand_in(
    who: Person, slug: str, parts: list[FileStorage], ways: Ways, last_byte: datetime
) -> Taken:
    """Nothing is stored that is refused by now: another hand-in may have come while this one was read."""
    zone, size = services().course.zone, sum(map(_size, parts))
    with read() as session:
        admission = admit_unless_known(
            session, who, slug, ways.key, now=last_byte, zone=zone, size=size, trial=ways.trial
        )
    check_parts(admission.spec, parts)
    if known := _handed_in_before(who, slug, parts, ways):
        return Taken(known)
    content = content_of(parts)
    files = kept_parts(admission.spec, parts)
    wanted = HandIn(slug, files, ways.key, content=content, trial=ways.trial, keep=ways.keep).known_by_bytes()
    with write() as session:
        if earlier := taken_before(session, who, wanted):
            return Taken(earlier)
        submission = hand_in_admitted(
            session, who, wanted, admission, now=last_byte, zone=zone, signer=signer()
        )
    return Taken(submission, admission)


def _size(part: FileStorage) -> int:
    size = part.stream.seek(0, os.SEEK_END)
    part.stream.seek(0)
    return size


@dataclass(frozen=True, slots=True)
class Ways:
    """How something is handed in, beside its files."""

    key: str | None = field(repr=False)
    trial: bool
    keep: bool


def content_of(parts: list[FileStorage]) -> str | None:
    """The digest of what is in the files, where they are small."""
    read_ahead: list[tuple[str, bytes]] = []
    room = MOST_PACKED
    for part in parts:
        content = part.stream.read(room + 1)
        part.stream.seek(0)
        room -= len(content)
        if room < 0:
            return None
        read_ahead.append((part.filename or "", content))
    return content_digest(read_ahead)


def storage() -> UploadStorage:
    """Where uploads in pieces are taken."""
    return UploadStorage(services().database, Spool.of(services().config))


def _receive_uploads(slug: str) -> Submission:
    """Hand in files that arrived in pieces before."""
    named, who = json_body(FromUploads), signed_in_person()
    ways = query(HandInQuery)
    key = request.headers.get(KEY_HEADER)
    wanted = Finished(slug, tuple(named.uploads), key, trial=ways.trial, keep=ways.keep)
    with turns().of(who.id):
        submission = hand_in_uploads(
            storage(),
            services().store,
            who,
            wanted,
            now=now(),
            zone=services().course.zone,
            signer=signer(),
        )
    services().notifier.notify(QUEUE_TOPIC)
    return submission


def check_parts(spec: Assignment, parts: list[FileStorage]) -> None:
    """Refuse files that are not taken, before anything of them is stored."""
    check_names([part.filename or "" for part in parts], spec.limits.files)
    for part in parts:
        check_content(spec.kind, part.filename or "", part.stream)


def _handed_in_before(who: Person, slug: str, parts: list[FileStorage], ways: Ways) -> Submission | None:
    """What the same key made of the same files. Raises KeyReused, and nothing is stored either way."""
    with read() as session:
        if ways.key is None or not key_is_known(session, who, ways.key):
            return None
        return handed_in_before(
            session, who, HandIn(slug, tuple(map(_digested, parts)), ways.key, trial=ways.trial)
        )


def _digested(part: FileStorage) -> BundleFile:
    digest, size = sha256(), 0
    while chunk := part.stream.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    part.stream.seek(0)
    return BundleFile(part.filename or "", digest.hexdigest(), size)


def kept_parts(spec: Assignment, parts: list[FileStorage]) -> tuple[BundleFile, ...]:
    """The files in the store, after all of them were found good."""
    kept, left = [], _upload_bytes(spec)
    for part in parts:
        blob = services().store.keep(part.stream, left)
        left -= blob.size
        kept.append(BundleFile(part.filename or "", blob.sha256, blob.size))
    return tuple(kept)


def _upload_bytes(spec: Assignment) -> int:
    return spec.limits.upload_mib << 20
