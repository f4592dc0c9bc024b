"""Every door of the clock: its pages and its part of the API."""

from __future__ import annotations

from flask import Blueprint

from server.deadline_pages import (
    date_api,
    date_pages,
    explanation_api,
    explanation_pages,
    extension_api,
    extension_pages,
    makeup_pages,
)
from server.deadline_pages.template_filters import FILTERS

clock = Blueprint("clock", __name__)
clock_api = Blueprint("clock_api", __name__, url_prefix="/api/v1")

BOTH = ("GET", "POST")
for _printed in FILTERS:
    clock.add_app_template_filter(_printed)
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
clock.add_url_rule("/assignments/<slug>/dates", "dates", date_pages.dates, methods=list(BOTH))
clock.add_url_rule("/assignments/<slug>/explanation", "explanation", explanation_pages.own)
clock.add_url_rule("/assignments/<slug>/students/<neptun>", "student", explanation_pages.student)
clock.add_url_rule("/assignments/<slug>/makeup", "makeup", makeup_pages.makeup)
clock.add_url_rule("/assignments/<slug>/makeup.<suffix>", "makeup_file", makeup_pages.makeup_file)
clock.add_url_rule("/assignments/<slug>/tokens", "tokens", explanation_pages.tokens, methods=["POST"])

for _path, _view, _method in (
    ("/assignments/<slug>/extensions", extension_api.extensions, "GET"),
    ("/assignments/<slug>/extensions", extension_api.extend_some, "POST"),
    ("/assignments/<slug>/extensions/<int:extension_id>", extension_api.end_extension, "DELETE"),
    ("/assignments/<slug>/dates", date_api.dates, "GET"),
    ("/assignments/<slug>/dates", date_api.set_dates, "PUT"),
    ("/assignments/<slug>/explanation", explanation_api.explanation, "GET"),
    ("/assignments/<slug>/students/<neptun>/explanation", explanation_api.student_explanation, "GET"),
    ("/assignments/<slug>/tokens", explanation_api.tokens, "GET"),
    ("/assignments/<slug>/tokens", explanation_api.limit_tokens, "PUT"),
    ("/extensions", extension_api.all_extensions, "GET"),
    ("/extensions", extension_api.extend_sheet, "POST"),
):
    clock_api.add_url_rule(_path, _view.__name__, _view, methods=[_method])
