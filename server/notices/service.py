"""What the rest of the server may ask of notices."""

from __future__ import annotations

from server.notices.outbox import Postman
from server.notices.pages import unread_notices
from server.notices.records import noticing
from server.notices.reminders import Reminder

__all__ = ["Postman", "Reminder", "noticing", "unread_notices"]
