"""All views of inquiries: whoever imports this module has their routes on the blueprints."""

from __future__ import annotations

from server.inquiries import api, pages
from server.inquiries.blueprints import api_routes, routes

__all__ = ("VIEWS", "api_routes", "routes")

VIEWS = (api, pages)
