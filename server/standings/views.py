"""Every door of decisions that is not on a page of others: the audit, and the API."""

from __future__ import annotations

from flask import Blueprint

from server.standings.decisions import api, pages

standings = Blueprint("standings", __name__)
standings_api = Blueprint("standings_api", __name__, url_prefix="/api/v1")

standings.add_url_rule("/audit", "audit", pages.audit)
standings.add_url_rule("/audit.<suffix>", "audit_file", pages.audit_file)

ABOUT_A_STUDENT = "/assignments/<slug>/students/<neptun>/decisions"
standings_api.add_url_rule("/decisions", "audit", api.audit)
standings_api.add_url_rule(ABOUT_A_STUDENT, "decisions", api.decisions)
standings_api.add_url_rule(ABOUT_A_STUDENT, "decide", api.decide, methods=["POST"])
standings_api.add_url_rule("/assignments/<slug>/decisions", "own_decisions", api.own_decisions)
standings_api.add_url_rule("/assignments/<slug>/choice", "choose", api.choose, methods=["PUT"])
