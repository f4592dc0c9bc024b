"""The routes of standings and decisions: pages, and the API below /api/v1."""

from __future__ import annotations

from flask import Blueprint

from server.http.api_address import API

routes = Blueprint("standings", __name__)
api_routes = Blueprint("standings_api", __name__, url_prefix=API)
