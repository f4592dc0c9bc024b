"""All views of standings and decisions: whoever imports this module has their routes on the blueprints."""

from __future__ import annotations

from server.standings.blueprints import api_routes, routes
from server.standings.decisions import api, pages

BLUEPRINTS = (routes, api_routes)
VIEWS = (api, pages)
