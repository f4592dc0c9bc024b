"""Files out of the store as downloads."""

from __future__ import annotations

from io import SEEK_END

from flask import send_file
from werkzeug.wrappers import Response

from server.outages import StoreAway
from server.web import services


def attachment(digest: str, name: str, media_type: str = "application/octet-stream") -> Response:
    """A download that no browser shows in our name; with a type of pictures a page can show it."""
    try:
        file = services().store.open(digest)
    except FileNotFoundError as missing:  # a row names it: the store is not the one it was
        raise StoreAway(why=f"blob {digest[:16]}... is missing") from missing
    response = send_file(
        file,
        mimetype=media_type,
        as_attachment=True,
        download_name=name,
        etag=False,
    )
    response.content_length = file.seek(0, SEEK_END)
    file.seek(0)
    return response
