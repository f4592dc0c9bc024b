"""The routes of the gradebook: pages, and the API below /api/v1."""

from __future__ import annotations

from flask import Blueprint

from server.http.api_address import API

routes = Blueprint("gradebook", __name__)
api_routes = Blueprint("gradebook_api", __name__, url_prefix=API)
