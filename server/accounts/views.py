"""Every door of accounts: its pages and its part of the API."""

from __future__ import annotations

from flask import Blueprint

from server.accounts import pages

accounts = Blueprint("accounts", __name__)
accounts_api = Blueprint("accounts_api", __name__, url_prefix="/api/v1")

accounts.add_url_rule("/login", "login", pages.login, methods=["GET", "POST"])
accounts.add_url_rule("/logout", "logout", pages.logout, methods=["POST"])
accounts.add_url_rule("/language", "language", pages.language, methods=["POST"])
