"""All views of notices: whoever imports this module has their routes on the blueprints."""

from __future__ import annotations

from server.notices import api, pages
from server.notices.blueprints import api_routes, routes

BLUEPRINTS = (routes, api_routes)
VIEWS = (api, pages)
