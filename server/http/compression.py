"""Compressed answers: pages, scripts and JSON, but none to a page of somebody else's (docs/decisions/043)."""

from __future__ import annotations

from flask import Flask, request
from flask_compress import Compress
from werkzeug.wrappers import Response

COMPRESSED = ("text/html", "text/css", "text/javascript", "application/json", "image/svg+xml")
SMALLEST = 500  # bytes: less fits into one packet as it is
OWN_REQUESTS = frozenset({"same-origin", "none"})  # of our pages, and of whoever types the address

compress = Compress()


def register(app: Flask) -> None:
    """Compress what is worth it, in the form that the browser likes best."""
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_MIMETYPES=list(COMPRESSED),
        COMPRESS_MIN_SIZE=SMALLEST,
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_STREAMS=False,
    )
    compress.init_app(app)
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.status_code != 200 or response.mimetype not in COMPRESSED or not _is_ours():
        return response
    size = response.content_length
    if size is not None and size < SMALLEST:
        return response
    if request.endpoint == "static":  # a file of ours, which is small, and has to be closed
        response.direct_passthrough = False
        response.make_sequence()
    return compress.after_request(response)  # type: ignore[arg-type]


def _is_ours() -> bool:
    """Whether no foreign page can have made this request with somebody's cookie, to measure the answer."""
    return not request.cookies or request.headers.get("Sec-Fetch-Site") in OWN_REQUESTS
