"""Files out of the store as downloads."""

from __future__ import annotations

from flask import send_file
from werkzeug.wrappers import Response

from server.web import services


def attachment(digest: str, name: str) -> Response:
    """A download that no browser shows in our name."""
    response = send_file(
        services().store.open(digest),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=name,
        etag=False,
    )
    response.content_length = services().store.size(digest)
    return response
