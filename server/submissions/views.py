"""All views of submissions: whoever imports this module has their routes on the blueprints."""

from __future__ import annotations

from typing import Any

from server.submissions import api, pages, template_filters
from server.submissions.blueprints import api_routes, routes
from server.submissions.decisions import api as decision_api
from server.submissions.decisions import pages as decision_pages
from server.submissions.request_context import remember_lines
from server.submissions.uploads import tus_api
from server.submissions.uploads.requests import allow_upload

BLUEPRINTS = (routes, api_routes)
VIEWS = (api, decision_api, decision_pages, pages, tus_api)

routes.record(lambda state: remember_lines(state.app))
api_routes.before_request(tus_api.speak_tus)
api_routes.after_request(tus_api.answer_tus)
for _filter in template_filters.FILTERS:
    routes.add_app_template_filter(_filter)


@routes.url_value_preprocessor
@api_routes.url_value_preprocessor
def _before_reading(endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Earlier than all that is done before a request: checking a form for its token would read the upload.
    allow_upload(endpoint, values)
