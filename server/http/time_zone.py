"""The time zone of the course, told with each answer of the API: programs show moments as it means them."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.wrappers import Response

from server.web import services

HEADER = "Hazi-Time-Zone"


def register(app: Flask) -> None:
    """Tell it, as an IANA name."""
    app.after_request(_tell)


def _tell(response: Response) -> Response:
    if request.path.startswith("/api/"):
        response.headers[HEADER] = services().course.zone.key
    return response
