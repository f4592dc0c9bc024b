"""Every door of the gradebook: its pages and its part of the API."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from server.gradebook import api, overview_api, pages, regrade_api, regrade_pages, student_pages
from server.submissions.uploads.requests import allow_upload

gradebook = Blueprint("gradebook", __name__)
gradebook_api = Blueprint("gradebook_api", __name__, url_prefix="/api/v1")


@gradebook.url_value_preprocessor
def _before_reading(endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Earlier than all that is done before a request: checking a form for its token would read the upload.
    allow_upload(endpoint, values)


gradebook.add_url_rule("/assignments/<slug>/leaderboard", "leaderboard", pages.leaderboard)
gradebook.add_url_rule("/assignments/<slug>/projector", "projector", pages.projector)
gradebook.add_url_rule("/assignments/<slug>/overview", "overview", pages.overview)
gradebook.add_url_rule("/assignments/<slug>/overview.<suffix>", "overview_file", pages.overview_file)
gradebook.add_url_rule("/assignments/<slug>/chosen", "chosen", pages.chosen, methods=["POST"])
gradebook.add_url_rule("/people/<neptun>", "student", student_pages.student)
gradebook.add_url_rule("/people/<neptun>/decisions", "decide", student_pages.decide, methods=["POST"])
gradebook.add_url_rule(
    "/people/<neptun>/assignments/<slug>", "hand_in_for", student_pages.hand_in_for, methods=["POST"]
)
gradebook.add_url_rule("/gradebook", "gradebook", pages.gradebook)
gradebook.add_url_rule("/gradebook.<suffix>", "gradebook_file", pages.gradebook_file)
gradebook.add_url_rule("/grades", "grades", pages.grades)
gradebook.add_url_rule(
    "/assignments/<slug>/regrades", "regrades", regrade_pages.regrades, methods=["GET", "POST"]
)
gradebook.add_url_rule("/regrades/<int:regrade_id>", "regrade", regrade_pages.regrade)
gradebook.add_url_rule(
    "/regrades/<int:regrade_id>/end", "end_regrade", regrade_pages.end_regrade, methods=["POST"]
)

gradebook_api.add_url_rule("/assignments/<slug>/leaderboard", "leaderboard", api.leaderboard)
gradebook_api.add_url_rule("/assignments/<slug>/overview", "overview", overview_api.overview)
gradebook_api.add_url_rule("/gradebook", "gradebook", api.gradebook)
gradebook_api.add_url_rule("/grades", "grades", api.grades)
gradebook_api.add_url_rule("/assignments/<slug>/regrades", "list_regrades", regrade_api.list_regrades)
gradebook_api.add_url_rule(
    "/assignments/<slug>/regrades", "start_regrade", regrade_api.start_regrade, methods=["POST"]
)
gradebook_api.add_url_rule("/regrades/<int:regrade_id>", "regrade", regrade_api.regrade)
gradebook_api.add_url_rule(
    "/regrades/<int:regrade_id>/end", "end_regrade", regrade_api.end_regrade, methods=["POST"]
)
