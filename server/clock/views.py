"""Every door of the clock: its pages and its part of the API."""

from __future__ import annotations

from flask import Blueprint

from server.clock import extension_api, extension_pages
from server.clock.extension_rows import reason_words

clock = Blueprint("clock", __name__)
clock_api = Blueprint("clock_api", __name__, url_prefix="/api/v1")

BOTH = ("GET", "POST")
clock.add_app_template_filter(reason_words)
clock.add_url_rule(
    "/assignments/<slug>/extensions", "extensions", extension_pages.extensions, methods=list(BOTH)
)
clock.add_url_rule(
    "/assignments/<slug>/extensions/<int:extension_id>/end",
    "end_extension",
    extension_pages.end_extension,
    methods=["POST"],
)
clock.add_url_rule("/extensions", "extension_sheet", extension_pages.extension_sheet, methods=list(BOTH))

for _path, _view, _method in (
    ("/assignments/<slug>/extensions", extension_api.extensions, "GET"),
    ("/assignments/<slug>/extensions", extension_api.extend_some, "POST"),
    ("/assignments/<slug>/extensions/<int:extension_id>", extension_api.end_extension, "DELETE"),
    ("/extensions", extension_api.all_extensions, "GET"),
    ("/extensions", extension_api.extend_sheet, "POST"),
):
    clock_api.add_url_rule(_path, _view.__name__, _view, methods=[_method])
