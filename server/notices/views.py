"""Every door of notices: pages, the API, and the calendar."""

from __future__ import annotations

from flask import Blueprint

from server.notices import api, pages

notices = Blueprint("notices", __name__)
notices_api = Blueprint("notices_api", __name__, url_prefix="/api/v1")

notices.add_url_rule("/notices", "notices", pages.notices)
notices.add_url_rule("/notices/read", "mark_notices", pages.mark_notices, methods=["POST"])
notices.add_url_rule("/account/notices", "settings", pages.settings, methods=["GET", "POST"])
notices.add_url_rule("/account/calendar", "calendar_address", pages.calendar_address, methods=["POST"])
notices.add_url_rule("/calendar/<key>.ics", "calendar_file", pages.calendar_file)

notices_api.add_url_rule("/notices", "notices", api.notices)
notices_api.add_url_rule("/notices/read", "mark_notices", api.mark_notices, methods=["POST"])
