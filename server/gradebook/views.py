"""All views of the gradebook: whoever imports this module has their routes on the blueprints."""

from __future__ import annotations

from typing import Any

from server.gradebook import api, overview_api, pages, regrade_api, regrade_pages, student_pages
from server.gradebook.blueprints import api_routes, routes
from server.submissions.service import allow_upload

BLUEPRINTS = (routes, api_routes)
VIEWS = (api, overview_api, pages, regrade_api, regrade_pages, student_pages)


@routes.url_value_preprocessor
def _before_reading(endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Earlier than all that is done before a request: checking a form for its token would read the upload.
    allow_upload(endpoint, values)
