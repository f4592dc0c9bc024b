"""An upload on its way in: how much of it is read, what is taken of it, and when its last byte came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from flask import Request, request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser

from assignments.spec import Assignment
from grader.contract import BundleFile
from server.errors import CutOff
from server.live import QUEUE_TOPIC
from server.store import refuse_when_full
from server.submissions.finishing import Finished, hand_in_uploads
from server.submissions.handing_in import HandIn, hand_in, refuse_before_reading
from server.submissions.models import Submission
from server.submissions.published import in_force
from server.submissions.resuming import Desk
from server.submissions.spool import Spool
from server.submissions.upload_schema import FromUploads
from server.submissions.uploading import MOST_BYTES, PIECE_TYPE
from server.submissions.uploads import check_content, check_names
from server.web import (
    bearer_token,
    form_text,
    json_body,
    now,
    person,
    read,
    services,
    signed_in_person,
    write,
)

UPLOADS = frozenset({"submissions.create", "submissions_api.create"})
PIECES = "submissions_api.append_upload"
JSON = "application/json"
FIELD = "file"
KEY_HEADER = "Idempotency-Key"
FORM_SLACK = 256 << 10  # for what a form says around its files

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


class UploadRequest(Request):
    """The request class of the application: its temporary files go when it goes."""

    form_data_parser_class = _WholeForm

    def _get_file_stream(self, *args: Any, **options: Any) -> IO[bytes]:  # noqa: ANN401 - as above
        stream = super()._get_file_stream(*args, **options)
        self.__dict__.setdefault("temporary", []).append(stream)
        return stream

    def close(self) -> None:
        """Called by Flask at the end of the request."""
        super().close()
        for stream in self.__dict__.get("temporary", ()):
            stream.close()


def allow_upload(endpoint: str | None, values: Mapping[str, Any] | None) -> None:
    """Before anything of the body is read: somebody signed in may send as much as the assignment takes."""
    if endpoint == PIECES and request.mimetype == PIECE_TYPE and person() is not None:
        request.max_content_length = MOST_BYTES  # the view knows how many bytes are still to come
    if endpoint not in UPLOADS or request.method != "POST" or values is None or person() is None:
        return
    if request.mimetype == JSON:  # names uploads, and is read into memory
        return
    with read() as session:
        spec = in_force(session, values["slug"], services().course.zone).spec
    request.max_content_length = _upload_bytes(spec) + FORM_SLACK


def receive(slug: str) -> Submission:
    """Take the upload of this request and hand it in. Raises a Refusal, and then nothing is handed in."""
    if request.mimetype == JSON:
        return _receive_uploads(slug)
    who, zone = signed_in_person(), services().course.zone
    # The form of a page was read already, for its token; what a program sends is not read before it may.
    form_key = None if bearer_token() else form_text("key") or None
    key = request.headers.get(KEY_HEADER, form_key)  # an empty header is a mistake, not a missing one
    with read() as session:
        spec = refuse_before_reading(session, who, slug, key, now=now(), zone=zone)
    parts = [part for part in request.files.getlist(FIELD) if part.filename]
    last_byte = now()
    wish = HandIn(slug, _kept(spec, parts), form_text("key") or None if key is None else key)
    with write() as session:
        submission = hand_in(session, who, wish, now=last_byte, zone=zone)
    services().bell.ring(QUEUE_TOPIC)
    return submission


def desk() -> Desk:
    """Where uploads in pieces are taken."""
    return Desk(services().database, Spool.of(services().config))


def _receive_uploads(slug: str) -> Submission:
    """Hand in files that arrived in pieces before."""
    named = json_body(FromUploads)
    submission = hand_in_uploads(
        desk(),
        services().store,
        signed_in_person(),
        Finished(slug, tuple(named.uploads), request.headers.get(KEY_HEADER)),
        now=now(),
        zone=services().course.zone,
    )
    services().bell.ring(QUEUE_TOPIC)
    return submission


def _kept(spec: Assignment, parts: list[FileStorage]) -> tuple[BundleFile, ...]:
    """The files in the store, after all of them were found good."""
    check_names([part.filename or "" for part in parts], spec.limits.files)
    for part in parts:
        check_content(spec.kind, part.filename or "", part.stream)
    kept, left = [], _upload_bytes(spec)
    for part in parts:
        blob = services().store.keep(part.stream, left)
        left -= blob.size
        kept.append(BundleFile(part.filename or "", blob.sha256, blob.size))
    return tuple(kept)


def _upload_bytes(spec: Assignment) -> int:
    return spec.limits.upload_mib << 20
