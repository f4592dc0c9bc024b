"""The routes of accounts: pages, and the API below /api/v1."""

from __future__ import annotations

from flask import Blueprint

from server.http.api_address import API

routes = Blueprint("accounts", __name__)
api_routes = Blueprint("accounts_api", __name__, url_prefix=API)
