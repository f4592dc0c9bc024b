"""The routes of quizzes: pages, and the API below /api/v1."""

from __future__ import annotations

from flask import Blueprint

from server.http.api_address import API

routes = Blueprint("quizzes", __name__)
api_routes = Blueprint("quizzes_api", __name__, url_prefix=API)
