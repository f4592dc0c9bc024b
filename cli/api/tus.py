"""Resumable uploads of large files (tus 1.0.0): in chunks, continued after a break or by the next command."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from cli.api.client import Client, Json
from cli.api.decoding import decode
from cli.api.errors import BadAnswer, Refused
from cli.api.records import StartedUpload, StartedUploads
from cli.api.retry import PERSISTENT
from cli.api.uploads import (
    MIB,
    HandInOptions,
    OnProgress,
    OpenedFile,
    file_changed,
    post_submission,
    refuse_bad_key,
)

RESUMABLE_FROM = 8 * MIB
"""Bytes of one file from which on a hand-in is uploaded in chunks."""
CHUNK = 2 * MIB  # bytes
CHUNK_TYPE = "application/offset+octet-stream"
TUS = {"Tus-Resumable": "1.0.0"}
OFFSET_MISMATCH = "offset-mismatch"
"""The slug of the refusal of a chunk that does not begin at the server's offset."""


def hand_in_resumable(
    client: Client,
    slug: str,
    files: Sequence[OpenedFile],
    options: HandInOptions,
    on_progress: OnProgress,
) -> Json:
    """Upload the files one by one, then hand all of them in. The server keeps unfinished uploads for a day.

    Raises WrongUse for a file that changes.
    """
    refuse_bad_key(options.key)
    uploads = [_upload(client, slug, file, on_progress) for file in files]
    return post_submission(client, slug, options, json={"uploads": uploads})


def _upload(client: Client, slug: str, file: OpenedFile, on_progress: OnProgress) -> Json:
    """A finished upload, as the request of the hand-in names it."""
    digest = _digest(file)
    upload = _unfinished(client, slug, file, digest) or _create(client, slug, file, digest)
    offset = upload.offset
    on_progress(offset)
    while offset < file.size:
        reached = _send_chunk(client, upload.id, file, offset)
        on_progress(reached - offset)
        offset = reached
    return {"id": upload.id, "sha256": digest}


def _digest(file: OpenedFile) -> str:
    digest = hashlib.sha256()
    file.handle.seek(0)
    left = file.size
    while left:
        chunk = _next_bytes(file, min(left, MIB))
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest()


def _unfinished(client: Client, slug: str, file: OpenedFile, digest: str) -> StartedUpload | None:
    """The upload of the same file that an earlier command began."""
    started = decode(StartedUploads, client.get("assignments", slug, "uploads")).uploads
    wanted = (file.name, file.size, digest)
    return next((one for one in started if (one.name, one.size, one.sha256) == wanted), None)


def _create(client: Client, slug: str, file: OpenedFile, digest: str) -> StartedUpload:
    metadata = f"filename {_base64(file.name)},sha256 {_base64(digest)}"
    headers = TUS | {"Upload-Length": str(file.size), "Upload-Metadata": metadata}
    # When the answer is lost, the upload is created again; the server removes the first one after a day.
    answer = client.post("assignments", slug, "uploads", policy=PERSISTENT, headers=headers)
    return decode(StartedUpload, answer)


def _send_chunk(client: Client, upload: str, file: OpenedFile, offset: int) -> int:
    """The offset of the upload after one more chunk. A chunk that broke off may have arrived in part."""
    file.handle.seek(offset)
    content = _next_bytes(file, min(CHUNK, file.size - offset))
    headers = TUS | {"Content-Type": CHUNK_TYPE, "Upload-Offset": str(offset)}
    try:
        answer = client.send("PATCH", "uploads", upload, policy=PERSISTENT, content=content, headers=headers)
    except Refused as refusal:
        if refusal.problem.slug != OFFSET_MISMATCH:
            raise
        return _offset(refusal.problem.offset, file)
    return _offset(answer.headers.get("Upload-Offset"), file)


def _offset(value: object, file: OpenedFile) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and int(text) <= file.size):
        raise BadAnswer.undecodable("Upload-Offset")
    return int(text)


def _next_bytes(file: OpenedFile, size: int) -> bytes:
    content = file.handle.read(size)
    if len(content) < size:
        raise file_changed()
    return content


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
