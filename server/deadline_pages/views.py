"""All views of deadlines: whoever imports this module has their routes on the blueprints."""

from __future__ import annotations

from server.deadline_pages import (
    date_api,
    date_pages,
    explanation_api,
    explanation_pages,
    extension_api,
    extension_pages,
    makeup_pages,
)
from server.deadline_pages.blueprints import api_routes, routes
from server.deadline_pages.template_filters import FILTERS

BLUEPRINTS = (routes, api_routes)
VIEWS = (
    date_api,
    date_pages,
    explanation_api,
    explanation_pages,
    extension_api,
    extension_pages,
    makeup_pages,
)

for _filter in FILTERS:
    routes.add_app_template_filter(_filter)
