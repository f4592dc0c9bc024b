"""The web server of Házi: `create_app` is the list of everything there is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from flask import Flask, redirect, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from assignments import course
from server import i18n, logs
from server.accounts import views as accounts
from server.accounts.service import identify
from server.config import Config
from server.database import Database, passes
from server.deadline_pages import views as deadline_pages
from server.gradebook import views as gradebook
from server.http import addresses, compression, error_handlers, security, time_zone
from server.http.cli_pages import cli_pages
from server.http.openapi import api_docs, refuse_unknown_queries
from server.inquiries import views as inquiries
from server.inquiries.service import number_open
from server.notices import views as notices
from server.notices.service import noticing, unread_notices
from server.notifications import Hub, Notifier
from server.operations import metrics
from server.operations.health import health
from server.quizzes import views as quizzes
from server.receipts import views as receipts
from server.standings import views as standings
from server.store import open_store
from server.submissions import views as submissions
from server.submissions.service import UploadRequest
from server.web import Services, known_person, person, services, utc_now

FEATURES = (
    accounts,
    submissions,
    quizzes,
    deadline_pages,
    standings,
    inquiries,
    gradebook,
    receipts,
    notices,
)


def create_app(config: Config, *, clock: Callable[[], datetime] = utc_now) -> Flask:
    """The whole server as one WSGI application. Nothing is connected to before the first request."""
    app = Flask(__name__)
    app.request_class = UploadRequest
    app.extensions["hazi"] = Services(
        config=config,
        database=Database(config.database_url, noticing(clock, mails=config.mail is not None)),
        store=open_store(config.store, config.bucket),
        notifier=Notifier(config.broker_url),
        hub=Hub(config.broker_url),
        course=course(config.assignments),
        identify=identify,
        clock=clock,
    )
    logs.register(app)
    metrics.register(app)
    security.register(app, config)
    compression.register(app)
    time_zone.register(app)
    i18n.register(app)
    error_handlers.register(app)
    for feature in FEATURES:
        for blueprint in feature.BLUEPRINTS:
            app.register_blueprint(blueprint)
    for blueprint in (api_docs, cli_pages, health):
        app.register_blueprint(blueprint)
    i18n.say_anew(app)
    app.get("/")(home)
    app.before_request(refuse_unknown_queries)
    app.context_processor(frame)
    addresses.register(app)
    app.url_defaults(_StaticVersions(Path(app.static_folder or "")))
    return app


def home() -> Response:
    """Where somebody who knows only the host name lands."""
    return redirect(url_for("submissions.assignments") if person() else url_for("accounts.login"))


def frame() -> dict[str, object]:
    """What every page may show around its content."""
    return {
        "person": known_person(),
        "course": services().course,
        "now": services().clock(),
        "languages": i18n.LANGUAGES,
        "unread_notices": unread_notices,
        "open_inquiries": open_inquiries,
    }


def open_inquiries() -> int:
    """How many inquiries wait for an answer, for the bar of staff; 0 where that cannot be looked up."""
    who = known_person()
    if who is None or not who.is_staff:
        return 0
    try:
        with services().database.read() as session:
            return number_open(session, who.course_id)
    except SQLAlchemyError as error:
        if not passes(error):
            raise
        return 0


class _StaticVersions:
    """Adds a digest of the file to the address of each static file, so that browsers may keep it for good."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, tuple[int, str]] = {}

    def __call__(self, endpoint: str, values: dict[str, object]) -> None:
        name = values.get("filename")
        if endpoint != "static" or not isinstance(name, str):
            return
        file = self._folder / name
        if file.is_file():
            values["v"] = self._digest(name, file)

    def _digest(self, name: str, file: Path) -> str:
        changed = file.stat().st_mtime_ns
        known = self._known.get(name)
        if known is None or known[0] != changed:
            known = (changed, sha256(file.read_bytes()).hexdigest()[:12])
            self._known[name] = known
        return known[1]
