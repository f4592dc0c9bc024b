"""All views of accounts: whoever imports this module has their routes on the blueprints."""

from __future__ import annotations

from server.accounts import api, pages, people_pages
from server.accounts.blueprints import api_routes, routes

BLUEPRINTS = (routes, api_routes)
VIEWS = (api, pages, people_pages)
