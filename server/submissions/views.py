"""Every door of submissions: its pages and its part of the API."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from server.submissions import api, pages, template_filters
from server.submissions.decisions import api as decision_api
from server.submissions.decisions import pages as decision_pages
from server.submissions.request_context import remember_lines
from server.submissions.uploads import tus_api
from server.submissions.uploads.requests import allow_upload

submissions = Blueprint("submissions", __name__)
submissions_api = Blueprint("submissions_api", __name__, url_prefix="/api/v1")


@submissions.url_value_preprocessor
@submissions_api.url_value_preprocessor
def _before_reading(endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Earlier than all that is done before a request: checking a form for its token would read the upload.
    allow_upload(endpoint, values)


submissions.record(lambda state: remember_lines(state.app))
submissions.add_url_rule("/assignments", "assignments", pages.assignments)
submissions.add_url_rule("/assignments/<slug>", "assignment", pages.assignment)
submissions.add_url_rule("/graders", "graders", pages.graders)
submissions.add_url_rule("/assignments/<slug>/submissions", "create", pages.create, methods=["POST"])
submissions.add_url_rule("/assignments/<slug>/starter/<name>", "starter", pages.starter)
submissions.add_url_rule("/assignments/<slug>/practice", "practice", pages.practice)
submissions.add_url_rule("/submissions/<uuid:submission_id>", "show", pages.show)
submissions.add_url_rule("/submissions/<uuid:submission_id>/card", "report", pages.report)
for _part in (decision_pages.cancel, decision_pages.decide):
    _place = f"/submissions/<uuid:submission_id>/{_part.__name__}"
    submissions.add_url_rule(_place, _part.__name__, _part, methods=["POST"])
submissions.add_url_rule("/assignments/<slug>/choice", "choose", decision_pages.choose, methods=["POST"])
submissions.add_url_rule("/submissions/<uuid:submission_id>/files/<int:number>", "download", pages.download)
submissions.add_url_rule("/submissions/<uuid:submission_id>/receipt.json", "receipt", pages.receipt)
submissions.add_url_rule("/submissions/<uuid:submission_id>/samples.png", "samples", pages.samples)
for _printed in template_filters.FILTERS:
    submissions.add_app_template_filter(_printed)

submissions_api.add_url_rule("/assignments", "list_assignments", api.list_assignments)
submissions_api.add_url_rule("/assignments/<slug>", "assignment", api.assignment)
submissions_api.add_url_rule("/assignments/<slug>/practice", "practice", api.practice)
submissions_api.add_url_rule("/assignments/<slug>/submissions", "create", api.create, methods=["POST"])
_BY_STAFF = "/assignments/<slug>/students/<neptun>/submissions"
submissions_api.add_url_rule(_BY_STAFF, "create_for", decision_api.create_for, methods=["POST"])
_CANCEL = "/submissions/<uuid:submission_id>/cancel"
submissions_api.add_url_rule(_CANCEL, "cancel", decision_api.cancel, methods=["POST"])
submissions_api.before_request(tus_api.speak_tus)
submissions_api.after_request(tus_api.answer_tus)
submissions_api.add_url_rule("/assignments/<slug>/uploads", "uploads", tus_api.uploads)
submissions_api.add_url_rule(
    "/assignments/<slug>/uploads", "begin_upload", tus_api.begin_upload, methods=["POST"]
)
for _view, _method in (
    (tus_api.upload, "GET"),
    (tus_api.append_upload, "PATCH"),
    (tus_api.drop_upload, "DELETE"),
):
    submissions_api.add_url_rule("/uploads/<uuid:upload_id>", _view.__name__, _view, methods=[_method])
submissions_api.add_url_rule("/submissions", "list_submissions", api.list_submissions)
submissions_api.add_url_rule("/submissions/<uuid:submission_id>", "submission", api.submission)
for _part in (api.events, api.log, api.report, api.receipt, api.signed_receipt):
    _name = _part.__name__.replace("_", "-")
    submissions_api.add_url_rule(f"/submissions/<uuid:submission_id>/{_name}", _part.__name__, _part)
