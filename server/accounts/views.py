"""Every door of accounts: its pages and its part of the API."""

from __future__ import annotations

from flask import Blueprint

from server.accounts import api, pages, people_pages

accounts = Blueprint("accounts", __name__)
accounts_api = Blueprint("accounts_api", __name__, url_prefix="/api/v1")

accounts.add_url_rule("/login", "login", pages.login, methods=["GET", "POST"])
accounts.add_url_rule("/logout", "logout", pages.logout, methods=["POST"])
accounts.add_url_rule("/language", "language", pages.language, methods=["POST"])
accounts.add_url_rule("/invitation/<token>", "invitation", pages.invitation, methods=["GET", "POST"])
accounts.add_url_rule("/account", "account", pages.account, methods=["GET", "POST"])
accounts.add_url_rule("/people", "people", people_pages.people)
accounts.add_url_rule("/people.<suffix>", "people_file", people_pages.people_file)
accounts.add_url_rule("/people/labels", "labels", people_pages.labels, methods=["POST"])
accounts.add_url_rule("/people/import", "import_roster", people_pages.import_roster, methods=["GET", "POST"])
accounts.add_url_rule("/people/invitations", "invitations", people_pages.invitations, methods=["POST"])

accounts_api.add_url_rule("/tokens", "create_token", api.create_token, methods=["POST"])
accounts_api.add_url_rule("/tokens", "list_tokens", api.list_tokens)
accounts_api.add_url_rule("/tokens/<int:token_id>", "revoke_token", api.revoke_token, methods=["DELETE"])
accounts_api.add_url_rule(
    "/tokens/current", "revoke_current_token", api.revoke_current_token, methods=["DELETE"]
)
accounts_api.add_url_rule("/me", "me", api.me)
accounts_api.add_url_rule("/roster", "roster", api.roster, methods=["POST"])
