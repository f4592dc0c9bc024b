"""Who is asking in this request, in which language, and when."""

from __future__ import annotations

from flask_babel import get_locale

from server.submissions.showing import Reader
from server.web import now, services, signed_in_person


def reader() -> Reader:
    """For whom the answer is made."""
    return Reader(signed_in_person(), str(get_locale()), services().course.zone, now())
