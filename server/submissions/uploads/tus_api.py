"""The API of uploads in pieces: tus 1.0.0 (core, creation, expiration, checksum, termination) and JSON.

https://tus.io/protocols/resumable-upload says what the headers mean.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import IO, TypeVar
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import ClientDisconnected
from werkzeug.http import http_date
from werkzeug.wrappers import Response

from server.errors import BadInput, CutOff, NotFound, TooLarge, WrongType
from server.grading.service import in_force
from server.http.json_bodies import answer_json
from server.http.openapi import describe
from server.submissions.blueprints import api_routes
from server.submissions.models import Upload
from server.submissions.refusals import OffsetMismatch, PieceDamaged, UnknownProtocol
from server.submissions.uploads import api_schema, resumable
from server.submissions.uploads.requests import storage
from server.submissions.uploads.rules import (
    LIFE,
    MOST_CHECKED,
    PIECE,
    PIECE_TYPE,
    Announced,
    read_checksum,
    read_digest,
    read_metadata,
    read_number,
)
from server.web import now, read, services, signed_in, signed_in_person

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,checksum,termination"
NETWORK = 64 << 10  # bytes read at once, so that little is lost when the connection breaks
ENDPOINTS = frozenset(
    f"submissions_api.{name}"
    for name in ("uploads", "begin_upload", "upload", "append_upload", "drop_upload")
)

T = TypeVar("T")


@api_routes.get("/assignments/<slug>/uploads")
@describe("List uploads under way", answers={200: api_schema.UploadList})
@signed_in
def uploads(slug: str) -> ResponseReturnValue:
    """One's own for this assignment that are not handed in yet."""
    with read() as session:
        who = signed_in_person()
        in_force(session, who.course_id, slug, services().course.zone)
        found = resumable.under_way(session, who, slug)
    return answer_json(api_schema.UploadList(uploads=[api_schema.upload_out(one) for one in found]))


@api_routes.post("/assignments/<slug>/uploads")
@describe(
    "Begin an upload in pieces",
    headers={
        "Upload-Length": "The size of the file in bytes.",
        "Upload-Metadata": "As tus has it: `filename` (needed) and `sha256` (64 hexadecimal digits).",
    },
    answers={201: api_schema.UploadOut},
)
@signed_in
def begin_upload(slug: str) -> ResponseReturnValue:
    """Announce a file; what can be refused is refused before its first byte."""
    zone = services().course.zone
    upload = resumable.begin(storage(), signed_in_person(), slug, _announced(), now=now(), zone=zone)
    response = _with_headers(answer_json(api_schema.upload_out(upload), 201), upload)
    response.headers["Location"] = api_schema.location(upload)
    return response


@api_routes.get("/uploads/<uuid:upload_id>")
@describe("Ask how far an upload came", answers={200: api_schema.UploadOut})
@signed_in
def upload(upload_id: UUID) -> ResponseReturnValue:
    """Also by HEAD: Upload-Offset is where to go on."""
    with read() as session:
        found = resumable.find(session, signed_in_person(), str(upload_id))
    return _with_headers(answer_json(api_schema.upload_out(found)), found)


@api_routes.patch("/uploads/<uuid:upload_id>")
@describe(
    "Send the next bytes of an upload",
    raw=PIECE_TYPE,
    headers={
        "Upload-Offset": "Where in the file these bytes begin: where the upload has come to.",
        "Upload-Checksum": "`sha256` and, in base64, that of these bytes. They are kept only if it is right.",
    },
    answers={204: None},
)
@signed_in
def append_upload(upload_id: UUID) -> ResponseReturnValue:
    """Durable bytes, then the answer. A file that is whole is compared with its announced sha256."""
    if request.mimetype != PIECE_TYPE:
        raise WrongType(_("The bytes of an upload are sent as %(type)s.", type=PIECE_TYPE))
    offset = _header("Upload-Offset", read_number)
    found = str(upload_id)
    _refuse_early(found, offset)
    _take(found, offset)
    return _with_headers(Response(status=204), resumable.settle(storage(), signed_in_person(), found))


@api_routes.delete("/uploads/<uuid:upload_id>")
@describe("Give an upload up", answers={204: None})
@signed_in
def drop_upload(upload_id: UUID) -> ResponseReturnValue:
    """Its bytes are forgotten; what was handed in stays."""
    resumable.drop(storage(), signed_in_person(), str(upload_id))
    return Response(status=204)


def speak_tus() -> None:
    """Before each request: refuse other versions of the protocol."""
    asked = request.headers.get("Tus-Resumable", VERSION)
    if request.endpoint in ENDPOINTS and request.method != "OPTIONS" and asked != VERSION:
        raise UnknownProtocol


def answer_tus(response: Response) -> Response:
    """After each request: the headers of the protocol, on refusals too."""
    if request.endpoint not in ENDPOINTS:
        return response
    response.headers["Tus-Resumable"] = VERSION
    if request.method == "OPTIONS" or response.status_code == UnknownProtocol.status:
        response.headers["Tus-Version"] = VERSION
        response.headers["Tus-Extension"] = EXTENSIONS
        response.headers["Tus-Checksum-Algorithm"] = "sha256"
    return response


def _with_headers(response: Response, upload: Upload) -> Response:
    response.headers["Upload-Offset"] = str(upload.received)
    response.headers["Upload-Length"] = str(upload.size)
    response.headers["Upload-Expires"] = http_date(upload.touched_at + LIFE)
    return response


def _header(name: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(request.headers.get(name, ""))
    except ValueError as error:
        raise BadInput(_("The header %(name)s is missing or makes no sense.", name=name)) from error


def _announced() -> Announced:
    size = _header("Upload-Length", read_number)
    facts = _header("Upload-Metadata", read_metadata)
    digest = facts.get("sha256")
    if digest is not None:
        _header("Upload-Metadata", lambda _text: read_digest(digest))
    return Announced(facts.get("filename", ""), size, digest)


def _refuse_early(upload_id: str, offset: int) -> None:
    """Before the bytes are read, which may be many."""
    with read() as session:
        found = resumable.find(session, signed_in_person(), upload_id)
    if found.submission_id is not None:
        raise NotFound
    if offset != found.received:
        raise OffsetMismatch(offset=found.received)
    if offset + (request.content_length or 0) > found.size:
        raise TooLarge(_("%(name)s has more bytes than were announced.", name=found.name))


def _take(upload_id: str, offset: int) -> None:
    """Keep the bytes of this request as they come; those before a break stay, but for a checksum's."""
    checksum = _header("Upload-Checksum", read_checksum) if "Upload-Checksum" in request.headers else None
    most = PIECE if checksum is None else MOST_CHECKED + 1
    person, end = signed_in_person(), offset + (request.content_length or 0)
    while True:
        content, broken = _read(request.stream, most)
        if checksum is not None:
            _verify(content, checksum, broken)
        taken = resumable.append(storage(), person, upload_id, offset, content, now=now())
        if broken is not None:
            raise CutOff from broken
        if len(content) < most:
            break
        offset = taken.received
    if taken.received < end:  # gunicorn takes a connection that ends for the end of the body
        raise CutOff


def _verify(content: bytes, checksum: bytes, broken: Exception | None) -> None:
    if broken is not None:
        raise CutOff from broken
    if len(content) > MOST_CHECKED:
        mib = MOST_CHECKED >> 20
        raise TooLarge(_("With a checksum at most %(mib)s MiB can be sent at once.", mib=mib))
    if sha256(content).digest() != checksum:
        raise PieceDamaged


def _read(stream: IO[bytes], most: int) -> tuple[bytes, Exception | None]:
    """Up to so many bytes, and what broke the connection if it did not last."""
    content = bytearray()
    while len(content) < most:
        try:
            part = stream.read(min(NETWORK, most - len(content)))
        except (ClientDisconnected, OSError) as error:
            return bytes(content), error
        if not part:
            break
        content += part
    return bytes(content), None
