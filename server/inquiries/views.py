"""All views of inquiries: whoever imports this module has their routes on the blueprints."""

from __future__ import annotations

from server.inquiries import api, pages
from server.inquiries.blueprints import api_routes, routes

BLUEPRINTS = (routes, api_routes)
VIEWS = (api, pages)
