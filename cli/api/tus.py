"""Large files go in pieces (tus 1.0.0): after a break, or with the next command, they go on where it was."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence

from cli.api.client import Client, Json
from cli.api.decoding import read
from cli.api.errors import BadAnswer, Refused, WrongUse
from cli.api.records import StartedUpload, StartedUploads
from cli.api.retry import STUBBORN
from cli.api.uploads import MIB, Parcel, Way, check_key
from cli.language.translation import lazy_gettext as _

LARGE = 8 * MIB
"""From this size of one file on, a hand-in goes in pieces."""
PIECE = 2 * MIB
PIECE_TYPE = "application/offset+octet-stream"
TUS = {"Tus-Resumable": "1.0.0"}
ELSEWHERE = "offset-mismatch"
"""The refusal of a piece that does not begin where the server stopped."""


def hand_in_pieces(
    client: Client, slug: str, parcels: Sequence[Parcel], way: Way, tell: Callable[[int], None]
) -> Json:
    """Send the files one by one, then hand all of them in. The server keeps what it has for a day."""
    check_key(way.key)
    refs = [_sent(client, slug, parcel, tell) for parcel in parcels]
    return client.post(
        "assignments",
        slug,
        "submissions",
        patience=STUBBORN,
        json={"uploads": refs},
        params=way.query,
        headers={"Idempotency-Key": way.key},
    )


def _sent(client: Client, slug: str, parcel: Parcel, tell: Callable[[int], None]) -> Json:
    """A whole upload, as a hand-in names it."""
    digest = _digest(parcel)
    upload = _earlier(client, slug, parcel, digest) or _announced(client, slug, parcel, digest)
    offset = upload.offset
    tell(offset)
    while offset < parcel.size:
        reached = _send(client, upload.id, parcel, offset)
        tell(reached - offset)
        offset = reached
    return {"id": upload.id, "sha256": digest}


def _digest(parcel: Parcel) -> str:
    digest = hashlib.sha256()
    parcel.file.seek(0)
    left = parcel.size
    while left:
        chunk = _next(parcel, min(left, MIB))
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest()


def _earlier(client: Client, slug: str, parcel: Parcel, digest: str) -> StartedUpload | None:
    """What an earlier command sent of the same file."""
    found = read(StartedUploads, client.get("assignments", slug, "uploads")).uploads
    wanted = (parcel.name, parcel.size, digest)
    return next((one for one in found if (one.name, one.size, one.sha256) == wanted), None)


def _announced(client: Client, slug: str, parcel: Parcel, digest: str) -> StartedUpload:
    facts = f"filename {_base64(parcel.name)},sha256 {_base64(digest)}"
    headers = TUS | {"Upload-Length": str(parcel.size), "Upload-Metadata": facts}
    # An announcement whose answer was lost is made again; the first one is cleared away by itself.
    return read(
        StartedUpload, client.post("assignments", slug, "uploads", patience=STUBBORN, headers=headers)
    )


def _send(client: Client, upload: str, parcel: Parcel, offset: int) -> int:
    """How far the upload is after one more piece. A piece that broke may have arrived in part."""
    parcel.file.seek(offset)
    content = _next(parcel, min(PIECE, parcel.size - offset))
    headers = TUS | {"Content-Type": PIECE_TYPE, "Upload-Offset": str(offset)}
    try:
        answer = client.send("PATCH", "uploads", upload, patience=STUBBORN, content=content, headers=headers)
    except Refused as refusal:
        if refusal.problem.slug != ELSEWHERE:
            raise
        return _offset(refusal.problem.offset, parcel)
    return _offset(answer.headers.get("Upload-Offset"), parcel)


def _offset(told: object, parcel: Parcel) -> int:
    text = str(told)
    if not (text.isascii() and text.isdigit() and int(text) <= parcel.size):
        raise BadAnswer(_("The server's answer was not understood ({what}).", what="Upload-Offset"))
    return int(text)


def _next(parcel: Parcel, size: int) -> bytes:
    content = parcel.file.read(size)
    if len(content) < size:
        raise WrongUse(_("A file changed while it was being sent. Nothing was handed in."))
    return content


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
