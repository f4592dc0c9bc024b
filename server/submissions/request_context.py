"""Who is asking in this request, in which language, and when."""

from __future__ import annotations

from typing import cast

from flask import current_app
from flask.sansio.app import App

from server.i18n import language
from server.submissions.queue.positions import LinesSeen
from server.submissions.reader import Reader
from server.web import Services, now, services, signed_in_person

SEEN = "hazi.lines"  # what the process knows of the queues, among the extensions of the application


def reader() -> Reader:
    """For whom the answer is made."""
    seen = cast("LinesSeen", current_app.extensions[SEEN])
    return Reader(signed_in_person(), language(), services().course.zone, now(), seen)


def remember_lines(app: App) -> None:
    """Let all readers of this application share what they see of the queues."""
    app_services: Services = app.extensions["hazi"]
    app.extensions[SEEN] = LinesSeen(app_services.shared_clock)
