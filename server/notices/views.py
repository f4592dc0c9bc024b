"""All views of notices: whoever imports this module has their routes on the blueprints."""

from __future__ import annotations

from server.notices import api, pages
from server.notices.blueprints import api_routes, routes

__all__ = ("VIEWS", "api_routes", "routes")

VIEWS = (api, pages)
