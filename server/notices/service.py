"""What the rest of the server may ask of notices."""

from __future__ import annotations

from server.notices.kinds import MailState
from server.notices.mail_delivery import Postman, mail_counts
from server.notices.pages import unread_notices
from server.notices.records import noticing
from server.notices.reminders import Reminder

__all__ = (
    "MailState",
    "Postman",
    "Reminder",
    "mail_counts",
    "noticing",
    "unread_notices",
)
